import test from 'ava';
import { DelayedError } from '../../../src/reference/training/delayed-error.js';
import { losses } from '../../../src/reference/loss.js';
import { trainReference } from '../../../src/reference/train-reference.js';
import { largestDeviation, makeJob } from '../make-job.js';
import { trainNaively } from '../naive-trainer.js';

const labels = Uint8Array.of(1, 0);
const outputs = Float32Array.of(0.25, 0.5, 0.125, 0.75);
const chosen = Uint32Array.of(0, 1);

/** What sample 0 (label 1) and 1 (label 0) leave behind, as the table of the rules says, by hand. */
const kept = [
  ['error', losses.bce, [-0.25, 0.5, 0.875, -0.75], [0.5, 0.875]],
  ['loss', losses.bce, [-1 / 0.75, 2, 8, -4], [2, 8]],
  ['loss', losses.mse, [-0.5, 1, 1.75, -1.5], [1, 1.75]],
  ['lossValue', losses.mse, [0.3125, 0.3125, 1.328125, 1.328125], [0.3125, 1.328125]],
  ['fullVector', losses.bce, [-0.25, 0.5, 0.875, -0.75], [-0.25, 0.5, 0.875, -0.75]],
] as const;

for (const [variant, loss, values, selected] of kept) {
  test(`DEFP ${variant} keeps ${values.join()} of a visit and uses ${selected.join()} (rules, table)`, (t) => {
    const delayed = new DelayedError({ variant }, loss, labels, 2);
    const first = variant === 'fullVector' ? [0, 1, 1, 0] : [1, 1];
    t.deepEqual([...delayed.select(chosen, labels)], first);
    delayed.keep(chosen, labels, outputs);
    t.true(largestDeviation(delayed.values(), values) < 1e-6);
    t.true(largestDeviation(delayed.select(chosen, labels), selected) < 1e-6);
  });
}

test('DEFP aggregated uses the mean of 1 − y_c over the last epoch for every sample', (t) => {
  const delayed = new DelayedError({ variant: 'aggregated' }, losses.bce, labels, 2);
  delayed.keep(chosen, labels, outputs);
  t.deepEqual([...delayed.select(chosen, labels)], [1, 1]);
  delayed.endEpoch();
  t.deepEqual([...delayed.select(chosen, labels)], [0.6875, 0.6875]);
  t.deepEqual([...delayed.values()], [0.6875]);
  delayed.keep(Uint32Array.of(0), Uint8Array.of(1), outputs.subarray(0, 2));
  delayed.endEpoch();
  t.deepEqual([...delayed.select(chosen, labels)], [0.5, 0.5]);
});

/** 1 − y_c of the two samples: 0.5 and 0.875; −∂J/∂y_c of bce 2 and 8. */
for (const [variant, averageShift, seen, left] of [
  ['lastLoss', 0, [1, 2], 8],
  ['movingAverage', 0, [1, 0.5], 0.875],
  ['movingAverage', 1, [1, 0.75], 0.8125],
  ['movingRate', 2, [1, 0.875], 0.875],
] as const) {
  test(`DEFP ${variant} over 2^${averageShift} samples: a batch sees ${seen.join()} and leaves ${left} (spec §2.9)`, (t) => {
    const delayed = new DelayedError({ variant, averageShift }, losses.bce, labels, 2);
    t.deepEqual([...delayed.select(chosen, labels)], [1, 1]);
    t.deepEqual([...(delayed.during(labels, outputs) ?? [])], [...seen]);
    t.deepEqual([...delayed.select(chosen, labels)], [1, 1]);
    delayed.keep(chosen, labels, outputs);
    delayed.endEpoch();
    t.deepEqual([...delayed.values()], [left]);
    t.is(delayed.rateFactor, variant === 'movingRate' ? left : 1);
  });
}

test.serial('a sample shown twice in an online block meets its own delayed error', async (t) => {
  const orders = (): Uint32Array => Uint32Array.of(4, 7, 4, 4, 2, 7);
  for (const variant of ['error', 'fullVector'] as const) {
    const rule = { name: 'defp', variant, init: 'targets' } as const;
    const job = makeJob([5], { rule, orders, epochs: 2 });
    const { parameters } = await trainReference(job);
    trainNaively(job).forEach(({ weights }, index) => {
      t.true(largestDeviation(parameters[index]?.weights ?? [], weights) < 1e-6);
    });
  }
});

test.serial('online blocks and batches of one sample train the same DEFP', async (t) => {
  const rule = { name: 'defp', variant: 'error', init: 'measure' } as const;
  const blocks = await trainReference(makeJob([5], { rule }));
  // With a dropout that drops (nearly) nothing the trainer cannot use its blocks: 1 − 1e-12 rounds to factors of 1.
  const steps = await trainReference(makeJob([5], { rule, dropout: { rate: 1e-12, seed: 1 } }));
  blocks.parameters.forEach(({ weights }, index) => {
    t.true(largestDeviation(weights, steps.parameters[index]?.weights ?? []) < 1e-5);
  });
  t.true(largestDeviation(blocks.delayed ?? [], steps.delayed ?? []) < 1e-5);
});

test.serial(
  'the first epoch of DEFP is DRTP, and its result holds what each sample left',
  async (t) => {
    const drtp = await trainReference(makeJob([5], { batch: 10 }));
    const rule = { name: 'defp', variant: 'error', init: 'targets' } as const;
    const defp = await trainReference(makeJob([5], { rule, batch: 10 }));
    t.deepEqual(defp.parameters, drtp.parameters);
    t.is(drtp.delayed, null);
    t.is(defp.delayed?.length, 150 * 3);
  },
);
