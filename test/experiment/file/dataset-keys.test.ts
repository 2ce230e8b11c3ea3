import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import test from 'ava';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import { InputError } from '../../../src/units/input-error.js';
import { npyFile } from '../../datasets/file-writers.js';
import { aerFiles, npyFiles, tinyExperiment, writeFiles } from '../../fuzz/tiny.js';
import { makeFolder } from '../small-run.js';

/* A value of `dataset` that only the data can refuse is refused where it stands in the experiment file, as any other. */

const events = { ...aerFiles() };
const oneClass = { ...npyFiles() };
for (const [name, count] of [
  ['train', 12],
  ['test', 4],
] as const)
  oneClass[`${name}-y.npy`] = npyFile('|u1', [count], new Uint8Array(count));

const cases = [
  {
    dataset: '{ path: data, format: npy, trainSamples: 999 }',
    files: npyFiles(),
    key: 'trainSamples',
    message: 'dataset.trainSamples: 999: data has 12 training samples; allowed are',
  },
  {
    dataset: '{ path: data, format: npy, testSamples: 5 }',
    files: npyFiles(),
    key: 'testSamples',
    message: 'dataset.testSamples: 5: data has 4 test samples; allowed are',
  },
  {
    dataset: '{ name: digits, trainSamples: 9999 }',
    files: {},
    key: 'trainSamples',
    message: 'dataset.trainSamples: 9999: digits has 1498 training samples; allowed are',
  },
  {
    dataset: '{ path: data, format: aer, scale: 2 }',
    files: events,
    key: 'scale',
    message: 'dataset.scale: the values of an event stream are counts of events',
  },
  {
    dataset: '{ path: data, format: aer, normalise: range }',
    files: events,
    key: 'normalise',
    message: 'dataset.normalise: the values of an event stream are counts of events',
  },
  {
    dataset: '{ path: data, format: npy }',
    files: oneClass,
    key: 'path',
    message: 'dataset.path: ',
  },
];

for (const { dataset, files, key, message } of cases) {
  test(`${dataset} is refused at its place`, async (t) => {
    const folder = await makeFolder();
    const file = path.join(folder, 'case.yaml');
    writeFiles(path.join(folder, 'data'), files);
    await writeFile(file, tinyExperiment(dataset));
    const error = await t.throwsAsync(prepareExperiment(file), { instanceOf: InputError });
    // The value stands behind its key and a colon, columns count from 1.
    const column = `dataset: ${dataset}`.indexOf(`${key}: `) + key.length + 3;
    t.true(error.message.startsWith(`${file}:2:${column}: ${message}`), error.message);
  });
}

test('given with --set it is refused as that', async (t) => {
  const folder = await makeFolder();
  const file = path.join(folder, 'case.yaml');
  writeFiles(path.join(folder, 'data'), npyFiles());
  await writeFile(file, tinyExperiment());
  await t.throwsAsync(prepareExperiment(file, ['dataset.trainSamples=13']), {
    instanceOf: InputError,
    message:
      /^--set dataset\.trainSamples=13: (?:dataset\.trainSamples: )?13: data has 12 training/,
  });
});
