import test from 'ava';
import fc from 'fast-check';
import { checkSettings } from '../../../src/chip/checks/settings-check.js';
import { makeEventDrivenEngine, makeFastEngine } from '../../../src/chip/engines.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { updatesAtOnce } from '../../../src/chip/image/learning-layers.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import { InputError } from '../../../src/units/input-error.js';
import { holds } from '../../support/holds.js';
import { chipImage, countsOf, samples, smallDefp, type SmallLayer } from '../images/chip-image.js';
import { randomImage, randomSamples } from '../images/random-image.js';

/*
 * The 2-2-2 network of chip-rules.test.ts: x = [3, 2], label 0, h = [6, −9], y = [7, 8] at 4 fraction bits, so that
 * e = [−9, 8]: below T = 10 at both outputs, not below T = 9.
 */
const hidden = {
  weights: [4, -2, 1, 5],
  biases: [1, -3],
  feedback: [3, -5, -2, 4],
  function: 'tanh',
} satisfies SmallLayer;
const output = {
  weights: [2, -4, 3, 1],
  biases: [0, 2],
  function: 'sigmoid',
  interpolation: 'linear',
} satisfies SmallLayer;
const layers = [hidden, output];
const sample = samples([3, 2], [0], [0]);
/** Layer 2 learns as in chip-rules.test.ts. */
const learnedWeights = [3, -5, 2, 2];

function skippingImage(thresholdRaw: number, options: Partial<ChipImage> = {}): ChipImage {
  return chipImage(layers, {
    updateSkip: { thresholdRaw },
    organisation: { pipelineDepthCycles: 3 },
    ...options,
  });
}

test('a sample is skipped where |e| is below the threshold at every output, strictly (spec §2.15)', (t) => {
  for (const [thresholdRaw, isSkipped] of [
    [9, false],
    [10, true],
  ] as const) {
    const dut = new OracleEngine(skippingImage(thresholdRaw));
    t.deepEqual([...dut.train(sample)], [7, 8]);
    const { weightsRaw, biasesRaw } = dut.learnedState();
    t.deepEqual([...(weightsRaw[1] ?? [])], isSkipped ? output.weights : learnedWeights);
    t.is([...(weightsRaw[0] ?? [])].join() === hidden.weights.join(), isSkipped);
    t.is([...(biasesRaw[0] ?? [])].join() === hidden.biases.join(), isSkipped);
  }
});

test('of a skipped sample the error alone is counted after the forward pass: y read, subtracted, compared (spec §2.15)', async (t) => {
  const image = skippingImage(10);
  const { totalBits } = image.numerics.formats.delta;
  const oracle = new OracleEngine(image);
  const timed = await makeEventDrivenEngine(image);
  const fast = await makeFastEngine(image);
  for (const engine of [oracle, timed, fast]) engine.train(sample);
  const after = (rows: ReturnType<OracleEngine['ledgerRows']>) =>
    countsOf(rows.filter(({ phase }) => phase === 'feedback' || phase === 'update'));
  const counts = {
    'training feedback - io.label/3': 1,
    'training update 2 neurons.read/16': 1,
    [`training update 2 datapath.add/${totalBits}`]: 2,
    [`training update 2 datapath.compare/${totalBits}`]: 2,
  };
  t.deepEqual(after(oracle.ledgerRows()), counts);
  // ⌈2/1⌉ lanes and the pipeline's 3 cycles.
  t.deepEqual(after(timed.ledgerRows()), {
    ...counts,
    'training update 2 clock.cycle/-': 5,
    'training update 2 clock.update/-': 5,
  });
  t.deepEqual(after(fast.ledgerRows()), counts);
  t.is(fast.activity().find(({ run }) => run === 'training')?.skippedSampleCount, 1);
});

test('a delayed error is read and written in a skipped sample too (spec §2.15)', (t) => {
  const rule = smallDefp('error', 1);
  const dut = new OracleEngine(skippingImage(10, { rule }));
  dut.train(sample);
  const counts = countsOf(dut.ledgerRows());
  t.is(counts['training feedback - delayedError.read/8'], 1);
  t.is(counts['training update - delayedError.write/8'], 1);
  t.deepEqual([...(dut.learnedState().delayedErrors?.isValid ?? [])], [1]);
});

test('a batch takes its step if one of its samples is learned from, and none where all are skipped (spec §2.15)', (t) => {
  const two = samples([3, 2, 3, 2], [0, 0]);
  const oneEach = samples([3, 2, 3, 2], [0, 1]);
  const stepsOf = (batch: typeof two): number => {
    const dut = new OracleEngine(skippingImage(10, { batchSize: 2 }));
    dut.train(batch);
    dut.endEpoch();
    // A step writes every row of layer 2: two.
    return (countsOf(dut.ledgerRows())['training update 2 synapses.write/16'] ?? 0) / 2;
  };
  t.is(stepsOf(two), 0);
  // Label 1: e = [7, −8], below 10 too; with T = 9 neither is: both batches step.
  t.is(stepsOf(oneEach), 0);
  const dut = new OracleEngine(skippingImage(9, { batchSize: 2 }));
  // Label 0 errs by −9 and is learned from, label 1 by −8 at most and is not.
  dut.train(oneEach);
  dut.endEpoch();
  t.is(countsOf(dut.ledgerRows())['training update 2 synapses.write/16'], 2);
});

test('rules that update at once are locked, but for shallow, of which no hidden layer learns (spec §2.15, §8)', (t) => {
  const isPipelined = (kind: 'drtp' | 'shallow' | 'bp', updateSkip: ChipImage['updateSkip']) =>
    updatesAtOnce(chipImage(layers, { rule: { kind }, updateSkip: updateSkip ?? null }));
  t.deepEqual(
    [null, { thresholdRaw: 3 }].map((skip) => isPipelined('drtp', skip)),
    [true, false],
  );
  t.deepEqual(
    [null, { thresholdRaw: 3 }].map((skip) => isPipelined('shallow', skip)),
    [true, true],
  );
  t.false(isPipelined('bp', null));
});

test('a threshold of one step skips samples without any error alone: where there are none the bits are those without a threshold (spec §2.15)', async (t) => {
  let comparedCount = 0;
  await holds(
    t,
    fc.asyncProperty(fc.integer({ min: 0, max: 100_000 }), async (seed) => {
      const image = randomImage(seed);
      const batch = randomSamples(image, seed, 4);
      const all = await makeFastEngine(image);
      const skipping = await makeFastEngine({ ...image, updateSkip: { thresholdRaw: 1 } });
      for (const engine of [all, skipping]) engine.train(batch);
      const training = skipping.activity().find(({ run }) => run === 'training');
      if (training?.skippedSampleCount !== 0) return;
      t.deepEqual(skipping.learnedState(), all.learnedState());
      comparedCount += 1;
    }),
    { seed: 5, numRuns: 60 },
  );
  t.true(comparedCount > 50, `${comparedCount} chips compared`);
});

test('thresholds that no |e| below 1 can need are refused (spec §2.15)', (t) => {
  for (const thresholdRaw of [0, -1, 2.5, 17]) {
    const error = t.throws(
      () => {
        checkSettings(skippingImage(thresholdRaw));
      },
      { instanceOf: InputError },
    );
    t.regex(error.message, /^updateSkip: a threshold of .* whole number from 1 to 16$/);
  }
  t.notThrows(() => {
    checkSettings(skippingImage(16));
  });
});
