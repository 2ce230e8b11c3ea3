import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { loadResult } from '../../src/experiment/record/read-result.js';
import { writeReport } from '../../src/report/output/write-report.js';
import { InputError } from '../../src/units/input-error.js';
import { makeExperiment, spawnedOnFullDisk, spikeledger } from '../cli/spikeledger.js';

/* Cases, "nothing lost": the files of a command change together or not at all, whichever command writes them. */

const text = `name: small
dataset: { name: digits, trainSamples: 50, testSamples: 10 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
reference: { enabled: false }
activity: { layers: 0.5, input: 0.5 }
`;

/** Every file below a folder with its content, by path. */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const pairs = files.map(
    async (file) => [path.relative(folder, file), await readFile(file, 'utf8')] as const,
  );
  return Object.fromEntries(await Promise.all(pairs));
}

const commands: readonly (readonly [string, readonly string[]])[] = [
  ['estimate', ['estimate', 'small.yaml', '--out', 'a/out']],
  ['vectors', ['vectors', 'small.yaml', '--samples', '2', '--out', 'a/out']],
];

for (const [name, words] of commands) {
  test.serial(`${name} on a full disk leaves nothing, and one sentence with code 2`, async (t) => {
    const folder = await makeExperiment(text);
    // The first files fit, a later one does not.
    for (const blocks of [1, 16]) {
      const { code, stdout, stderr } = await spawnedOnFullDisk(blocks, words, folder);
      t.is(code, 2, stderr);
      t.is(stdout, '');
      t.regex(
        stderr,
        /^a\/out\/[\w./]+: cannot be written \(.*\); nothing was changed: .*--out.*\n$/,
      );
      t.deepEqual(await readdir(folder), ['small.yaml']);
    }
    t.is((await spikeledger(words, folder)).code, 0);
  });

  test.serial(`${name} that cannot be written leaves the older files as they are`, async (t) => {
    const folder = await makeExperiment(text);
    t.is((await spikeledger(words, folder)).code, 0);
    const before = await contentsOf(path.join(folder, 'a/out'));
    const changes = ['--set', 'training.learningRate=2^-4', '--set', 'training.seed=2'];
    const other = [...words, ...changes, '--overwrite'];
    const failed = await spawnedOnFullDisk(1, other, folder);
    t.is(failed.code, 2, failed.stderr);
    t.deepEqual(await contentsOf(path.join(folder, 'a/out')), before);
    t.is((await spikeledger(other, folder)).code, 0);
    t.notDeepEqual(await contentsOf(path.join(folder, 'a/out')), before);
  });
}

test.serial(
  'a sweep whose page does not fit the disk keeps its points, and the same command with --resume goes on',
  async (t) => {
    const folder = await makeExperiment(text);
    const sweep = 'name: full\nbase: small.yaml\ngrid: { training.rule: [drtp, bp] }\n';
    await writeFile(path.join(folder, 'sweep.yaml'), sweep);
    const words = ['sweep', 'sweep.yaml', '--workers', '1', '--out', 'out'];
    const full = await spawnedOnFullDisk(32, words, folder);
    t.is(full.code, 2, full.stderr);
    t.regex(
      full.stderr,
      /^out\/[\w.]+: cannot be written \(.*\); the points that are done are kept: make room, and the same command with --resume goes on$/m,
    );
    const points = await contentsOf(path.join(folder, 'out/points'));
    t.is(Object.values(points).join('').trimEnd().split('\n').length, 2);
    const again = await spikeledger([...words, '--resume'], folder);
    t.is(again.code, 0, again.stderr);
    t.deepEqual(await contentsOf(path.join(folder, 'out/points')), points);
  },
);

test.serial('vectors of fewer layers leave no file of the older ones', async (t) => {
  const folder = await makeExperiment(text);
  const words = ['vectors', 'small.yaml', '--samples', '2', '--out'];
  t.is((await spikeledger([...words, 'fresh'], folder)).code, 0);
  const deeper = ['--set', 'network=FC_20_FC_15_FC_10'];
  t.is((await spikeledger([...words, 'used', ...deeper], folder)).code, 0);
  // What is not of the vectors stays, also where their manifest claims it.
  await writeFile(path.join(folder, 'used/notes.txt'), 'mine');
  const others = await contentsOf(path.join(folder, 'used'));
  const refused = await spikeledger([...words, 'used'], folder);
  t.is(refused.code, 2);
  t.regex(
    refused.stderr,
    /^used: holds the vectors of another experiment, .* replace them with --overwrite$/m,
  );
  t.deepEqual(await contentsOf(path.join(folder, 'used')), others);
  t.is((await spikeledger([...words, 'used', '--overwrite'], folder)).code, 0);
  // The same again is no other experiment.
  t.is((await spikeledger([...words, 'used'], folder)).code, 0);
  await rm(path.join(folder, 'used/notes.txt'));
  const names = (await readdir(path.join(folder, 'used'), { recursive: true })).sort();
  t.deepEqual(names, (await readdir(path.join(folder, 'fresh'), { recursive: true })).sort());
  t.deepEqual(
    await contentsOf(path.join(folder, 'used')),
    await contentsOf(path.join(folder, 'fresh')),
  );
  const manifest = path.join(folder, 'used/manifest.json');
  const claimed = (await readFile(manifest, 'utf8')).replace('"README.txt"', '"../small.yaml"');
  await writeFile(manifest, claimed);
  t.is((await spikeledger([...words, 'used', '--overwrite'], folder)).code, 0);
  t.is(await readFile(path.join(folder, 'small.yaml'), 'utf8'), text);
});

test.serial('run and estimate do not mix their ledgers in one folder', async (t) => {
  const folder = await makeExperiment(text);
  const estimate = ['estimate', 'small.yaml', '--out'];
  t.is((await spikeledger(['run', 'small.yaml', '--out', 'a'], folder)).code, 0);
  const before = await contentsOf(path.join(folder, 'a'));
  const refused = await spikeledger([...estimate, 'a'], folder);
  t.is(refused.code, 2);
  t.regex(refused.stderr, /^a: holds the result\.json of a run, whose ledger\.csv .*--out\n$/);
  t.deepEqual(await contentsOf(path.join(folder, 'a')), before);

  t.is((await spikeledger([...estimate, 'b'], folder)).code, 0);
  const estimated = await contentsOf(path.join(folder, 'b'));
  const mixed = await spikeledger(['run', 'small.yaml', '--out', 'b'], folder);
  t.is(mixed.code, 2);
  t.regex(mixed.stderr, /^b: holds the estimate\.json of an estimate.*--out.*--overwrite\n$/);
  t.deepEqual(await contentsOf(path.join(folder, 'b')), estimated);
  t.is((await spikeledger(['run', 'small.yaml', '--out', 'b', '--overwrite'], folder)).code, 0);
  t.deepEqual(Object.keys(await contentsOf(path.join(folder, 'b'))), Object.keys(before));
});

test.serial(
  'report makes its folder, leaves nothing where it cannot write, and blames the record whose figures make no sense',
  async (t) => {
    const folder = await makeExperiment(text);
    t.is((await spikeledger(['run', 'small.yaml', '--out', 'a'], folder)).code, 0);
    const report = (...words: readonly string[]) => spikeledger(['report', ...words], folder);
    t.is((await report('a', '--out', 'new/one.html', '--phases', 'csv/one.csv')).code, 0);
    t.is(
      await readFile(path.join(folder, 'new/one.html'), 'utf8'),
      await readFile(path.join(folder, 'a/report.html'), 'utf8'),
    );
    t.is(
      await readFile(path.join(folder, 'csv/one.csv'), 'utf8'),
      await readFile(path.join(folder, 'a/phases.csv'), 'utf8'),
    );
    const full = await spawnedOnFullDisk(1, ['report', 'a', '--out', 'full/one.html'], folder);
    t.is(full.code, 2);
    t.regex(full.stderr, /^full\/one\.html: cannot be written \(.*\); give another file\n$/);
    t.false((await readdir(folder)).includes('full'));

    await mkdir(path.join(folder, 'b'));
    const record = await readFile(path.join(folder, 'a/result.json'), 'utf8');
    const senseless = record.replace('"network": "FC_20_FC_10"', '"network": "abc"');
    await writeFile(path.join(folder, 'b/result.json'), senseless);
    const blamed = await report('a', 'b', '--out', 'two.html');
    t.is(blamed.code, 2);
    t.regex(blamed.stderr, /^b\/result\.json: cannot be shown \(.*abc.*\); .*run the experiment/);
    const results = [
      await loadResult(path.join(folder, 'a')),
      await loadResult(path.join(folder, 'b')),
    ];
    const target = path.join(folder, 'c/two.html');
    await t.throwsAsync(writeReport(results, target), {
      instanceOf: InputError,
      message: /^result 2 \(small\): cannot be shown/,
    });
    await writeReport(results.slice(0, 1), target);
    t.deepEqual((await readdir(folder)).sort(), ['a', 'b', 'c', 'csv', 'new', 'small.yaml']);
  },
);
