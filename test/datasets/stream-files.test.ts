import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';

import { loadDataset } from '../../src/datasets/load-dataset.js';
import { InputError } from '../../src/units/input-error.js';
import { aerPart, type EventRow, sensorFile, wordFile } from './events/event-files.js';
import { npyFile, temporaryFolder, writeFiles } from './file-writers.js';
import { holds } from '../support/holds.js';

/** Where no set may be looked for. */
const nowhere = '/nonexistent';

const trainSamples: readonly (readonly EventRow[])[] = [
  [
    [10, 1, 0, 1],
    [30, 1, 0, 1],
  ],
  [],
  [[5, 0, 1, 0]],
];
const testSamples: readonly (readonly EventRow[])[] = [[[7, 2, 1, 1]]];

/** Two channels of 2 x 3; 3 training samples, the second empty, and 1 test sample. */
async function aerFolder(
  t: ExecutionContext,
  changed: Readonly<Record<string, Uint8Array>> = {},
): Promise<string> {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    'sensor.npy': sensorFile(2, 2, 3),
    ...aerPart('train', trainSamples, [0, 1, 2]),
    ...aerPart('test', testSamples, [2]),
    ...changed,
  });
  return folder;
}

test('a folder of format aer gives counts as features, with the times beside them (spec §9)', async (t) => {
  const folder = await aerFolder(t);
  const { train, test: held } = await loadDataset({ path: folder, format: 'aer' }, nowhere);
  t.deepEqual(train.inputShape, [2, 2, 3]);
  t.is(train.inputCount, 12);
  t.is(train.classCount, 3);
  t.is(train.featureScale, 1);
  const counts = new Uint8Array(36);
  counts[7] = 2;
  counts[24 + 3] = 1;
  t.deepEqual(train.features, counts);
  t.deepEqual(train.events, {
    offsets: Uint32Array.of(0, 2, 2, 3),
    timesUs: Uint32Array.of(10, 30, 5),
    addresses: Uint32Array.of(1, 1, 3),
    polarities: Uint8Array.of(1, 1, 0),
  });
  t.deepEqual(held.events?.timesUs, Uint32Array.of(7));
  t.deepEqual(
    train.sourceFiles.map(({ fileName }) => fileName),
    ['sensor.npy', 'train-events.npy', 'train-offsets.npy', 'train-y.npy'],
  );
});

test('limits take the first samples of a stream (contracts, trainSamples)', async (t) => {
  const folder = await aerFolder(t);
  const { train } = await loadDataset({ path: folder, format: 'aer', trainSamples: 2 }, nowhere);
  t.is(train.features.length, 24);
  t.deepEqual(train.events?.offsets, Uint32Array.of(0, 2, 2));
  t.deepEqual(train.events?.timesUs, Uint32Array.of(10, 30));
});

test('a bad stream is refused with its file, record and sample', async (t) => {
  const refused = async (
    changed: Readonly<Record<string, Uint8Array>>,
    message: RegExp,
  ): Promise<void> => {
    const folder = await aerFolder(t, changed);
    await t.throwsAsync(loadDataset({ path: folder, format: 'aer' }, nowhere), {
      instanceOf: InputError,
      message,
    });
  };
  await refused(
    { 'train-events.npy': wordFile([3, 4], [10, 1, 0, 1, 9, 1, 0, 1, 5, 0, 1, 0]) },
    /train-events\.npy: record 1 \(event 1 of sample 0\): time 9 µs comes after 10 µs/,
  );
  await refused(
    { 'test-events.npy': wordFile([1, 4], [7, 3, 1, 1]) },
    /test-events\.npy: record 0 \(event 0 of sample 0\): x = 3 is outside 0\.\.2/,
  );
  await refused(
    {
      'train-events.npy': wordFile([3, 4], [10, 1, 0, 1, 30, 1, 0, 1, 5, 0, 1, 0]).subarray(0, -2),
    },
    /train-events\.npy: the file is cut off in record 2: 46 bytes/,
  );
  await refused(
    { 'train-offsets.npy': wordFile([4], [0, 2, 2, 4]) },
    /train-events\.npy: the file holds 3 records, the last of 4 offsets in \S+train-offsets\.npy is 4/,
  );
  await refused(
    { 'train-y.npy': npyFile('|u1', [2], Uint8Array.of(0, 1)) },
    /train-offsets\.npy: the file holds 4 offsets, so 3 samples, \S+train-y\.npy holds 2 labels/,
  );
  // 3 · 2 · 65535 · 65535
  await refused(
    { 'sensor.npy': sensorFile(2, 65_535, 65_535) },
    /train-events\.npy: 3 samples of 2 × 65535 × 65535 inputs are 25769017350 counts of events, allowed are 2147483648; correct the sensor/,
  );
});

test('streams survive the way through a folder of format aer', async (t) => {
  const rowOf = (timeUs: number): fc.Arbitrary<EventRow> =>
    fc.tuple(
      fc.constant(timeUs),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 0, max: 1 }),
      fc.integer({ min: 0, max: 1 }),
    );
  const sample = fc
    .array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 6 })
    .chain((times) => fc.tuple(...times.sort((a, b) => a - b).map(rowOf)));
  // Lasts longer than any silence before a sample, so that times are taken as they are.
  const longest: readonly EventRow[] = [
    [0, 0, 0, 0],
    [2 ** 32 - 1, 0, 0, 0],
  ];
  const folder = await aerFolder(t);
  await t.notThrowsAsync(async () => {
    await holds(
      t,
      fc.asyncProperty(fc.array(sample, { maxLength: 5 }), async (others) => {
        const samples = [longest, ...others];
        await writeFiles(
          folder,
          aerPart(
            'train',
            samples,
            samples.map((_, index) => index % 2),
          ),
        );
        const { train } = await loadDataset({ path: folder, format: 'aer' }, nowhere);
        const { events, features } = train;
        const read = samples.map((_, index) => {
          const [begin = 0, end = 0] = [events?.offsets[index], events?.offsets[index + 1]];
          return Array.from({ length: end - begin }, (_row, event) => {
            const address = events?.addresses[begin + event] ?? NaN;
            return [
              events?.timesUs[begin + event],
              address % 3,
              Math.floor(address / 3),
              events?.polarities[begin + event],
            ];
          });
        });
        let eventCount = 0;
        for (const count of features) eventCount += count;
        return (
          JSON.stringify(read) === JSON.stringify(samples) && eventCount === samples.flat().length
        );
      }),
      { seed: 12, numRuns: 50 },
    );
  });
});
