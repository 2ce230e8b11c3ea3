import test from 'ava';
import { cycleRows, cyclesPerSample } from '../../../src/chip/counts/cycles.js';
import { workedImage } from '../images/worked-image.js';

/*
 * The worked example by hand, N = 2, R = 1, Pb = 1, Lf = 2, Ll = La = 1, D = 4, one port, registers:
 * forward 1: ⌈2/1⌉ + 3·max(1, 1, 0) + ⌈2/1⌉ + 4 = 11, and 3 hops: 14.   forward 2: 2 + 2·1 + 2 + 4 = 10.
 * readout: ⌈2/2⌉ + 1 + 1 = 3.   feedback 1: 5 + ⌈2/2⌉ = 6.
 * update 1: ⌈2/1⌉ + 3·max(1·2, 2) + 2·2 + 4 = 16.   update 2: 2 + 2·2 + 4 + 4 = 14.
 */

test('serial latency of the worked example is the sum of its steps (spec §5)', (t) => {
  t.is(cyclesPerSample(workedImage(), 'inference', [3, 2]), 14 + 10 + 3);
  t.is(cyclesPerSample(workedImage(), 'training', [3, 2]), 14 + 6 + 16 + 10 + 14);
});

test('two ports halve the rewriting of words (spec §5)', (t) => {
  const image = workedImage({ organisation: { portCount: 2, learningLaneCount: 2 } });
  // update 1: 1 + 3·max(1, 1) + 2 + 4 = 10; update 2: 1 + 2 + 2 + 4 = 9.
  t.is(cyclesPerSample(image, 'training', [3, 2]), 14 + 6 + 10 + 10 + 9);
});

test('partial sums in memory bound the forward pass by M (spec §5)', (t) => {
  const image = workedImage({ organisation: { accumulate: 'memory' } });
  // M = ⌈2/1⌉·2 = 4 instead of 1 cycle an event: 3·3 and 2·3 cycles more.
  t.is(cyclesPerSample(image, 'inference', [3, 2]), 27 + 9 + 6);
});

test('cycle rows sum the samples of a run and every core leaks through all of them (spec §5)', (t) => {
  const layers = [
    {
      layer: 1,
      deliveredEventCount: 5,
      deliveredVisitCount: 5,
      nonZeroEventCount: 5,
      sharedEventCount: 0,
      writtenWordCount: 5,
      parts: null,
      traffic: null,
    },
    {
      layer: 2,
      deliveredEventCount: 4,
      deliveredVisitCount: 4,
      nonZeroEventCount: 4,
      sharedEventCount: 0,
      writtenWordCount: 4,
      parts: null,
      traffic: null,
    },
  ];
  const rows = cycleRows(workedImage(), [
    { run: 'training', sampleCount: 2, stepCount: 0, flushCount: 0, layers },
  ]);
  // Two samples with 5 and 4 events in all: forward 2·11 + 5 and 2·8 + 4·1, update 2·10 + 5·2 and 2·10 + 4·2.
  const expected = [
    ['forward', 1, 7, 'clock.cycle', 27],
    ['forward', 2, 8, 'clock.cycle', 20],
    ['feedback', 1, 7, 'clock.cycle', 12],
    ['feedback', 1, 7, 'clock.update', 12],
    ['update', 1, 7, 'clock.cycle', 30],
    ['update', 1, 7, 'clock.update', 30],
    ['update', 2, 8, 'clock.cycle', 28],
    ['update', 2, 8, 'clock.update', 28],
    ['idle', null, null, 'leakage.shared', 117],
    ['idle', null, 7, 'clock.ungated', 117],
    ['idle', null, 7, 'leakage.cycle', 117],
    ['idle', null, 8, 'clock.ungated', 117],
    ['idle', null, 8, 'leakage.cycle', 117],
  ];
  t.deepEqual(
    rows.map(({ phase, layer, core, componentAction, count }) => [
      phase,
      layer,
      core,
      componentAction,
      count,
    ]),
    expected,
  );
  t.true(rows.every(({ run, bits }) => run === 'training' && bits === null));
});
