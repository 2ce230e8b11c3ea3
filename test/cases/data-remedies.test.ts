import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFolder } from '../experiment/small-run.js';
import { InputError } from '../../src/units/input-error.js';
import {
  both,
  change,
  features,
  labels,
  numbered,
  run,
  settingsIn,
  stream,
  type TestArray,
  type TestFolder,
  warningsOf,
  writeExperiment,
} from './remedies.js';

/* Every remedy in a message about data, done to the data, gives a run. */

interface Refusal {
  readonly what: string;
  readonly folder: TestFolder;
  readonly format: 'npy' | 'aer';
  readonly network: string;
  readonly sentence: RegExp;
  /** What the sentence says, done to the arrays. */
  readonly apply: (folder: TestFolder) => TestFolder;
}

const nested = { ...features, shape: [6, 2, 1, 1, 1] };
const soft: TestArray = {
  type: '<f4',
  shape: [6, 2],
  values: [0.75, 0.25, 0, 1, 0.5, 0.25, 0, 1, 1, 0, 0.25, 0.75],
};
const binary = [0, 1, 0, 1, 0, 1];
const ordered = [3, 5, 4, 9];

const refusals: readonly Refusal[] = [
  {
    what: 'labels from 1 to 3',
    folder: both(features, labels([1, 2, 3, 1, 2, 3])),
    format: 'npy',
    network: 'FC_4_FC_3',
    sentence: /the labels run from 1 to 3: subtract 1, in both parts alike \(y - 1\)$/,
    apply: (folder) =>
      change(folder, '-y', (y) => ({ ...y, values: y.values.map((label) => label - 1) })),
  },
  {
    what: 'labels with gaps',
    folder: both(features, labels([0, 2, 7, 0, 2, 7])),
    format: 'npy',
    network: 'FC_4_FC_3',
    sentence: /the labels are 0, 2, 7: number the classes without gaps, .*numpy\.searchsorted/,
    apply: (folder) => change(folder, '-y', numbered),
  },
  {
    what: 'labels −1 and 1',
    folder: both(features, labels([-1, 1, -1, 1, -1, 1])),
    format: 'npy',
    network: 'FC_4_FC_2',
    sentence: /label of sample 0 is -1; .*numpy\.searchsorted\(numpy\.unique\(train_y\), y\)$/,
    apply: (folder) => change(folder, '-y', numbered),
  },
  {
    what: 'labels beyond 255',
    folder: both(features, labels([1000, 2000, 1000, 2000, 1000, 2000], '<u2')),
    format: 'npy',
    network: 'FC_4_FC_2',
    sentence: /label of sample 0 is 1000; .*numpy\.searchsorted\(numpy\.unique\(train_y\), y\)$/,
    apply: (folder) => change(folder, '-y', numbered),
  },
  {
    what: 'rows of probabilities',
    folder: both(features, soft),
    format: 'npy',
    network: 'FC_4_FC_2',
    sentence: /the row \(0\.75, 0\.25\); .*y\.argmax\(axis=1\)$/,
    apply: (folder) => change(folder, '-y', () => labels([0, 1, 0, 1, 0, 1])),
  },
  {
    what: 'a single row of labels',
    folder: both(features, { ...labels(binary), shape: [1, 6] }),
    format: 'npy',
    network: 'FC_4_FC_2',
    sentence: /save them with \.ravel\(\)$/,
    apply: (folder) => change(folder, '-y', (y) => ({ ...y, shape: [6] })),
  },
  {
    what: 'flattened one-hot rows',
    folder: both(features, labels([1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1], '|u1')),
    format: 'npy',
    network: 'FC_4_FC_2',
    sentence: /one-hot rows of 2 one after the other: .*\.reshape\(-1, 2\)$/,
    apply: (folder) => change(folder, '-y', (y) => ({ ...y, shape: [6, 2] })),
  },
  {
    what: 'samples as columns',
    folder: both({ ...features, shape: [2, 6] }, labels(binary)),
    format: 'npy',
    network: 'FC_4_FC_2',
    sentence: /the samples are the columns of the features: save x\.T$/,
    apply: (folder) => change(folder, '-x', () => features),
  },
  {
    what: 'features of one dimension',
    folder: both({ ...features, shape: [12] }, labels([...binary, ...binary])),
    format: 'npy',
    network: 'FC_4_FC_2',
    sentence: /with \.reshape\(-1, 1\)$/,
    apply: (folder) => change(folder, '-x', (x) => ({ ...x, shape: [12, 1] })),
  },
  {
    what: 'features of five dimensions',
    folder: both(nested, labels(binary)),
    format: 'npy',
    network: 'FC_4_FC_2',
    sentence: /with \.reshape\(len\(x\), -1\)$/,
    apply: (folder) => change(folder, '-x', () => features),
  },
  {
    what: 'a value that is no number',
    folder: both({ ...features, values: [NaN, ...features.values.slice(1)] }, labels(binary)),
    format: 'npy',
    network: 'FC_4_FC_2',
    sentence: /sample 0, value 0 is NaN.*; correct or leave out that sample$/,
    apply: () =>
      both(
        { ...features, shape: [5, 2], values: features.values.slice(2) },
        labels(binary.slice(1)),
      ),
  },
  {
    what: 'times that wrapped in 32 bits',
    folder: stream([4_294_967_290, 4, 30, 90], '<u4'),
    format: 'aer',
    network: 'FC_4_FC_2',
    sentence:
      /times have wrapped, .*subtract .*in the type they have: t\[first:end\] -= t\[first\]$/,
    apply: () => stream([0, (4 - 4_294_967_290) >>> 0, 0, 60], '<u4'),
  },
  {
    what: 'times of a sample that fall',
    folder: stream([3, 5, 9, 4], '<i8'),
    format: 'aer',
    network: 'FC_4_FC_2',
    sentence: /time 4 µs comes after 9 µs; .*sort its records by time$/,
    apply: () => stream(ordered, '<i8'),
  },
  {
    what: 'times in seconds',
    folder: stream([0.000003, 0.000005, 0.000004, 0.000009], '<f8'),
    format: 'aer',
    network: 'FC_4_FC_2',
    sentence: /write times in seconds as numpy\.rint\(1e6 \* t\)$/,
    apply: () => stream(ordered, '<f8'),
  },
  {
    what: 'offsets that are numbers of events',
    folder: change(stream(ordered, '<i8'), '-offsets', () => labels([2, 2])),
    format: 'aer',
    network: 'FC_4_FC_2',
    sentence: /numpy\.concatenate\(\(\[0\], numpy\.cumsum\(n\)\)\)$/,
    apply: (folder) => change(folder, '-offsets', () => labels([0, 2, 4])),
  },
  {
    what: 'offsets without the end',
    folder: change(stream(ordered, '<i8'), '-offsets', () => labels([0, 2])),
    format: 'aer',
    network: 'FC_4_FC_2',
    sentence: /numpy\.append\(offsets, len\(events\)\)$/,
    apply: (folder) => change(folder, '-offsets', () => labels([0, 2, 4])),
  },
  {
    what: 'polarities −1 and 1',
    folder: change(stream(ordered, '<i8'), '-events', (events) => ({
      ...events,
      values: events.values.map((value, index) => (index % 8 === 3 ? -1 : value)),
    })),
    format: 'aer',
    network: 'FC_4_FC_2',
    sentence: /polarity = -1 is outside 0\.\.1; write 0 for OFF and 1 for ON: \(p > 0\)$/,
    apply: (folder) =>
      change(folder, '-events', (events) => ({
        ...events,
        values: events.values.map((value) => Math.max(0, value)),
      })),
  },
  {
    what: 'a sensor that is too small',
    folder: { ...stream(ordered, '<i8'), sensor: { type: '<u4', shape: [3], values: [1, 1, 1] } },
    format: 'aer',
    network: 'FC_4_FC_2',
    sentence: /all records need \[2, 1, 2\] \(channels, height, width\)$/,
    apply: () => stream(ordered, '<i8'),
  },
];

for (const { what, folder, format, network, sentence, apply } of refusals) {
  test(`${what}: refused, and what the sentence says to do gives a run`, async (t) => {
    const { message } = await t.throwsAsync(run(await writeExperiment(folder, format, network)), {
      instanceOf: InputError,
    });
    t.regex(message, sentence);
    const result = await run(await writeExperiment(apply(folder), format, network));
    t.is(result.classes?.confusion.length, Number(network.slice(-1)));
  });
}

/** Warnings before training, and that each setting that they name makes them go. */
const warned: readonly (readonly [what: string, x: TestArray, sentence: RegExp])[] = [
  [
    'features from 0 to 9',
    { ...features, values: features.values.map((value) => 9 * value) },
    /range from 0 to 9, .*precision\.input: u8\.4, or scale .*dataset\.scale: 1\/9, or dataset\.normalise: range/,
  ],
  [
    'features with a sign',
    { ...features, values: features.values.map((value) => 6 * value - 3) },
    /because they are negative.*precision\.input: s8\.\d, or scale .*dataset\.normalise: range/,
  ],
  [
    'features below half a step',
    { ...features, values: features.values.map((value) => value / 4096) },
    /of those other than 0 become 0 in u8\.8.*precision\.input: u8\.20, or .*dataset\.scale: 4096, or/,
  ],
  [
    'bytes 0 and 1',
    { type: '|u1', shape: [6, 2], values: [0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1] },
    /largest of the training data is 1: .*dataset\.scale: 1;/,
  ],
];

for (const [what, x, sentence] of warned) {
  test(`${what}: a warning before training, and each of its settings ends it`, async (t) => {
    const file = await writeExperiment(both(x, labels(binary)), 'npy', 'FC_4_FC_2');
    const [warning = ''] = await warningsOf(file);
    t.regex(warning, sentence);
    const keys = /(precision\.input|dataset\.scale|dataset\.normalise): ([\w./-]*\w)/g;
    const settings = settingsIn(warning, keys);
    t.true(settings.length > 0);
    for (const setting of settings) {
      t.deepEqual(await warningsOf(file, [setting]), [], setting);
      t.truthy((await run(file, [setting])).classes);
    }
  });
}

test('labels that count from 1 with a neuron too many, and a single class, are warnings before training', async (t) => {
  const fromOne = await writeExperiment(
    both(features, labels([1, 2, 1, 2, 1, 2])),
    'npy',
    'FC_4_FC_3',
  );
  t.regex(
    (await warningsOf(fromOne)).join(),
    /^Class 0 has no training sample: .*subtract 1 in both parts/,
  );
  const single = await writeExperiment(
    both(features, labels([0, 0, 0, 0, 0, 0])),
    'npy',
    'FC_4_FC_2',
  );
  const { message } = await t.throwsAsync(run(single), { instanceOf: InputError });
  const [remedy = ''] = settingsIn(message, /write (dataset\.classCount): (\d)/g);
  t.is(remedy, 'dataset.classCount=2');
  t.regex((await warningsOf(single, [remedy])).join(), /^All training samples are of class 0:/);
  t.truthy((await run(single, [remedy])).classes);
});

/** The six samples as records of CIFAR, whose layout has ten classes. */
async function cifarOf(values: readonly number[]): Promise<string> {
  const root = await makeFolder();
  const pixels = (sample: number) => new Uint8Array(3072).fill(40 * sample);
  const records = Buffer.concat(
    values.map((label, sample) => Buffer.concat([Buffer.from([label]), pixels(sample)])),
  );
  for (const name of ['data_batch_1.bin', 'test_batch.bin']) {
    await writeFile(path.join(root, name), records);
  }
  const file = path.join(root, 'e.yaml');
  await writeFile(
    file,
    'name: e\ndataset: { path: ., format: cifar }\nnetwork: FC_4_FC_3\nhardware: large-28nm\ntraining: { rule: drtp, epochs: 1, learningRate: 2^-4 }\n',
  );
  return file;
}

test('classes that a layout has and the labels have not: each remedy gives a run, before and after it is seen', async (t) => {
  const file = await cifarOf([0, 1, 2, 0, 1, 2]);
  const { message } = await t.throwsAsync(run(file), { instanceOf: InputError });
  const remedies = settingsIn(message, /write (dataset\.classCount|network): (\w+)/g);
  t.deepEqual(remedies, ['dataset.classCount=3', 'network=FC_4_FC_10']);
  const isMissing = (warning: string) => warning.includes('no training sample');
  const [fewer = '', wider = ''] = remedies;
  t.deepEqual((await run(file, [fewer])).warnings.filter(isMissing), []);
  const [warning = ''] = (await run(file, [wider])).warnings.filter(isMissing);
  t.regex(warning, /^Classes 3, 4, .*; give training samples of them, or leave them out: /);
  const [again = ''] = settingsIn(warning, /(dataset\.classCount): (\d)/g);
  t.is(again, fewer);
});

test('a class that is in the test data alone needs training samples, not other numbers', async (t) => {
  const parts = { ...both(features, labels(binary)), 'test-y': labels([0, 1, 2, 0, 1, 2]) };
  const said = await warningsOf(await writeExperiment(parts, 'npy', 'FC_4_FC_3'));
  t.regex(said.join(), /^Class 2 has no training sample: .*; give training samples of it\.$/);
});

test('one-hot rows say how many classes there are, also of those without samples', async (t) => {
  const rows: TestArray = {
    type: '|u1',
    shape: [6, 3],
    values: binary.flatMap((label) => [1 - label, label, 0]),
  };
  const result = await run(await writeExperiment(both(features, rows), 'npy', 'FC_4_FC_3'));
  t.is(result.dataset.classCount, 3);
  t.is(result.classes?.perClass[2]?.testErrorPercent, null);
  t.true(result.notes.some((note) => note.startsWith('No test sample is of class 2:')));
});
