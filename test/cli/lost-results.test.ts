import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { serialize } from 'node:v8';
import test from 'ava';
import { filesIn, makeExperiment, recordIn, resultFiles, spikeledger } from './spikeledger.js';

/* Nothing is lost in silence: other results, checkpoints, references, full disks and processes that die. */

test.serial('variants made by --set get folders of their own', async (t) => {
  const folder = await makeExperiment();
  t.is((await spikeledger(['run', 'small.yaml'], folder)).code, 0);
  for (const epochs of ['2', '3']) {
    const words = ['run', 'small.yaml', '--set', `training.epochs=${epochs}`];
    t.is((await spikeledger(words, folder)).code, 0);
  }
  const names = await filesIn(path.join(folder, 'reports'));
  t.is(names.length, 3);
  t.is(names[0], 'small');
  for (const name of names.slice(1)) t.regex(name, /^small-[0-9a-f]{8}$/);
});

test.serial('a result of another experiment stays unless --overwrite is given', async (t) => {
  const folder = await makeExperiment();
  const out = path.join(folder, 'out');
  const words = ['run', 'small.yaml', '--out', 'out'];
  const other = [...words, '--set', 'training.seed=2'];
  t.is((await spikeledger(words, folder)).code, 0);
  const first = await recordIn(out);
  const refused = await spikeledger(other, folder);
  t.is(refused.code, 2);
  t.regex(
    refused.stderr,
    /^out: holds the result\.json of another experiment.*--out.*--overwrite\n$/,
  );
  t.deepEqual(await recordIn(out), first);
  t.is((await spikeledger(words, folder)).code, 0, 'the same experiment may be run again');
  t.deepEqual(await recordIn(out), first);
  t.is((await spikeledger([...other, '--overwrite'], folder)).code, 0);
  t.notDeepEqual(await recordIn(out), first);
  t.deepEqual(await filesIn(out), resultFiles);
});

test.serial(
  'estimates do as runs do: folders of their own by --set, and another one stays unless --overwrite is given',
  async (t) => {
    const folder = await makeExperiment();
    const words = ['estimate', 'small.yaml', '--set', 'activity={ layers: 0.5 }'];
    for (const rule of ['drtp', 'bp']) {
      t.is((await spikeledger([...words, '--set', `training.rule=${rule}`], folder)).code, 0);
    }
    const names = await filesIn(path.join(folder, 'reports'));
    t.is(names.length, 2);
    for (const name of names) t.regex(name, /^small-estimate-[0-9a-f]{8}$/);
    const into = [...words, '--out', 'out'];
    const record = () => readFile(path.join(folder, 'out/estimate.json'), 'utf8');
    t.is((await spikeledger(into, folder)).code, 0);
    const first = await record();
    for (const other of [
      ['--rules', 'bp'],
      ['--cores', '9'],
      ['--set', 'training.epochs=2'],
    ]) {
      const refused = await spikeledger([...into, ...other], folder);
      t.is(refused.code, 2);
      t.regex(
        refused.stderr,
        /^out: holds the estimate\.json of another experiment.*--out.*--overwrite\n$/,
      );
      t.is(await record(), first);
      t.is((await spikeledger(into, folder)).code, 0, 'the same estimate may be made again');
    }
    t.is((await spikeledger([...into, '--rules', 'bp', '--overwrite'], folder)).code, 0);
    t.not(await record(), first);
  },
);

test.serial('names that would leave reports/ or are devices are refused', async (t) => {
  for (const name of ['..', '.', '.hidden', 'a/b', 'con', 'NUL.txt', 'end.']) {
    const folder = await makeExperiment();
    const file = path.join(folder, 'small.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('small', `"${name}"`));
    const { code, stderr } = await spikeledger(['run', 'small.yaml'], folder);
    t.is(code, 2, name);
    t.regex(stderr, /^small\.yaml:1:\d+: name: /);
    t.deepEqual(await readdir(folder), ['small.yaml']);
  }
});

test.serial(
  'a result that cannot be written leaves the checkpoint, one sentence and code 2, and the same command goes on',
  async (t) => {
    const folder = await makeExperiment();
    const out = path.join(folder, 'out');
    const words = ['run', 'small.yaml', '--out', 'out'];
    t.is((await spikeledger(['run', 'small.yaml', '--out', 'whole'], folder)).code, 0);
    // A folder that is not empty cannot be replaced by a file.
    await mkdir(path.join(out, 'report.html', 'full'), { recursive: true });
    const failed = await spikeledger(words, folder);
    t.is(failed.code, 2, failed.stderr);
    t.regex(failed.stderr, /^out: its files cannot be replaced \(.*\).*--out.*\n$/);
    const left = await readdir(out);
    t.true(left.includes('checkpoint.bin'));
    t.false(left.includes('result.json') || left.some((name) => name.endsWith('.tmp')));
    await rm(path.join(out, 'report.html'), { recursive: true });
    t.is((await spikeledger(words, folder)).code, 0);
    t.deepEqual(await filesIn(out), resultFiles);
    t.deepEqual(await recordIn(out), await recordIn(path.join(folder, 'whole')));
  },
);

test.serial('a checkpoint of another version is not continued, and the user is told', async (t) => {
  const folder = await makeExperiment();
  const out = path.join(folder, 'out');
  const words = ['run', 'small.yaml', '--out', 'out'];
  t.is((await spikeledger(words, folder)).code, 0);
  const whole = await recordIn(out);
  // The layout of the first checkpoints: 32 bytes of SHA-256, then what Node serialises, here also in a version to come.
  const content = serialize({ experimentHash: 'a'.repeat(64), state: { epochs: [{}] } });
  const newer = Buffer.from(content);
  newer[1] = 16;
  for (const body of [content, newer]) {
    const old = Buffer.concat([createHash('sha256').update(body).digest(), body]);
    await rm(out, { recursive: true });
    await mkdir(out);
    await writeFile(path.join(out, 'checkpoint.bin'), old);
    const { code, stderr } = await spikeledger(words, folder);
    t.is(code, 0, stderr);
    t.regex(stderr, /^Warning: the checkpoint is of another version .*: the chip starts afresh\n$/);
    t.deepEqual(await recordIn(out), whole);
  }
});
