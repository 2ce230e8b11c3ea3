import test from 'ava';
import type { ChipImage, DefpSpec, RuleSpec } from '../../../src/chip/image/chip-image.js';
import type { RunActivity } from '../../../src/chip/image/activity.js';
import { closedFormCounts } from '../../../src/chip/counts/counts.js';
import { cyclesPerSample } from '../../../src/chip/counts/cycles.js';
import { coreCycleRows } from './core-cycle-rows.js';
import { printRows } from './image.js';
import { workedImage, type WorkedOverrides } from '../images/worked-image.js';

/*
 * 3-5-3: N_1 = 5, N_2 = C = 3. Pf = 2, P = 1 so R_2 = 3, Pd = 2, Ll = 4, label hops 5, output hops 3.
 * W_f = ⌈5/2⌉ = 3, ⌈5/4⌉ = 2 passes of the hidden layer's lanes, ⌈3/4⌉ = 1 for the values of the layer above.
 */
function imageOf(rule: RuleSpec, overrides: WorkedOverrides = {}): ChipImage {
  const organisation = { weightsPerWord: 1, learningLaneCount: 4, ...overrides.organisation };
  const base = workedImage({ ...overrides, organisation });
  const layers = base.layers.map((layer) =>
    layer.isOutput ? { ...layer, inputCount: 5, neuronCount: 3 } : { ...layer, neuronCount: 5 },
  );
  return { ...base, rule, classCount: 3, layers };
}

function defp(variant: DefpSpec['variant'], averageShift = 0): DefpSpec {
  return {
    kind: 'defp',
    variant,
    averageShift,
    sampleCount: 10,
    wordBits: 24,
    delayedErrorsPerWord: 2,
  };
}

/** One sample with A_0 = 3, A_1 = 2; 7 and 5 words written. */
function oneSample(isMeasuring = false): readonly RunActivity[] {
  const layers = [
    {
      layer: 1,
      deliveredEventCount: 3,
      deliveredVisitCount: 3,
      nonZeroEventCount: 3,
      sharedEventCount: 0,
      writtenWordCount: 7,
      parts: null,
      traffic: null,
    },
    {
      layer: 2,
      deliveredEventCount: 2,
      deliveredVisitCount: 2,
      nonZeroEventCount: 2,
      sharedEventCount: 0,
      writtenWordCount: 5,
      parts: null,
      traffic: null,
    },
  ];
  return [{ run: 'training', isMeasuring, sampleCount: 1, stepCount: 0, flushCount: 0, layers }];
}

/** Rows that a rule decides: phase feedback, and of phase update those of the delayed error. */
function ruleRows(image: ChipImage): readonly string[] {
  return printRows(closedFormCounts(image, oneSample())).filter(
    (row) => row.startsWith('feedback') || /delayedError|reciprocal/.test(row),
  );
}

const label = 'feedback - - io.label 1 1';

test('drtp reads a row of B and sends the label (spec §4.2)', (t) => {
  t.deepEqual(ruleRows(imageOf({ kind: 'drtp' })), [
    label,
    'feedback 1 7 feedback.read 16 3',
    'feedback 1 7 router.hop 1 5',
  ]);
});

test('defp error multiplies a row of B with d, which is read, sent and written once a sample (spec §4.2)', (t) => {
  t.deepEqual(ruleRows(imageOf(defp('error'))), [
    'feedback - - delayedError.read 24 1',
    label,
    'feedback 1 7 feedback.read 16 3',
    'feedback 1 7 datapath.multiply 10 5',
    'feedback 1 7 router.hop 1 10',
    'update - - delayedError.write 24 1',
  ]);
});

test('defp loss makes a reciprocal with bce, none with mse (spec §4.2)', (t) => {
  const withLoss = (loss: 'bce' | 'mse') =>
    ruleRows(imageOf(defp('loss'), { chip: { loss } })).filter((row) => row.startsWith('update'));
  const write = 'update - - delayedError.write 24 1';
  t.deepEqual(withLoss('bce'), [write, 'update - - datapath.reciprocal 10 1']);
  t.deepEqual(withLoss('mse'), [write]);
});

test('defp aggregated keeps its one word without accesses (spec §4.2)', (t) => {
  t.deepEqual(ruleRows(imageOf(defp('aggregated'))), [
    label,
    'feedback 1 7 feedback.read 16 3',
    'feedback 1 7 datapath.multiply 10 5',
    'feedback 1 7 router.hop 1 10',
  ]);
});

test('defp fullVector reads all of B and ⌈C/Pd⌉ words of delayed errors (spec §4.2)', (t) => {
  t.deepEqual(ruleRows(imageOf(defp('fullVector'))), [
    'feedback - - delayedError.read 24 2',
    label,
    'feedback 1 7 feedback.read 16 9',
    'feedback 1 7 datapath.multiplyAccumulate 10 15',
    'feedback 1 7 router.hop 1 20',
    'update - - delayedError.write 24 2',
  ]);
});

test('defp of the last samples reads and writes one value for all, S with two additions in as many words as it needs (spec §2.9, §4.2)', (t) => {
  t.deepEqual(ruleRows(imageOf(defp('lastLoss'), { chip: { loss: 'bce' } })), [
    'feedback - - delayedError.read 24 1',
    label,
    'feedback 1 7 feedback.read 16 3',
    'feedback 1 7 datapath.multiply 10 5',
    'feedback 1 7 router.hop 1 10',
    'update - - delayedError.write 24 1',
    'update - - datapath.reciprocal 10 1',
  ]);
  // 10 + 8 bits in words of 8.
  const rule = { ...defp('movingAverage', 8), wordBits: 8 };
  const rows = printRows(closedFormCounts(imageOf(rule), oneSample()));
  t.deepEqual(
    rows.filter((row) => row.includes(' - - ') && !row.startsWith('forward')),
    [
      'feedback - - delayedError.read 8 3',
      label,
      'update - - delayedError.write 8 3',
      'update - - datapath.add 18 2',
    ],
  );
});

test('defp movingRate multiplies η of each layer that learns and no error signal (spec §2.9, §4.2)', (t) => {
  t.deepEqual(ruleRows(imageOf(defp('movingRate', 4))), [
    'feedback - - delayedError.read 24 1',
    'feedback - - datapath.multiply 16 2',
    label,
    'feedback 1 7 feedback.read 16 3',
    'feedback 1 7 router.hop 1 10',
    'update - - delayedError.write 24 1',
  ]);
});

test('dfa multiplies and sdfa adds all of B, and C values travel (spec §4.2)', (t) => {
  t.deepEqual(ruleRows(imageOf({ kind: 'dfa' })), [
    label,
    'feedback 1 7 feedback.read 16 9',
    'feedback 1 7 datapath.multiplyAccumulate 9 15',
    'feedback 1 7 router.hop 11 9',
  ]);
  t.deepEqual(ruleRows(imageOf({ kind: 'sdfa' })), [
    label,
    'feedback 1 7 feedback.read 16 9',
    'feedback 1 7 datapath.add 8 15',
    'feedback 1 7 router.hop 11 9',
  ]);
});

test('fa reads its B in rows as long as the layer above, and δz of that layer travels (spec §4.2)', (t) => {
  // 5·⌈3/2⌉ words, 5·3 products, 3 hops of 3 values.
  t.deepEqual(ruleRows(imageOf({ kind: 'fa' })), [
    label,
    'feedback 1 7 feedback.read 16 10',
    'feedback 1 7 datapath.multiplyAccumulate 9 15',
    'feedback 1 7 router.hop 11 9',
  ]);
});

test('bp reads the weights of the layer above in its core, and N_i values travel (spec §4.2)', (t) => {
  // 5·⌈3/2⌉ words with P = 2, 3 hops of 5 values.
  const image = imageOf({ kind: 'bp' }, { organisation: { weightsPerWord: 2 } });
  t.deepEqual(ruleRows(image), [
    label,
    'feedback 1 7 datapath.multiplyAccumulate 9 15',
    'feedback 1 7 router.hop 11 15',
    'feedback 2 8 synapses.read 16 10',
  ]);
});

test('with shallow a hidden layer works forward only (spec §4.2)', (t) => {
  const rows = printRows(closedFormCounts(imageOf({ kind: 'shallow' }), oneSample()));
  t.deepEqual(
    rows.filter((row) => !row.startsWith('forward') && !row.startsWith('update 2')),
    [label],
  );
  t.false(rows.some((row) => row.startsWith('forward 1 7 eventBuffer')));
  t.true(rows.includes('forward 2 8 eventBuffer.write 12 2'));
  t.true(rows.includes('update 2 8 eventBuffer.read 12 2'));
});

test('a frozen layer that bp passes through makes δz and nothing after it (spec §2.9, §4.2)', (t) => {
  const image = imageOf({ kind: 'bp' }, { chip: { loss: 'mse' } });
  const layers = image.layers.map((layer) => ({ ...layer, isTrainable: !layer.isOutput }));
  const rows = printRows(closedFormCounts({ ...image, layers }, oneSample()));
  t.deepEqual(
    rows.filter((row) => /^\w+ 2 .*(eventBuffer|feedback)|^update 2/.test(row)),
    [
      'update 2 8 neurons.read 32 2',
      'update 2 8 datapath.multiply 8 3',
      'update 2 8 datapath.multiply 9 3',
      'update 2 8 datapath.add 8 3',
      'update 2 8 datapath.add 9 3',
    ],
  );
  t.true(rows.includes('feedback 2 8 synapses.read 16 15'));
});

test('a frozen layer without a learning one below makes no δz (spec §2.9, §4.2)', (t) => {
  for (const kind of ['bp', 'drtp'] as const) {
    const image = imageOf({ kind });
    const layers = image.layers.map((layer) => ({ ...layer, isTrainable: layer.isOutput }));
    const rows = printRows(closedFormCounts({ ...image, layers }, oneSample()));
    t.deepEqual(
      rows.filter((row) => row.startsWith('feedback') || row.startsWith('update 1')),
      [label],
    );
  }
});

test('a measuring pass runs forward and writes what it measured (spec §4.2, §5)', (t) => {
  const rows = printRows(closedFormCounts(imageOf(defp('loss')), oneSample(true)));
  t.deepEqual(
    rows.filter((row) => !row.startsWith('forward')),
    [label, 'update - - delayedError.write 24 1', 'update - - datapath.reciprocal 10 1'],
  );
  const forward = (activities: readonly string[]) =>
    activities.filter((row) => row.startsWith('forward'));
  const learning = printRows(closedFormCounts(imageOf(defp('loss')), oneSample()));
  t.deepEqual(forward(rows), forward(learning));
  const cycles = coreCycleRows(imageOf(defp('loss')), oneSample(true));
  t.deepEqual([...new Set(cycles.map(({ phase }) => phase))], ['forward', 'idle']);
});

/** Cycles of phase feedback in one sample. */
function feedbackCycles(rule: RuleSpec, overrides: WorkedOverrides = {}): number {
  const rows = coreCycleRows(imageOf(rule, overrides), oneSample());
  return rows.find(({ phase }) => phase === 'feedback')?.count ?? 0;
}

test('cycles of the error signal follow words and lanes of each rule (spec §5)', (t) => {
  t.is(feedbackCycles({ kind: 'drtp' }), 5 + 3);
  t.is(feedbackCycles(defp('error')), 5 + 3 + 2 + 1);
  t.is(feedbackCycles(defp('fullVector')), 5 + 3 * 3 + 2);
  t.is(feedbackCycles(defp('lastLoss')), 5 + 3 + 2 + 1);
  t.is(feedbackCycles({ ...defp('movingAverage', 8), wordBits: 8 }), 5 + 3 + 2 + 3);
  t.is(feedbackCycles(defp('movingRate', 4)), 5 + 3 + 1);
  t.is(feedbackCycles({ kind: 'dfa' }), 3 + 3 * 3);
  t.is(feedbackCycles({ kind: 'sdfa' }), 3 + 3 * 3);
  t.is(feedbackCycles({ kind: 'fa' }), 5 * 2 + 3);
  t.is(feedbackCycles({ kind: 'bp' }), 5 * 3 + 3);
  t.is(feedbackCycles({ kind: 'shallow' }), 0);
});

test('lanes bound the error signal where they are fewer than the words (spec §5)', (t) => {
  const organisation = { learningLaneCount: 1, weightsPerWord: 3 };
  t.is(feedbackCycles(defp('fullVector'), { organisation }), 5 + 3 * 5 + 2);
  t.is(feedbackCycles({ kind: 'dfa' }, { organisation }), 3 + 3 * 5);
  t.is(feedbackCycles({ kind: 'fa' }, { organisation }), 5 * 3 + 3);
  t.is(feedbackCycles({ kind: 'bp' }, { organisation }), 5 * 3 + 3);
});

test('a frozen layer costs the cycles of δz where one below learns, else none (spec §2.9, §5)', (t) => {
  const cyclesOf = (kind: 'bp' | 'drtp', frozen: number) => {
    const image = imageOf({ kind });
    const layers = image.layers.map((layer) => ({ ...layer, isTrainable: layer.layer !== frozen }));
    return cyclesPerSample({ ...image, layers }, 'training', [3, 2]);
  };
  // Forward: 5 + 3·5 + 5 + 4 + 3 hops, 3 + 2·3 + 3 + 4. Update of layer 1: 2 + 3·max(5·2, 2) + 5·2 + 4.
  const [forward, update1] = [32 + 16, 46];
  // Update of layer 2: 1 + 2·max(3·2, 1) + 3·2 + 4; δz alone 1 + 4.
  const [update2, delta2] = [23, 5];
  t.is(cyclesOf('bp', 0), forward + 18 + update1 + update2);
  t.is(cyclesOf('bp', 2), forward + 18 + update1 + delta2);
  t.is(cyclesOf('drtp', 2), forward + 8 + update1);
  t.is(cyclesOf('bp', 1), forward + update2);
});
