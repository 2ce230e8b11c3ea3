import test from 'ava';
import fc from 'fast-check';
import type { RuleSpec } from '../../../src/chip/image/chip-image.js';
import type { RunActivity } from '../../../src/chip/image/activity.js';
import { closedFormCounts } from '../../../src/chip/counts/counts.js';
import { cyclesPerSample } from '../../../src/chip/counts/cycles.js';
import { coreCycleRows } from './core-cycle-rows.js';
import { bpImage, convolutionImage, printRows, twoSamples } from './image.js';
import type { WorkedOverrides } from '../images/worked-image.js';
import { holds } from '../../support/holds.js';

/*
 * Cycles of the image by hand: Lf = 2, Ll = 4, La = 3, D = 4, one port; M = 2·κ with Pa = 1.
 * A sample of layer 1: forward 2 + ⌈60/3⌉ + 4 + 3 hops = 29, and 6 a visit (max(2, 2, 6)).
 *   feedback 48·max(1, ⌈2/4⌉) + 3 = 51. update ⌈60/4⌉ + 2·2 + 4 = 23, and 4 a visit (max(2·2, 1)).
 *   step 18·max(2·2, 2·2, 1) + 2·2 + 4 = 80.
 * Layer 2: forward 1 + ⌈18/3⌉ + 4 + 2 = 13, 4 a visit. feedback 2·max(3, ⌈5/4⌉) + 2 = 8.
 *   update ⌈18/4⌉ + 1·2 + 4 = 11, 2 a visit. step 12·2 + 1·2 + 4 = 30.
 * Layer 3: forward 3 + ⌈5/3⌉ + 4 + 4 = 13, 10 a visit. feedback 5·max(2, ⌈3/4⌉) + 4 = 14.
 *   update ⌈5/4⌉ + 3·2 + 4 = 12, 6 a visit. step 2·6 + 3·2 + 4 = 22.
 * Layer 4: forward 2 + 1 + 4 = 7, 6 a visit. update 1 + 2·2 + 4 = 9, 4 a visit. step 5·4 + 2·2 + 4 = 28.
 */

test('cycle rows of two samples hold their visits and the step (spec §5)', (t) => {
  const rows = printRows(coreCycleRows(bpImage(), [twoSamples]));
  t.deepEqual(
    rows.filter((row) => row.includes('clock')),
    [
      `forward 1 7 clock.cycle - ${2 * 29 + 70 * 6}`,
      `forward 2 8 clock.cycle - ${2 * 13 + 25 * 4}`,
      `forward 3 9 clock.cycle - ${2 * 13 + 3 * 10}`,
      `forward 4 10 clock.cycle - ${2 * 7 + 6 * 6}`,
      `feedback 1 7 clock.cycle - ${2 * 51}`,
      `feedback 2 8 clock.cycle - ${2 * 8}`,
      `feedback 3 9 clock.cycle - ${2 * 14}`,
      `update 1 7 clock.cycle - ${2 * 23 + 70 * 4 + 80}`,
      `update 2 8 clock.cycle - ${2 * 11 + 25 * 2 + 30}`,
      `update 3 9 clock.cycle - ${2 * 12 + 3 * 6 + 22}`,
      `update 4 10 clock.cycle - ${2 * 9 + 6 * 4 + 28}`,
    ],
  );
  // 478 + 126 + 56 + 50, 102 + 16 + 28, 406 + 102 + 64 + 70.
  t.true(rows.includes('idle - 7 leakage.cycle - 1498'));
});

test('serial latency is that of the sample that takes the step (spec §5)', (t) => {
  const forward = 29 + 35 * 6 + (13 + 12 * 4) + (13 + 2 * 10) + (7 + 3 * 6);
  const update = 23 + 35 * 4 + (11 + 12 * 2) + (12 + 2 * 6) + (9 + 3 * 4);
  const steps = 80 + 30 + 22 + 28;
  const latency = cyclesPerSample(bpImage(), 'training', [35, 12, 2, 3]);
  t.is(latency, forward + (51 + 8 + 14) + update + steps);
  // ⌈3/3⌉ + 2 + 1 cycles of readout.
  t.is(cyclesPerSample(bpImage(), 'inference', [35, 12, 2, 3]), forward + 4);
});

/** Cycles of phase feedback of both CONV layers in one sample. */
function feedbackCyclesOf(rule: RuleSpec, overrides: WorkedOverrides): readonly number[] {
  const image = convolutionImage({ ...overrides, chip: { rule, ...overrides.chip } });
  return coreCycleRows(image, [{ ...twoSamples, sampleCount: 1 }])
    .filter(({ phase, layer }) => phase === 'feedback' && layer !== null && layer < 3)
    .map(({ count }) => count);
}

test('fa and bp take a row of the layer above for each visit of a pooled value (spec §5)', (t) => {
  const overrides = { organisation: { feedbacksPerWord: 1, learningLaneCount: 8 } };
  // fa: 48·max(2, 1) + 3, 2·max(5, 1) + 2; bp: 48·max(1, 1) + 3, 2·max(3, 1) + 2.
  t.deepEqual(feedbackCyclesOf({ kind: 'fa' }, overrides), [99, 12]);
  t.deepEqual(feedbackCyclesOf({ kind: 'bp' }, overrides), [51, 8]);
});

test('with a generator the lanes make a row, however narrow the words (spec §5)', (t) => {
  const overrides = {
    chip: { feedbackSource: 'generator' },
    organisation: { feedbacksPerWord: 1, learningLaneCount: 8 },
  } as const;
  const defp = { kind: 'defp', sampleCount: 9, wordBits: 24, delayedErrorsPerWord: 2 } as const;
  // ⌈60/8⌉ = 8 and ⌈18/8⌉ = 3 in place of 60 and 18; label hops 5 and 6, event hops 3 and 2.
  t.deepEqual(feedbackCyclesOf({ kind: 'drtp' }, overrides), [5 + 8, 6 + 3]);
  const error: RuleSpec = { ...defp, variant: 'error' };
  t.deepEqual(feedbackCyclesOf(error, overrides), [5 + 8 + 8 + 1, 6 + 3 + 3 + 1]);
  const fullVector: RuleSpec = { ...defp, variant: 'fullVector' };
  t.deepEqual(feedbackCyclesOf(fullVector, overrides), [5 + 3 * 8 + 2, 6 + 3 * 3 + 2]);
  t.deepEqual(feedbackCyclesOf({ kind: 'dfa' }, overrides), [3 + 3 * 8, 2 + 3 * 3]);
  t.deepEqual(feedbackCyclesOf({ kind: 'fa' }, overrides), [48 + 3, 2 + 2]);
});

test('two ports halve the rewriting of gradients and of words in a step (spec §5)', (t) => {
  const image = bpImage({ organisation: { portCount: 2, accumulate: 'registers' } });
  const update = coreCycleRows(image, [twoSamples]).filter(({ phase }) => phase === 'update');
  // Layer 1: 2·(15 + 2 + 4) + 70·max(2, 1) + 18·max(2, 2, 1) + 2 + 4; layer 2: 2·(5 + 1 + 4) + 25 + 12 + 1 + 4.
  t.deepEqual(
    update.slice(0, 2).map(({ count }) => count),
    [42 + 140 + 42, 20 + 25 + 17],
  );
});

const activities = fc
  .record({
    sampleCount: fc.nat(50),
    stepCount: fc.nat(9),
    counts: fc.array(fc.tuple(fc.nat(99), fc.nat(999), fc.nat(99), fc.nat(99)), {
      minLength: 4,
      maxLength: 4,
    }),
  })
  .map(({ sampleCount, stepCount, counts }): RunActivity => ({
    run: 'training',
    sampleCount,
    stepCount,
    flushCount: 0,
    layers: counts.map(([events, visits, nonZeroEventCount, writtenWordCount], index) => ({
      layer: index + 1,
      deliveredEventCount: events,
      deliveredVisitCount: visits,
      nonZeroEventCount,
      sharedEventCount: 0,
      writtenWordCount,
      parts: null,
      traffic: null,
    })),
  }));

function sumOf(left: RunActivity, right: RunActivity): RunActivity {
  return {
    run: 'training',
    sampleCount: left.sampleCount + right.sampleCount,
    stepCount: left.stepCount + right.stepCount,
    flushCount: 0,
    layers: left.layers.map((layer, index) => ({
      layer: layer.layer,
      deliveredEventCount:
        layer.deliveredEventCount + (right.layers[index]?.deliveredEventCount ?? 0),
      deliveredVisitCount:
        layer.deliveredVisitCount + (right.layers[index]?.deliveredVisitCount ?? 0),
      nonZeroEventCount: layer.nonZeroEventCount + (right.layers[index]?.nonZeroEventCount ?? 0),
      sharedEventCount: 0,
      writtenWordCount: layer.writtenWordCount + (right.layers[index]?.writtenWordCount ?? 0),
      parts: null,
      traffic: null,
    })),
  };
}

test('counts and cycles are linear in samples, steps and what was measured of them (spec §4.5, §5)', (t) => {
  const images = fc.record({
    kind: fc.constantFrom('drtp', 'dfa', 'sdfa', 'fa', 'bp', 'shallow'),
    optimizer: fc.constantFrom(
      { kind: 'sgd' } as const,
      { kind: 'momentum', decayRaw: 58_982, isNesterov: true } as const,
      { kind: 'adam', firstDecayRaw: 58_982, secondDecayRaw: 65_470, epsilonRaw: 1 } as const,
    ),
    batchSize: fc.constantFrom(1, 4),
    feedbackSource: fc.constantFrom('memory', 'generator'),
    loss: fc.constantFrom('mse', 'ce'),
  });
  holds(
    t,
    fc.property(images, activities, activities, ({ kind, ...chip }, left, right) => {
      const image = convolutionImage({ chip: { ...chip, rule: { kind } } });
      const apart = [left, right];
      const together = [sumOf(left, right)];
      t.deepEqual(closedFormCounts(image, apart), closedFormCounts(image, together));
      t.deepEqual(coreCycleRows(image, apart), coreCycleRows(image, together));
    }),
    { seed: 45, numRuns: 100 },
  );
});
