import test from 'ava';
import fc from 'fast-check';
import { trainReference } from '../../src/reference/train-reference.js';
import { learnedSamples } from '../../src/reference/training/skipped-samples.js';
import { holds } from '../support/holds.js';
import { largestDeviation, makeJob } from './make-job.js';
import { trainNaively } from './naive-trainer.js';
import { randomJobs } from './random-job.js';

/* test.serial throughout: TensorFlow.js has one backend a process. */

test('a sample is learned from as soon as one |error| reaches the limit (spec §2.15)', (t) => {
  const job = { loss: 'mse', skipBelow: 0.25 } as const;
  // Targets 1, 0: errors −0.125, 0.125; −0.125, 0.25; 0.125, −0.5.
  const outputs = Float32Array.of(0.875, 0.125, 0.875, 0.25, 1.125, -0.5);
  t.deepEqual(learnedSamples(job, Uint8Array.of(0, 0, 0), outputs), Float32Array.of(0, 1, 1));
  t.is(learnedSamples({ ...job, skipBelow: null }, Uint8Array.of(0, 0, 0), outputs), null);
});

test('loss ce compares softmax(y) − y* (spec §2.15)', (t) => {
  // y = ln 3, 0: p = 3/4, 1/4; label 0: errors −1/4, 1/4.
  const outputs = Float32Array.of(Math.log(3), 0);
  const learned = (skipBelow: number) =>
    learnedSamples({ loss: 'ce', skipBelow }, Uint8Array.of(0), outputs);
  t.deepEqual(learned(0.26), Float32Array.of(0));
  t.is(learned(0.24), null);
});

test.serial(
  'every rule skips the samples that float64 loops skip, whatever network, loss, optimizer and batch (spec §2.15)',
  async (t) => {
    let differing = 0;
    await holds(
      t,
      fc.asyncProperty(randomJobs, fc.constantFrom(0.37, 0.61, 0.83), async (job, skipBelow) => {
        const skipping = { ...job, skipBelow };
        const { parameters } = await trainReference(skipping);
        const all = trainNaively(job);
        trainNaively(skipping).forEach((expected, index) => {
          const { weights, biases } = parameters[index] ?? { weights: [], biases: [] };
          const size = Math.max(1, ...expected.weights.map(Math.abs));
          t.true(largestDeviation(weights, expected.weights) < 1e-4 * size);
          t.true(largestDeviation(biases, expected.biases) < 1e-4 * size);
          const others = all[index]?.weights ?? [];
          if (expected.weights.some((weight, place) => weight !== others[place])) differing += 1;
        });
      }),
      { seed: 4, numRuns: 120 },
    );
    t.true(differing > 20, `${differing} layers learned otherwise than without skips`);
  },
);

test.serial('a limit that no error is below trains what no limit trains', async (t) => {
  const job = makeJob([5], { batch: 2 });
  const { parameters } = await trainReference(job);
  const { parameters: skipping } = await trainReference({ ...job, skipBelow: 1e-7 });
  t.deepEqual(skipping, parameters);
});
