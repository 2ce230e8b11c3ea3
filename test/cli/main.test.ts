import { spawn } from 'node:child_process';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test from 'ava';
import { jsonSchemas } from '../../src/cli/write/json-schemas.js';
import { resultSchema } from '../../src/experiment/record/result-record.js';
import { runSchema } from '../../src/experiment/record/run-record.js';
import { packageRoot } from '../../src/package-root.js';
import { makeExperiment, makeFolder, program, spawned, spikeledger } from './spikeledger.js';

/** Names in a folder; none where there is no folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

const experimentText = `name: small
dataset: { name: digits, trainSamples: 200, testSamples: 50 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: edge-28nm
reference: { enabled: false }
`;

test.serial(
  'the packaged example ends above 92 % test accuracy beside its float reference, and leaves five files',
  async (t) => {
    t.timeout(120_000);
    const folder = await makeFolder();
    const example = path.join(packageRoot, 'examples/digits-drtp.yaml');
    const { code, stdout, stderr } = await spawned(
      ['run', example, '--out', 'out', '--json'],
      folder,
    );
    t.is(code, 0, stderr);
    t.deepEqual(await readdir(path.join(folder, 'out')), [
      'ledger.csv',
      'phases.csv',
      'report.html',
      'result.json',
      'schedule.trace.json',
    ]);
    t.is(stdout, await readFile(path.join(folder, 'out/result.json'), 'utf8'));
    const result = resultSchema.parse(JSON.parse(stdout));
    t.true((result.accuracy.chip.testErrorPercent ?? 100) < 8);
    t.true((result.accuracy.reference?.testErrorPercent ?? 100) < 8);
    t.is(result.epochs.length, 10);
  },
);

test.serial(
  'result.json keeps its JSON Schema, and its report and phases can be written again to the byte',
  async (t) => {
    const folder = await makeExperiment(experimentText);
    t.is((await spikeledger(['run', 'small.yaml', '--out', 'out'], folder)).code, 0);
    const result: unknown = JSON.parse(
      await readFile(path.join(folder, 'out/result.json'), 'utf8'),
    );
    const schema = JSON.parse(
      jsonSchemas().get('docs/schema/result.schema.json') ?? '{}',
    ) as object;
    const validate = new Ajv2020({ strict: false }).compile(schema);
    t.true(validate(result), JSON.stringify(validate.errors));
    const again = ['report', 'out', '--out', 'again.html', '--phases', 'again.csv'];
    t.is((await spawned(again, folder)).code, 0);
    const textOf = (file: string) => readFile(path.join(folder, file), 'utf8');
    t.is(await textOf('again.html'), await textOf('out/report.html'));
    t.is(await textOf('again.csv'), await textOf('out/phases.csv'));
    const two = await spikeledger(['report', 'out', 'out', '--phases', 'two.csv'], folder);
    t.is(two.code, 2);
    t.regex(two.stderr, /--phases two\.csv: the four phases are those of one result, 2 are given/);
    // The page is no record: the file named instead is one.
    const page = await spikeledger(['report', 'out/report.html', '--out', 'again.html'], folder);
    t.is(page.code, 2);
    const [, remedy = ''] = /; give (\S+), which lies beside it/.exec(page.stderr) ?? [];
    t.is((await spikeledger(['report', remedy, '--out', 'again.html'], folder)).code, 0);
  },
);

test.serial(
  '--only leaves chip or reference out: record, terminal and page name it and have no figure of it',
  async (t) => {
    const folder = await makeExperiment(experimentText);
    const cpu = ['--set', 'reference.backend=cpu'];
    const alone = ['run', 'small.yaml', '--only', 'reference', ...cpu, '--out', 'reference'];
    const { code, stdout, stderr } = await spikeledger(alone, folder);
    t.is(code, 0, stderr);
    t.deepEqual(await filesIn(path.join(folder, 'reference')), ['report.html', 'result.json']);
    const textOf = (file: string) => readFile(path.join(folder, file), 'utf8');
    const result = runSchema.parse(JSON.parse(await textOf('reference/result.json')));
    t.is(result.perSample, null);
    t.is(typeof result.accuracy.reference?.testErrorPercent, 'number');
    const page = (await textOf('reference/report.html')).replace(/<style>.*<\/style>/su, '');
    for (const text of [stdout, page.replaceAll(/<[^>]*>/g, ' ')]) {
      t.regex(text, /Test error, chip +not measured: left out/);
      t.regex(text, /The chip was left out/);
      t.regex(text, /Network +64–20–10/);
      t.notRegex(text, /\d.[nµp]J|cycles|mm²/);
    }
    t.is((await spikeledger(['report', 'reference', '--out', 'again.html'], folder)).code, 0);
    t.is(await textOf('again.html'), await textOf('reference/report.html'));
    const priced = await spikeledger(['estimate', 'small.yaml', '--result', 'reference'], folder);
    t.is(priced.code, 2);
    t.regex(priced.stderr, /perSample: is null, as the run left the chip out/);
    const chip = [
      'run',
      'small.yaml',
      '--only',
      'chip',
      '--set',
      'reference.enabled=true',
      '--json',
    ];
    const ofChip = await spikeledger(chip, folder);
    t.is(runSchema.parse(JSON.parse(ofChip.stdout)).accuracy.reference, null);
    const none = ['run', 'small.yaml', '--only', 'chip', '--set', 'chip.enabled=false'];
    const refused = await spikeledger(none, folder);
    t.is(refused.code, 2);
    t.regex(refused.stderr, /chip\.enabled: chip and reference are both left out/);
  },
);

test.serial('the shipped JSON Schemas are those of the types', async (t) => {
  for (const [file, text] of jsonSchemas()) {
    t.is(await readFile(path.join(packageRoot, file), 'utf8'), text, `${file}: run npm run schema`);
  }
});

const wrongRuns: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    'an unknown key',
    ['--set', 'training.rat=1'],
    /^--set training\.rat=1: training\.rat: .*learningRate/m,
  ],
  ['an unknown rule', ['--set', 'training.rule=magic'], /training\.rule: .*drtp/],
  [
    'a width of 0 bits',
    ['--set', 'precision.weight=s0.0'],
    /precision\.weight: "s0\.0" has 0 bits; allowed are 1 to 32/,
  ],
  [
    'a width of 99 bits',
    ['--set', 'precision.weight=s99.7'],
    /precision\.weight: "s99\.7" has 99 bits; allowed are 1 to 32/,
  ],
  ['NaN as learning rate', ['--set', 'training.learningRate=.nan'], /training\.learningRate: /],
  [
    'a network that needs more cores than there are',
    ['--set', 'network=FC_5000_FC_10'],
    /the network needs 10 cores, edge-28nm has 4, 6 too few: layer 1 takes 5 \(5 neuron parts × 1 axon part\)/,
  ],
  [
    'a memory that no core has, with bits needed',
    ['--set', 'training.batch=8'],
    /layer 1 needs \d+ bits of gradient memory, a core of edge-28nm has none; learn sample by sample/,
  ],
  [
    'a last layer of the wrong size',
    ['--set', 'network=FC_20_FC_9'],
    /network: the last layer has 9 neurons, the data set has 10 classes/,
  ],
  ['an unknown chip', ['--set', 'hardware=edge-29nm'], /edge-29nm.*edge-28nm/s],
  ['a missing data set', ['--set', 'dataset={ name: mnist }'], /train-images-idx3-ubyte/],
  ['more samples than there are', ['--set', 'dataset.trainSamples=100000'], /100000.*1498/],
  [
    'bce with an output that is no probability',
    ['--set', 'activation.output=tanh'],
    /activation\.output: loss bce needs/,
  ],
  ['an unsigned format for tanh', ['--set', 'precision.activation=u8.8'], /tanh.*signed/],
  [
    'an override without a value',
    ['--set', 'training.epochs'],
    /--set training\.epochs: write the key's path/,
  ],
  [
    'a backend that is not there',
    ['--set', 'reference={ enabled: true, backend: tensorflow-gpu }'],
    /tensorflow-gpu.*auto/s,
  ],
];

for (const [what, words, message] of wrongRuns) {
  test.serial(`${what} ends with code 2, one message and no result`, async (t) => {
    const folder = await makeExperiment(experimentText);
    const outcome = await spikeledger(['run', 'small.yaml', '--out', 'out', ...words], folder);
    t.is(outcome.code, 2, outcome.stderr);
    t.regex(outcome.stderr, message);
    t.notRegex(outcome.stderr, /defect|\n\s+at /);
    t.is(outcome.stdout, '');
    const written = await filesIn(path.join(folder, 'out'));
    t.false(written.includes('result.json') || written.includes('report.html'));
  });
}

test.serial('a mistake in the file is reported with file:line:column', async (t) => {
  const folder = await makeExperiment(experimentText.replace('epochs: 1', 'epochs: -1'));
  const { code, stderr } = await spikeledger(['run', 'small.yaml'], folder);
  t.is(code, 2);
  t.regex(stderr, /^small\.yaml:4:\d+: training\.epochs: /);
});

test.serial(
  'an experiment file that is not there, and an output folder that is a file, end with code 2',
  async (t) => {
    const folder = await makeExperiment(experimentText);
    t.is((await spikeledger(['run', 'none.yaml'], folder)).code, 2);
    const blocked = await spikeledger(['run', 'small.yaml', '--out', 'small.yaml'], folder);
    t.is(blocked.code, 2);
    t.regex(blocked.stderr, /small\.yaml: the output folder cannot be written .* --out/);
  },
);

test.serial('a result that is cut off is refused by report with code 2', async (t) => {
  const folder = await makeExperiment(experimentText);
  await writeFile(path.join(folder, 'result.json'), '{"schema": "spikeledger.res');
  const { code, stderr } = await spikeledger(['report', 'result.json'], folder);
  t.is(code, 2);
  t.regex(stderr, /result\.json: is not a whole JSON file/);
});

test.serial('Ctrl-C ends with code 130 and leaves a checkpoint, never half a file', async (t) => {
  t.timeout(60_000);
  const folder = await makeExperiment(experimentText);
  const words = ['run', 'small.yaml', '--out', 'out', '--set', 'training.epochs=10000'];
  const child = spawn(process.execPath, [program, ...words], { cwd: folder, stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', resolve);
  });
  // The run has begun when its first checkpoint is there (after five seconds of training).
  for (let waited = 0; waited < 400; waited += 1) {
    const files = await filesIn(path.join(folder, 'out'));
    if (files.includes('checkpoint.bin')) break;
    await setTimeout(100);
  }
  child.kill('SIGINT');
  t.is(await ended, 130);
  t.deepEqual(await readdir(path.join(folder, 'out')), ['checkpoint.bin']);
});

test.serial('models and datasets answer, and wrong words end with code 2', async (t) => {
  const folder = await makeFolder();
  const list = await spawned(['models', 'list'], folder);
  t.regex(list.stdout, /edge-28nm +28 nm[^]*large-28nm +28 nm[^]*generic-90nm +90 nm +0\.7 V/);
  const show = await spikeledger(['models', 'show', 'edge-28nm'], folder);
  t.regex(show.stdout, /optimizerState\.read .*unpriced/);
  t.regex(show.stdout, /clock\.cycle .*assumed +technology/);
  t.regex(show.stdout, /4 cores and what they share: .* mm², .* learning adds .* %/);
  t.is((await spikeledger(['models', 'check'], folder)).code, 0);
  t.is((await spikeledger(['models', 'check', 'no-such-chip'], folder)).code, 3);
  const datasets = await spawned(['datasets', 'list'], folder);
  t.regex(datasets.stdout, /digits +1498 +299/);
  t.is((await spikeledger(['datasets', 'check', 'digits'], folder)).code, 0);
  t.is((await spikeledger(['datasets', 'check', 'mnist'], folder)).code, 3);
  t.is((await spikeledger(['datasets', 'check', 'imagenet'], folder)).code, 2);
  t.is((await spawned(['frobnicate'], folder)).code, 2);
  t.is((await spikeledger(['run'], folder)).code, 2);
  t.is((await spikeledger(['--help'], folder)).code, 0);
});

test.serial('--help loads neither TensorFlow.js nor mathjs', async (t) => {
  const seen = new Set<string>();
  const queue = [program];
  const packages = new Set<string>();
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = await readFile(file, 'utf8');
    for (const [, name = ''] of text.matchAll(
      /^(?:import|export) (?:[^'"]* from )?['"]([^'"]+)['"]/gm,
    )) {
      if (name.startsWith('.')) queue.push(path.resolve(path.dirname(file), name));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  }
  t.deepEqual([...packages], ['commander']);
});

test.serial(
  'verify repeats golden cases in the reference and on the chip, and ends with 3 where a tensor is beyond and 2 where one is missing',
  async (t) => {
    const folder = await makeFolder();
    const golden = path.join(packageRoot, 'test/golden');
    const right = await spawned(['verify', path.join(golden, 'batch1-drtp')], folder);
    t.is(right.code, 0, right.stderr);
    t.regex(right.stdout, /batch1-drtp, float reference on \w+: passes\n/);
    t.regex(right.stdout, /batch1-drtp, wide-format chip \(24 fraction bits\): passes\n/);
    t.is(right.stdout.match(/final\.layer0\.weight +\d\.\d\de-\d/g)?.length, 2);
    const adam = await spikeledger(['verify', path.join(golden, 'drtp-adam')], folder);
    t.is(adam.code, 0, adam.stderr);
    t.regex(adam.stdout, /drtp-adam, wide-format chip: not replayed, optimizer adam: /);
    await cp(path.join(golden, 'batch1-drtp'), path.join(folder, 'wrong'), { recursive: true });
    const other = path.join(golden, 'bp-sgd/final.layer0.weight.npy');
    await cp(other, path.join(folder, 'wrong/final.layer0.weight.npy'));
    const wrong = await spikeledger(['verify', 'wrong'], folder);
    t.is(wrong.code, 3);
    t.regex(wrong.stdout, /float reference on \w+: FAILS\n.*\nfinal\.layer0\.weight .* BEYOND/);
    t.regex(wrong.stdout, /wide-format chip .*: FAILS\n.*\nfinal\.layer0\.weight .* BEYOND/);
    const caseFile = path.join(folder, 'wrong/case.json');
    const caseText = await readFile(caseFile, 'utf8');
    await writeFile(caseFile, caseText.replace('"output": "sigmoid"', '"output": "tanh"'));
    const impossible = await spikeledger(['verify', 'wrong'], folder);
    t.is(impossible.code, 2);
    t.regex(impossible.stderr, /^wrong: .*loss bce needs sigmoid outputs, the last layer has tanh/);
    await writeFile(caseFile, caseText);
    await rm(path.join(folder, 'wrong/labels.npy'));
    const missing = await spikeledger(['verify', 'wrong'], folder);
    t.is(missing.code, 2);
    t.regex(missing.stderr, /labels/);
  },
);

for (const rule of ['bp', 'fa', 'dfa', 'sdfa', 'defp', 'shallow']) {
  test.serial(`rule ${rule} learns the digits on the chip and prices it`, async (t) => {
    const folder = await makeExperiment(experimentText);
    const more = [
      'dataset.trainSamples=800',
      'training.epochs=4',
      'network=FC_100_FC_10',
      `training.rule=${rule}`,
    ];
    const words = [...more.flatMap((setting) => ['--set', setting]), '--json'];
    const { code, stdout, stderr } = await spikeledger(['run', 'small.yaml', ...words], folder);
    t.is(code, 0, stderr);
    const result = resultSchema.parse(JSON.parse(stdout));
    // 800 samples, four epochs: far below the 90 % of guessing.
    t.true((result.accuracy.chip.testErrorPercent ?? 100) < 50);
    const products = result.ledger.filter(
      (row) => row.phase === 'feedback' && row.component === 'datapath' && row.layer === 1,
    );
    t.is(products.length, rule === 'shallow' ? 0 : 1);
  });
}
