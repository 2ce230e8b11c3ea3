import test from 'ava';
import { batchLatency } from '../../../src/experiment/record/schedule-costs.js';
import { cyclesPerSample } from '../../../src/chip/counts/cycles.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { chipImage, samples } from '../../chip/images/chip-image.js';

/** A 2-2-2-2 network: every layer alike, but for the error signal, which the output layer has none of. */
function imageOf(kind: 'bp' | 'dfa' | 'drtp', options: Partial<ChipImage> = {}) {
  const hidden = { weights: [8, 8, 8, 8], biases: [4, 4], function: 'tanh' } as const;
  const feedback = kind === 'bp' ? {} : { feedback: [1, 1, 1, 1] };
  return chipImage(
    [
      { ...hidden, ...feedback },
      { ...hidden, ...feedback },
      { ...hidden, function: 'sigmoid' },
    ],
    { rule: { kind }, batchSize: 4, ...options },
  );
}
const four = samples([1, 2, 3, 1, 2, 2, 1, 1], [0, 1, 0, 1]);

async function activityOf(image: ChipImage) {
  const fast = await makeFastEngine(image);
  fast.train(four);
  const activity = fast.activity().find(({ run }) => run === 'training');
  if (activity === undefined) throw new Error('nothing was trained');
  return activity;
}

test('one sample after the other, a batch takes what the event-driven engine takes for it (spec §8)', async (t) => {
  for (const kind of ['bp', 'dfa'] as const) {
    const image = imageOf(kind);
    const latency = batchLatency(image, await activityOf(image));
    const timed = await makeEventDrivenEngine(image);
    timed.train(four);
    const elapsed = timed.latencies().find(({ pass }) => pass === 'training')?.elapsedCycles;
    t.is(latency?.samples, 4);
    t.true(Math.abs((latency?.serialCycles ?? NaN) - (elapsed ?? NaN)) < 1e-6, kind);
  }
});

test('inside a batch every further sample costs the slowest layer, forward and back; the step is taken by all layers at once (spec §8)', async (t) => {
  for (const kind of ['bp', 'dfa'] as const) {
    const of = async (batchSize: number) => {
      const image = imageOf(kind, { batchSize });
      // The activity is a mean: the same for every size of batch.
      return batchLatency(image, await activityOf(image));
    };
    const [two, three, four4] = [await of(2), await of(3), await of(4)];
    const grown = (three?.pipelinedCycles ?? NaN) - (two?.pipelinedCycles ?? NaN);
    t.true(
      Math.abs((four4?.pipelinedCycles ?? NaN) - (three?.pipelinedCycles ?? NaN) - grown) < 1e-6,
    );
    // Less than a whole sample of the serial schedule, more than its third: no layer is that much slower than another.
    const serial = (three?.serialCycles ?? NaN) - (two?.serialCycles ?? NaN);
    t.true(grown < serial && grown > serial / 3, `${kind}: ${grown} of ${serial}`);
  }
});

test('equal stages without a step: 2·(k + m − 1) slots (spec §8)', async (t) => {
  // A chain of bp through k = 3 layers and m = 4 samples of f = 10 forward and u = 20 back is 60 + 120.
  const image = imageOf('bp');
  const activity = await activityOf(image);
  const latency = batchLatency(image, activity);
  const perLayer = image.layers.map((_, index) => activity.layers[index]?.deliveredVisitCount ?? 0);
  const serial = cyclesPerSample(
    image,
    'training',
    perLayer.map((visits) => visits / 4),
  );
  // The serial latency of a sample with its step, m times, is more than the batch's by m − 1 steps.
  t.true((latency?.serialCycles ?? NaN) < 4 * serial);
  t.true((latency?.pipelinedCycles ?? NaN) < (latency?.serialCycles ?? NaN));
});

test('a rule that is not locked, and a batch of one, have none', async (t) => {
  const drtp = imageOf('drtp');
  t.is(batchLatency(drtp, await activityOf(drtp)), null);
  const online = imageOf('bp', { batchSize: 1 });
  t.is(batchLatency(online, await activityOf(online)), null);
});
