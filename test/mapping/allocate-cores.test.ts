import test from 'ava';
import type { ChipModel, MemoryComponent } from '../../src/hardware/chip-model.js';
import { loadChip } from '../../src/hardware/load-chip.js';
import { allocateCores } from '../../src/mapping/allocate-cores.js';
import type { Learning } from '../../src/mapping/learning.js';
import { resolveNumerics } from '../../src/mapping/resolve-numerics.js';
import type { MapShape } from '../../src/network/convolution.js';
import {
  buildTopology,
  type NetworkTopology,
  parseTopologyString,
} from '../../src/network/topology.js';
import { InputError } from '../../src/units/input-error.js';
import { makeChip, makeLearning } from './small-chip.js';

function network(text: string, input: number | MapShape, classCount: number): NetworkTopology {
  const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
  return buildTopology(parseTopologyString(text), input, classCount, activation);
}

/*
 * Layer 1: 2 × 4 × 5 inputs, padded by 1, kernel 2: maps of 5 × 6, so ρ = 2·2·2 = 8, κ = 3, Q = 30, N = 90, and
 * P = 3·2·3 = 18 after pooling. Layer 2: 18 × 5; layer 3: 5 × 4. Weights, h, feedback 8 bits; biases 16; sums and
 * gradients 32; Adam 32 + 31.
 */
const small = network('CONV_3_2_1_1_FC_5_FC_4', [2, 4, 5], 4);

/** Words used of one memory, layer by layer. */
function words(
  component: MemoryComponent,
  changes: Partial<Learning> = {},
  chip: ChipModel = makeChip(),
): readonly number[] {
  const learning = makeLearning(changes);
  return allocateCores(small, chip, resolveNumerics(chip, {}), learning).map(({ memories }) => {
    const used = memories.find((memory) => memory.component === component);
    return (used?.usedBits ?? NaN) / (used?.wordBits ?? NaN);
  });
}

function refusal(topology: NetworkTopology, chip: ChipModel, changes: Partial<Learning>): string {
  const numerics = resolveNumerics(chip, {});
  const allocate = (): unknown => allocateCores(topology, chip, numerics, makeLearning(changes));
  try {
    allocate();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'nothing is refused';
}

test('synapses take ρ·R words and biases ⌈κ/Pb⌉ (spec §4.5)', (t) => {
  // P = 2: R = 2, 3, 2 words a row; Pb = 2.
  t.deepEqual(words('synapses'), [8 * 2, 18 * 3, 5 * 2]);
  t.deepEqual(words('bias'), [2, 3, 2]);
});

test('each position has its own words of h and of sums; bp and fa add the winners of pooling (spec §4.5)', (t) => {
  // Ph = 8, Pa = 2: Q·(1 + 2) = 90; then 1 + 3 and 1 + 2. 18 winners of 2 bits fit one word of 64 bits.
  t.deepEqual(words('neurons'), [90, 4, 3]);
  t.deepEqual(words('neurons', { rule: { kind: 'bp' } }), [91, 4, 3]);
  t.deepEqual(words('neurons', { rule: { kind: 'fa' } }), [91, 4, 3]);
  // A frozen first layer makes no δz, so its winners are not kept.
  t.deepEqual(words('neurons', { rule: { kind: 'bp' }, frozenLayers: [1] }), [90, 4, 3]);
  const registers = makeChip({}, { accumulate: 'registers' });
  t.deepEqual(words('neurons', {}, registers), [30, 1, 1]);
});

test("feedback takes C·⌈N/Pf⌉ words, for fa the next layer's rows, none for bp, shallow or a generator (spec §4.5)", (t) => {
  // Pf = 3: ⌈90/3⌉ and ⌈5/3⌉ words a class; fa: 18 rows of 5, 5 rows of 4.
  for (const kind of ['drtp', 'dfa', 'sdfa'] as const) {
    t.deepEqual(words('feedback', { rule: { kind } }), [4 * 30, 4 * 2, 0]);
  }
  t.deepEqual(words('feedback', { rule: { kind: 'fa' } }), [18 * 2, 5 * 2, 0]);
  t.deepEqual(words('feedback', { rule: { kind: 'bp' } }), [0, 0, 0]);
  t.deepEqual(words('feedback', { rule: { kind: 'shallow' } }), [0, 0, 0]);
  t.deepEqual(words('feedback', { feedbackSource: 'generator' }), [0, 0, 0]);
});

test('only layers that learn buffer events, one for each input (spec §4.2)', (t) => {
  t.deepEqual(words('eventBuffer'), [40, 18, 5]);
  t.deepEqual(words('eventBuffer', { rule: { kind: 'shallow' } }), [0, 0, 5]);
  t.deepEqual(words('eventBuffer', { frozenLayers: [2] }), [40, 0, 5]);
});

test('gradients take ρ·Rg + ⌈κ/Pg⌉ words in CONV layers and, in batches, in all that learn (spec §4.5)', (t) => {
  // Pg = 2.
  t.deepEqual(words('gradient'), [8 * 2 + 2, 0, 0]);
  t.deepEqual(words('gradient', { batchSize: 2 }), [8 * 2 + 2, 18 * 3 + 3, 5 * 2 + 2]);
  t.deepEqual(words('gradient', { batchSize: 2, frozenLayers: [1] }), [0, 18 * 3 + 3, 5 * 2 + 2]);
  t.deepEqual(words('gradient', { rule: { kind: 'shallow' } }), [0, 0, 0]);
});

test('optimizer states take ρ·Ro + ⌈κ/Po⌉ words with whole states in a word (spec §4.5)', (t) => {
  // 128 bits hold 4 momenta of 32 bits or second moments of 31, 2 pairs of both.
  t.deepEqual(words('optimizerState'), [0, 0, 0]);
  for (const optimizer of ['momentum', 'nag', 'rmsprop'] as const) {
    t.deepEqual(words('optimizerState', { optimizer }), [8 + 1, 18 * 2 + 2, 5 + 1]);
  }
  t.deepEqual(words('optimizerState', { optimizer: 'adam' }), [8 * 2 + 2, 18 * 3 + 3, 5 * 2 + 2]);
});

test('an organisation states what a word holds, at least 1, and word width 0 where there is no memory (spec §4.1)', (t) => {
  const chip = loadChip('edge-28nm');
  const numerics = resolveNumerics(chip, {});
  const [hidden] = allocateCores(network('FC_5_FC_4', 8, 4), chip, numerics, makeLearning());
  t.is(hidden?.organisation.wordBits.gradient, 0);
  t.is(hidden?.organisation.wordBits.optimizerState, 0);
  t.is(hidden?.organisation.gradientsPerWord, 4);
  t.is(hidden?.organisation.optimizerStatesPerWord, 1);
  t.is(hidden?.organisation.weightsPerWord, 16);
});

test('a memory that is missing, too small or too narrow is refused with what to do', (t) => {
  const none = { bankCount: 0, wordsPerBank: 1, wordBits: 64 };
  const withoutGradients = makeChip({ gradient: none, optimizerState: none });
  t.is(
    refusal(small, withoutGradients, {}),
    'layer 1 needs 1152 bits of gradient memory, a core of large-28nm has none; freeze this CONV layer, or use a chip that has one, such as large-28nm',
  );
  const fc = network('FC_4', 3, 4);
  t.regex(
    refusal(fc, withoutGradients, { batchSize: 8 }),
    /^layer 1 needs 512 bits of gradient memory, .* has none; learn sample by sample \(batch 1\), or/,
  );
  t.regex(
    refusal(fc, withoutGradients, { optimizer: 'adam' }),
    /^layer 1 needs \d+ bits of optimizerState memory, .* has none; learn with sgd, or/,
  );
  const tiny = makeChip({ gradient: { bankCount: 1, wordsPerBank: 17, wordBits: 64 } });
  t.regex(
    refusal(small, tiny, {}),
    /^layer 1 needs 1152 bits of gradient memory, .* has 1088; use/,
  );
  const narrow = makeChip({ optimizerState: { bankCount: 1, wordsPerBank: 99, wordBits: 62 } });
  t.regex(
    refusal(fc, narrow, { optimizer: 'adam' }),
    /a word of the optimizerState memory has 62 bits and does not hold the adam state of one weight, 63 bits; use a narrower format$/,
  );
  t.is(refusal(fc, narrow, { optimizer: 'momentum' }), 'nothing is refused');
});

test('inputs beyond the addresses of an event, and classes beyond a label, are refused', (t) => {
  const chip = makeChip();
  const short: ChipModel = { ...chip, events: { ...chip.events, addressBits: 5, labelBits: 1 } };
  t.is(
    refusal(small, short, {}),
    'the data set has 4 classes, a label of large-28nm has 1 bits; use a chip with longer labels\n' +
      'layer 1 needs 40 event addresses, an event of large-28nm has 32; use a smaller layer or a larger chip',
  );
});

const mnist: MapShape = [1, 28, 28];
const cifar: MapShape = [3, 32, 32];
const published: readonly (readonly [string, number | MapShape])[] = [
  ['FC_500_FC_10', mnist],
  ['FC_1000_FC_10', mnist],
  ['FC_500_FC_500_FC_10', mnist],
  ['FC_1000_FC_1000_FC_10', mnist],
  ['CONV_32_5_1_2_FC_1000_FC_10', mnist],
  ['FC_500_FC_10', cifar],
  ['FC_1000_FC_10', cifar],
  ['FC_500_FC_500_FC_10', cifar],
  ['FC_1000_FC_1000_FC_10', cifar],
  ['CONV_64_3_1_1_CONV_256_3_1_1_FC_1000_FC_1000_FC_10', cifar],
  ['FC_256_FC_500_FC_500_FC_10', 256],
];
const large = loadChip('large-28nm');
const rules = ['bp', 'dfa', 'sdfa', 'drtp', 'shallow'] as const;

for (const [text, input] of published) {
  const inputs = typeof input === 'number' ? String(input) : input.join('×');
  test(`large-28nm holds ${text} on ${inputs} with sgd sample by sample, any rule (thesis, topologies)`, (t) => {
    const topology = network(text, input, 10);
    for (const kind of rules)
      t.is(refusal(topology, large, { rule: { kind } }), 'nothing is refused');
    const fa = { rule: { kind: 'fa' }, feedbackSource: 'generator' } as const;
    t.is(refusal(topology, large, fa), 'nothing is refused');
  });
}

test('large-28nm holds the FC networks of MNIST and Synth in batches with momentum and Adam', (t) => {
  const smallInput = published.filter(([, input]) => input === mnist || typeof input === 'number');
  const fullyConnected = smallInput.filter(([text]) => !text.includes('CONV'));
  t.is(fullyConnected.length, 5);
  for (const [text, input] of fullyConnected) {
    for (const optimizer of ['momentum', 'nag', 'rmsprop', 'adam'] as const) {
      const changes = { optimizer, batchSize: 60, rule: { kind: 'fa' } } as const;
      t.is(refusal(network(text, input, 10), large, changes), 'nothing is refused');
    }
  }
});

test('edge-28nm refuses the CONV network of MNIST, one sentence for each thing that is too small', (t) => {
  const topology = network('CONV_32_5_1_2_FC_1000_FC_10', mnist, 10);
  const sentences = refusal(topology, loadChip('edge-28nm'), {}).split('\n');
  // 32 maps of 28 × 28; 32·14·14 = 6272 inputs of layer 2; (25 + 1)·⌈32/4⌉ words of gradients, 128 bits each.
  t.true(
    sentences.includes(
      'layer 1 needs 25088 neurons, a core of edge-28nm has 1024; use a smaller layer or a larger chip',
    ),
  );
  t.true(
    sentences.includes(
      'layer 2 needs 6272 axons, a core of edge-28nm has 1024; use a smaller layer or a larger chip',
    ),
  );
  t.true(sentences.some((sentence) => sentence.startsWith('layer 1 needs 26624 bits of gradient')));
});
