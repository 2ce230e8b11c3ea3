import test from 'ava';
import type { ChipImage, OptimizerSpec } from '../../../src/chip/image/chip-image.js';
import type { RunActivity } from '../../../src/chip/image/activity.js';
import { closedFormCounts } from '../../../src/chip/counts/counts.js';
import { cyclesPerSample } from '../../../src/chip/counts/cycles.js';
import { coreCycleRows } from './core-cycle-rows.js';
import { type FixedPointFormat, parseFormat } from '../../../src/numerics/format.js';
import { printRows } from './image.js';
import { workedImage, type WorkedOverrides } from '../images/worked-image.js';

const factor = { kind: 'factor', mantissaRaw: 40_000, fractionBits: 20 } as const;
const rmsprop = { kind: 'rmsprop', decayRaw: 64_881, epsilonRaw: 1 } as const;
const adam = {
  kind: 'adam',
  firstDecayRaw: 58_982,
  secondDecayRaw: 65_470,
  epsilonRaw: 1,
} as const;

/** 3-2-2 of docs/spec.md §4.3 with gradients of 18 bits, momenta of 20, second moments of 22; biases draw like weights. */
function stepImage(
  optimizer: OptimizerSpec,
  batchSize: number,
  overrides: WorkedOverrides & { readonly gradient?: FixedPointFormat } = {},
): ChipImage {
  const { numerics } = workedImage();
  const formats = {
    ...numerics.formats,
    gradient: overrides.gradient ?? parseFormat('s18.12'),
    momentum: parseFormat('s20.14'),
    secondMoment: parseFormat('u22.18'),
  };
  const rounding = { ...numerics.rounding, bias: 'stochastic' as const };
  return workedImage({
    ...overrides,
    chip: { optimizer, batchSize, numerics: { ...numerics, formats, rounding }, ...overrides.chip },
  });
}

/** 9 and 5 events in all; with write gating a step left one word of three as it was in layer 1, one of two in layer 2. */
function activity(sampleCount: number, stepCount: number): RunActivity {
  const layers = [
    { layer: 1, events: 9, writtenWordCount: 2 * stepCount },
    { layer: 2, events: 5, writtenWordCount: stepCount },
  ].map(({ layer, events, writtenWordCount }) => ({
    layer,
    deliveredEventCount: events,
    deliveredVisitCount: events,
    nonZeroEventCount: events,
    sharedEventCount: 0,
    writtenWordCount,
    parts: null,
    traffic: null,
  }));
  return { run: 'training', sampleCount, stepCount, flushCount: 0, layers };
}

function rowsOf(image: ChipImage, pattern: RegExp, measured = activity(3, 1)): readonly string[] {
  return printRows(closedFormCounts(image, [measured])).filter((row) => pattern.test(row));
}

test('a batch of three samples and its adam step cost the rows of the specification (spec §4.5)', (t) => {
  const layer = { learningRate: factor, gradientScale: factor };
  const organisation = { hasWordWriteGating: true };
  const image = stepImage(adam, 3, { layer, organisation, chip: { loss: 'mse' } });
  // Layer 1: A = V = 9, ρ = 3, κ = 2, R = 1, Rg = Ro = 2, (ρ + 1)·κ = 8. Layer 2: A = 5, ρ = 2, (ρ + 1)·κ = 6.
  t.deepEqual(rowsOf(image, /^update/), [
    'update 1 7 synapses.read 16 3', // ρ·R
    'update 1 7 synapses.write 16 2', // measured
    'update 1 7 neurons.read 32 3',
    'update 1 7 bias.read 16 2', // ⌈2/1⌉, once a step
    'update 1 7 bias.write 16 2',
    'update 1 7 eventBuffer.read 12 9',
    'update 1 7 optimizerState.read 64 8', // ρ·Ro + 2
    'update 1 7 optimizerState.write 64 8',
    'update 1 7 gradient.read 32 32', // samples 9·2 + 3·2, step 3·2 + 2
    'update 1 7 gradient.write 32 32',
    'update 1 7 datapath.multiplyAccumulate 9 18', // V·κ
    'update 1 7 datapath.multiply 8 6', // f′
    'update 1 7 datapath.multiply 9 6', // δz
    'update 1 7 datapath.multiply 18 8', // scale, max(18, 16) bits
    'update 1 7 datapath.multiply 22 64', // 8·8 at S = max(18, 20, 22)
    'update 1 7 datapath.multiply 32 10', // η 8, corrections 2
    'update 1 7 datapath.add 8 12', // f′ 6, w − u 6
    'update 1 7 datapath.add 12 2', // b − u
    'update 1 7 datapath.add 18 6', // gradients of biases
    'update 1 7 datapath.add 22 24', // 3·8
    'update 1 7 datapath.reciprocal 22 8',
    'update 1 7 datapath.reciprocal 32 2',
    'update 1 7 datapath.squareRoot 22 8',
    'update 1 7 random.draw 16 8', // 6 weights, 2 biases
    'update 2 8 synapses.read 16 2',
    'update 2 8 synapses.write 16 1',
    'update 2 8 neurons.read 32 3',
    'update 2 8 bias.read 16 2',
    'update 2 8 bias.write 16 2',
    'update 2 8 eventBuffer.read 12 5',
    'update 2 8 optimizerState.read 64 6', // 2·2 + 2
    'update 2 8 optimizerState.write 64 6',
    'update 2 8 gradient.read 32 22', // samples 5·2 + 3·2, step 2·2 + 2
    'update 2 8 gradient.write 32 22',
    'update 2 8 datapath.multiplyAccumulate 9 10',
    'update 2 8 datapath.multiply 8 6',
    'update 2 8 datapath.multiply 9 6',
    'update 2 8 datapath.multiply 18 6',
    'update 2 8 datapath.multiply 22 48',
    'update 2 8 datapath.multiply 32 8', // η 6, corrections 2
    'update 2 8 datapath.add 8 10', // f′ 6, w − u 4
    'update 2 8 datapath.add 9 6', // y − t
    'update 2 8 datapath.add 12 2',
    'update 2 8 datapath.add 18 6',
    'update 2 8 datapath.add 22 18',
    'update 2 8 datapath.reciprocal 22 6',
    'update 2 8 datapath.reciprocal 32 2',
    'update 2 8 datapath.squareRoot 22 6',
    'update 2 8 random.draw 16 6',
  ]);
});

test('a batch without a step costs gradients only (spec §2.11, §4.5)', (t) => {
  t.deepEqual(rowsOf(stepImage(adam, 4), /^update 1/, activity(3, 0)), [
    'update 1 7 neurons.read 32 3',
    'update 1 7 eventBuffer.read 12 9',
    'update 1 7 gradient.read 32 24',
    'update 1 7 gradient.write 32 24',
    'update 1 7 datapath.multiplyAccumulate 9 18',
    'update 1 7 datapath.multiply 8 6',
    'update 1 7 datapath.multiply 9 6',
    'update 1 7 datapath.add 8 6',
    'update 1 7 datapath.add 18 6',
  ]);
});

/** What the optimizer decides in layer 1, (ρ + 1)·κ = 8: of one step its state words and operations, but w − u and b − u. */
function stepRows(optimizer: OptimizerSpec, batchSize: number, overrides: WorkedOverrides = {}) {
  const image = stepImage(optimizer, batchSize, overrides);
  const pattern = /^update 1 7 (optimizerState|datapath\.(?!multiplyAccumulate|add (8|12) ))/;
  return rowsOf(image, pattern, activity(0, 1)).map((row) => row.replace('update 1 7 ', ''));
}

const stateWords = ['optimizerState.read 64 8', 'optimizerState.write 64 8'];

test('sgd multiplies by η in the width of the gradient, and not at all where η is a shift (spec §4.5)', (t) => {
  t.deepEqual(stepRows({ kind: 'sgd' }, 2), []);
  const layer = { learningRate: factor };
  t.deepEqual(stepRows({ kind: 'sgd' }, 2, { layer }), ['datapath.multiply 18 8']);
});

test('momentum multiplies and adds once a weight, Nesterov twice, η in the width of the momentum (spec §4.5)', (t) => {
  const plain = { kind: 'momentum', decayRaw: 58_982, isNesterov: false } as const;
  const expected = (multiplyCount: number, addCount: number) => [
    ...stateWords,
    `datapath.multiply 20 ${multiplyCount}`,
    `datapath.add 20 ${addCount}`,
  ];
  t.deepEqual(stepRows(plain, 2), expected(8, 8));
  t.deepEqual(stepRows({ ...plain, isNesterov: true }, 2), expected(16, 16));
  const layer = { learningRate: factor };
  t.deepEqual(stepRows(plain, 2, { layer }), expected(16, 8));
});

test('rmsprop multiplies four times, adds twice, takes a root and a reciprocal, η in 32 bits (spec §4.5)', (t) => {
  t.deepEqual(stepRows(rmsprop, 2, { layer: { learningRate: factor } }), [
    ...stateWords,
    'datapath.multiply 22 32',
    'datapath.multiply 32 8',
    'datapath.add 22 16',
    'datapath.reciprocal 22 8',
    'datapath.squareRoot 22 8',
  ]);
});

test('adam corrects its moments once a step, also where η and scale are shifts (spec §4.5)', (t) => {
  const layer = { gradientScale: { kind: 'shift', shiftBits: 5 } } as const;
  t.deepEqual(stepRows(adam, 2, { layer }), [
    ...stateWords,
    'datapath.multiply 22 64',
    'datapath.multiply 32 2',
    'datapath.add 22 24',
    'datapath.reciprocal 22 8',
    'datapath.reciprocal 32 2',
    'datapath.squareRoot 22 8',
  ]);
});

test('the states are worked on in the width of the gradient where that is wider (spec §4.5)', (t) => {
  const image = stepImage(rmsprop, 2, { gradient: parseFormat('s26.20') });
  const roots = rowsOf(image, /squareRoot/, activity(0, 1));
  t.deepEqual(roots, [
    'update 1 7 datapath.squareRoot 26 8',
    'update 2 8 datapath.squareRoot 26 6',
  ]);
});

test('optimizers with batches of one sample need no gradient memory: gradients exist on the fly (spec §2.11, §4.5)', (t) => {
  const rows = rowsOf(stepImage(rmsprop, 1), /^update 1/, activity(3, 3));
  t.false(rows.some((row) => row.includes('gradient.')));
  t.true(rows.includes('update 1 7 datapath.add 18 6'));
  t.true(rows.includes('update 1 7 datapath.multiplyAccumulate 9 18'));
  t.true(rows.includes('update 1 7 synapses.read 16 9'));
  t.true(rows.includes('update 1 7 optimizerState.read 64 24'));
});

test('frozen layers, and hidden ones with shallow, take no step (spec §2.9, §2.11)', (t) => {
  const shallow = stepImage(adam, 2, { chip: { rule: { kind: 'shallow' } } });
  t.deepEqual(rowsOf(shallow, /^update 1/), []);
  t.true(rowsOf(shallow, /^update 2 8 gradient/).length > 0);
  const frozen = stepImage(adam, 2, { layer: { isTrainable: false } });
  t.deepEqual(rowsOf(frozen, /^update/), []);
});

/*
 * 3-2-2 in cycles: Ll = La = 1, Lf = 2, D = 4, one port, R = 1, Rg = Ro = 2, Pb = 1. Forward 14 and 10, feedback 6 as
 * in cycles.test.ts, with 3 and 2 events.
 */

test('a step takes the slowest of its memories for each row (spec §5)', (t) => {
  const latency = (image: ChipImage) => cyclesPerSample(image, 'training', [3, 2]) - 14 - 6 - 10;
  // With gradient and state memory. Update: 2 + 3·max(2·2, 2) + 2·2 + 4, 2 + 2·4 + 4 + 4; step: 3·max(2, 4, 4, 2) + 2·2 + 4, 2·4 + 8.
  t.is(latency(stepImage(adam, 3)), 22 + 18 + 20 + 16);
  // Without gradient memory. Update: 2 + 3·2 + 4, 2 + 2·2 + 4; step as before, for Ro = 2.
  t.is(latency(stepImage(adam, 1)), 12 + 10 + 20 + 16);
  // Three states a word: Ro = 1, and R·2 = ⌈2/1⌉ = 2 a row: 3·2 + 8, 2·2 + 8.
  const wide = { organisation: { optimizerStatesPerWord: 3 } };
  t.is(latency(stepImage(adam, 1, wide)), 12 + 10 + 14 + 12);
  // No states but gradients, two a word: Rg = 1. Update: 2 + 3·2 + 1·2 + 4, 2 + 2·2 + 2 + 4; step 3·2 + 8, 2·2 + 8.
  const packed = { organisation: { gradientsPerWord: 2 } };
  t.is(latency(stepImage({ kind: 'sgd' }, 3, packed)), 14 + 12 + 14 + 12);
});

test('cycle rows count the steps taken, and samples without them (spec §5)', (t) => {
  const updates = (stepCount: number) =>
    coreCycleRows(stepImage(adam, 3), [activity(4, stepCount)])
      .filter(({ phase }) => phase === 'update')
      .map(({ count }) => count);
  // Four samples with 9 and 5 events: 4·(2 + 4 + 4) + 9·4, 4·10 + 5·4; steps of 20 and 16.
  t.deepEqual(updates(0), [76, 60]);
  t.deepEqual(updates(2), [76 + 2 * 20, 60 + 2 * 16]);
});
