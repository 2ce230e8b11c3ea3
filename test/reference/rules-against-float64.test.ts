import test from 'ava';
import fc from 'fast-check';
import { openBackend } from '../../src/reference/backend/backend.js';
import { trainReference } from '../../src/reference/train-reference.js';
import { largestDeviation } from './make-job.js';
import { trainNaively } from './naive-trainer.js';
import { randomJobs } from './random-job.js';
import { holds } from '../support/holds.js';

/* test.serial throughout: TensorFlow.js has one backend a process. */

test.serial(
  'every rule trains the parameters that float64 loops train, whatever network, loss, optimizer and batch (rules, table)',
  async (t) => {
    let worst = 0;
    await holds(
      t,
      fc.asyncProperty(randomJobs, async (job) => {
        const { parameters } = await trainReference(job);
        trainNaively(job).forEach((expected, index) => {
          const { weights, biases } = parameters[index] ?? { weights: [], biases: [] };
          const deviation = Math.max(
            largestDeviation(weights, expected.weights),
            largestDeviation(biases, expected.biases),
          );
          const size = Math.max(1, ...expected.weights.map(Math.abs));
          worst = Math.max(worst, deviation / size);
          // Rounding to 2^-24 of the values in up to 24 updates; RMSprop and Adam divide by gradients that may be small.
          t.true(deviation < 1e-4 * size, `layer ${index}: ${deviation} of ${size}`);
        });
      }),
      { seed: 1, numRuns: 300 },
    );
    t.log(`largest deviation ${worst}`);
    t.true(worst > 0 && worst < 5e-5);
  },
);

test.serial('no rule leaves a tensor behind', async (t) => {
  const { tf } = await openBackend('wasm');
  const before = tf.memory().numTensors;
  await holds(
    t,
    fc.asyncProperty(randomJobs, async (job) => {
      await trainReference({ ...job, backend: 'wasm' }, { step: () => undefined });
      t.is(tf.memory().numTensors, before);
    }),
    { seed: 2, numRuns: 60 },
  );
});

test.serial('wasm and cpu train the same parameters by every rule', async (t) => {
  await holds(
    t,
    fc.asyncProperty(randomJobs, async (job) => {
      const { parameters: wasm } = await trainReference({ ...job, backend: 'wasm' });
      const { parameters: cpu } = await trainReference({ ...job, backend: 'cpu' });
      wasm.forEach(({ weights, biases }, index) => {
        const bound = 1e-4 * Math.max(1, ...weights.map(Math.abs));
        t.true(largestDeviation(weights, cpu[index]?.weights ?? []) < bound);
        t.true(largestDeviation(biases, cpu[index]?.biases ?? []) < bound);
      });
    }),
    { seed: 3, numRuns: 60 },
  );
});
