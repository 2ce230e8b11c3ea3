import { type CoreMemory } from '../../../src/ledger/components.js';
import test from 'ava';
import type { ChipModel } from '../../../src/hardware/chip-model.js';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { allocateCores } from '../../../src/mapping/placement/allocate-cores.js';
import type { Learning } from '../../../src/mapping/learning.js';
import { resolveNumerics } from '../../../src/mapping/resolve-numerics.js';
import type { MapShape } from '../../../src/network/convolution.js';
import {
  buildTopology,
  type NetworkTopology,
  parseTopologyString,
} from '../../../src/network/topology.js';
import { InputError } from '../../../src/units/input-error.js';
import { makeChip, makeLearning } from '../small-chip.js';

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
  component: CoreMemory,
  changes: Partial<Learning> = {},
  chip: ChipModel = makeChip(),
): readonly number[] {
  const learning = makeLearning(changes);
  return allocateCores(small, chip, resolveNumerics(chip, {}), learning).map(({ parts }) => {
    const [whole, ...others] = parts;
    const used = whole?.memories.find((memory) => memory.component === component);
    return others.length > 0 ? NaN : (used?.usedBits ?? NaN) / (used?.wordBits ?? NaN);
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
  // One channel in and one out: 2·2 rows of a word, and the bias.
  const tiny = makeChip({ gradient: { bankCount: 1, wordsPerBank: 4, wordBits: 64 } });
  t.is(
    refusal(small, tiny, {}),
    'layer 1 needs 320 bits of gradient memory even with one channel out and one channel in on a core, a core of large-28nm has 256, 64 too few; use a smaller layer, a narrower format or a larger chip',
  );
  const narrow = makeChip({ optimizerState: { bankCount: 1, wordsPerBank: 99, wordBits: 62 } });
  t.regex(
    refusal(fc, narrow, { optimizer: 'adam' }),
    /a word of the optimizerState memory has 62 bits and does not hold the adam state of one weight, 63 bits; use a narrower format$/,
  );
  t.is(refusal(fc, narrow, { optimizer: 'momentum' }), 'nothing is refused');
});

test('a map with more inputs than an event has addresses, and classes beyond a label, are refused', (t) => {
  const chip = makeChip();
  const short: ChipModel = { ...chip, events: { ...chip.events, addressBits: 4, labelBits: 1 } };
  t.is(
    refusal(small, short, {}),
    'the data set has 4 classes, a label of large-28nm has 1 bits; use a chip with longer labels\n' +
      'layer 1 needs 20 event addresses even with one channel out and one channel in on a core, an event of large-28nm has 16, 4 too few; use a smaller layer or a larger chip',
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

/** Cores of each layer. */
function coreCounts(
  topology: NetworkTopology,
  chip: ChipModel,
  changes: Partial<Learning>,
): readonly number[] {
  const numerics = resolveNumerics(chip, {});
  const allocations = allocateCores(topology, chip, numerics, makeLearning(changes));
  return allocations.map(({ parts }) => parts.length);
}

for (const [text, input] of published) {
  const inputs = typeof input === 'number' ? String(input) : input.join('×');
  test(`large-28nm holds ${text} on ${inputs} with sgd sample by sample, one layer a core, any rule (thesis, topologies)`, (t) => {
    const topology = network(text, input, 10);
    const oneEach = topology.layers.map(() => 1);
    for (const kind of rules) {
      t.deepEqual(coreCounts(topology, large, { rule: { kind } }), oneEach);
    }
    const fa = { rule: { kind: 'fa' }, feedbackSource: 'generator' } as const;
    t.deepEqual(coreCounts(topology, large, fa), oneEach);
  });
}

test('large-28nm holds the FC networks of MNIST and Synth, one layer a core, in batches with momentum and Adam', (t) => {
  const smallInput = published.filter(([, input]) => input === mnist || typeof input === 'number');
  const fullyConnected = smallInput.filter(([text]) => !text.includes('CONV'));
  t.is(fullyConnected.length, 5);
  for (const [text, input] of fullyConnected) {
    for (const optimizer of ['momentum', 'nag', 'rmsprop', 'adam'] as const) {
      const changes = { optimizer, batchSize: 60, rule: { kind: 'fa' } } as const;
      const topology = network(text, input, 10);
      t.deepEqual(
        coreCounts(topology, large, changes),
        topology.layers.map(() => 1),
      );
    }
  }
});

test('edge-28nm refuses the CONV network of MNIST, one sentence for each memory that is missing or too small (spec §4.5, §7)', (t) => {
  const topology = network('CONV_32_5_1_2_FC_1000_FC_10', mnist, 10);
  // (25 + 1)·⌈32/4⌉ words of gradients; with a single map, 28 · 28 positions have a word of h each. 128 bits a word.
  t.deepEqual(refusal(topology, loadChip('edge-28nm'), {}).split('\n'), [
    'layer 1 needs 26624 bits of gradient memory, a core of edge-28nm has none; freeze this CONV layer, or use a chip that has one, such as large-28nm',
    'layer 1 needs 100352 bits of neurons memory even with one channel out and one channel in on a core, a core of edge-28nm has 65536, 34816 too few; use a smaller layer, a narrower format or a larger chip',
  ]);
});

test('five layers on four cores are one core too few', (t) => {
  t.is(
    refusal(network('FC_9_FC_9_FC_9_FC_9_FC_4', 8, 4), loadChip('edge-28nm'), {}),
    'the network needs 5 cores, edge-28nm has 4, 1 too few: every layer takes one; use a smaller network, narrower formats, or a chip with more or larger cores',
  );
});

const manyCores = loadChip('mesh-28nm');

test('mesh-28nm holds MNIST FC_500_FC_10 on 4 × 2 and 2 × 1 cores, each with its own bits (spec §4.5, §7)', (t) => {
  const numerics = resolveNumerics(manyCores, {});
  const topology = network('FC_500_FC_10', mnist, 10);
  const [hidden, output] = allocateCores(topology, manyCores, numerics, makeLearning());
  // 256 axons: ⌈784/256⌉ = 4 axon parts of 196; 256 neurons: 2 neuron parts of 250. Layer 2: 500 axons in 2 parts of 250.
  t.deepEqual(
    hidden?.parts.map((part) => [part.core, part.neuronPart, part.axonPart]),
    [0, 1, 2, 3, 4, 5, 6, 7].map((core) => [core, core < 4 ? 0 : 1, core % 4]),
  );
  t.deepEqual(
    hidden?.parts.map((part) => [
      part.firstColumn,
      part.columnCount,
      part.firstAxon,
      part.axonCount,
    ]),
    [0, 250].flatMap((column) => [0, 196, 392, 588].map((axon) => [column, 250, axon, 196])),
  );
  t.deepEqual(
    output?.parts.map((part) => [
      part.core,
      part.neuronPart,
      part.axonPart,
      part.firstAxon,
      part.axonCount,
    ]),
    [
      [8, 0, 0, 0, 250],
      [9, 0, 1, 250, 250],
    ],
  );
  // Words of 128 bits: 16 weights, outputs or feedbacks, 8 biases; events of 24 bits. Biases, h and B at home only.
  const usedBits = (core: number) =>
    hidden?.parts[core]?.memories.map(({ component, usedBits }) => [component, usedBits]);
  const synapses = 196 * 16 * 128;
  t.deepEqual(usedBits(4), [
    ['synapses', synapses],
    ['neurons', 16 * 128],
    ['bias', 32 * 128],
    ['feedback', 10 * 16 * 128],
    ['eventBuffer', 196 * 24],
    ['gradient', 0],
    ['optimizerState', 0],
  ]);
  t.deepEqual(usedBits(5), [
    ['synapses', synapses],
    ['neurons', 0],
    ['bias', 0],
    ['feedback', 0],
    ['eventBuffer', 196 * 24],
    ['gradient', 0],
    ['optimizerState', 0],
  ]);
  t.true(
    hidden?.parts.every(({ core, memories }) => memories.every((memory) => memory.core === core)),
  );
});

test('mesh-28nm lacks 4 cores for FC_1000_FC_1000_FC_10 on CIFAR-10', (t) => {
  // 3072 axons in 12 parts, 1000 in 4; 1000 neurons in 4 parts: 48 + 16 + 4 cores.
  t.is(
    refusal(network('FC_1000_FC_1000_FC_10', cifar, 10), manyCores, {}),
    'the network needs 68 cores, mesh-28nm has 64, 4 too few: layer 1 takes 48 (4 neuron parts × 12 axon parts), layer 2 takes 16 (4 neuron parts × 4 axon parts), layer 3 takes 4 (1 neuron part × 4 axon parts); use a smaller network, narrower formats, or a chip with more or larger cores',
  );
});
