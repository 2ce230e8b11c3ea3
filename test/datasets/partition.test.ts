import test from 'ava';
import fc from 'fast-check';

import { scaleByRange, splitEverySixth, takeFirst } from '../../src/datasets/partition.js';
import { holds } from '../support/holds.js';

test('every sixth sample, from index 5 on, is test, the rest training, in order (contracts, digits)', (t) => {
  holds(
    t,
    fc.property(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      (sampleCount, inputCount, isBytes) => {
        const length = sampleCount * inputCount;
        const rows = {
          features: isBytes
            ? Uint8Array.from({ length }, (_, index) => index)
            : Float32Array.from({ length }, (_, index) => index / 2),
          labels: Uint8Array.from({ length: sampleCount }, (_, index) => index),
        };
        const { train, test: held } = splitEverySixth(rows, inputCount);
        t.is(held.labels.length, Math.floor(sampleCount / 6));
        t.is(train.labels.length + held.labels.length, sampleCount);
        t.true(held.labels.every((label) => label % 6 === 5));
        t.true(train.labels.every((label) => label % 6 !== 5));
        for (const { features, labels } of [train, held]) {
          t.deepEqual(
            [...labels],
            [...labels].sort((left, right) => left - right),
          );
          t.deepEqual(
            [...features],
            [...labels].flatMap((label) => [
              ...rows.features.subarray(label * inputCount, (label + 1) * inputCount),
            ]),
          );
          t.is(features.constructor, rows.features.constructor);
        }
      },
    ),
    { seed: 13, numRuns: 40 },
  );
});

test('the first samples are taken as a copy', (t) => {
  const rows = { features: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(0, 1, 2) };
  const taken = takeFirst(rows, 2, 2);
  t.deepEqual(taken, { features: Uint8Array.of(1, 2, 3, 4), labels: Uint8Array.of(0, 1) });
  t.is(taken.features.buffer.byteLength, 4);
});

test('scaling takes the training range of each feature to 0…1 and clips nothing', (t) => {
  const training = Float32Array.of(10, -1, 30, 1);
  t.deepEqual([...scaleByRange(training, training, 2)], [0, 0, 1, 1]);
  t.deepEqual([...scaleByRange(Float32Array.of(15, 3, 0, -2), training, 2)], [0.25, 2, -0.5, -0.5]);
});

test('a feature that is constant in training becomes 0 everywhere', (t) => {
  const training = Float32Array.of(4, 4, 4);
  t.deepEqual([...scaleByRange(Float32Array.of(4, 7), training, 1)], [0, 0]);
});
