import test from 'ava';
import type { ChipModel } from '../../../src/hardware/chip-model.js';
import { allocateCores } from '../../../src/mapping/placement/allocate-cores.js';
import type { GridRequest } from '../../../src/mapping/placement/layer-grid.js';
import type { Learning } from '../../../src/mapping/learning.js';
import { resolveNumerics } from '../../../src/mapping/resolve-numerics.js';
import {
  buildTopology,
  type NetworkTopology,
  parseTopologyString,
} from '../../../src/network/topology.js';
import { makeChip, makeLearning } from '../small-chip.js';

const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
/** 10 inputs, 12 neurons, 4 classes. Makers of `makeChip`: 2 weights of 8 bits in a synapse word. */
const fullyConnected = buildTopology(parseTopologyString('FC_12_FC_4'), 10, 4, activation);
/** Three maps of 2 × 2 in, kernel 1: five maps of 2 × 2, pooled to one value each. */
const convolution = buildTopology(
  parseTopologyString('CONV_5_1_1_0_FC_4'),
  [3, 2, 2],
  4,
  activation,
);

function words(wordsPerBank: number, wordBits: number) {
  return { bankCount: 1, wordsPerBank, wordBits };
}

/** [first, count] of the axons and of the columns of every layer. */
function grids(
  topology: NetworkTopology,
  chip: ChipModel,
  requests: readonly GridRequest[] = [],
  changes: Partial<Learning> = {},
) {
  const numerics = resolveNumerics(chip, {});
  const roomy = { ...chip, coreCount: 1000 };
  const learning = makeLearning(changes);
  return allocateCores(topology, roomy, numerics, learning, requests).map(({ parts }) => ({
    axons: parts
      .filter(({ neuronPart }) => neuronPart === 0)
      .map(({ firstAxon, axonCount }) => [firstAxon, axonCount]),
    columns: parts
      .filter(({ axonPart }) => axonPart === 0)
      .map(({ firstColumn, columnCount }) => [firstColumn, columnCount]),
  }));
}

test('a layer that fits a core has one part (spec §7)', (t) => {
  t.deepEqual(grids(fullyConnected, makeChip()), [
    { axons: [[0, 10]], columns: [[0, 12]] },
    { axons: [[0, 12]], columns: [[0, 4]] },
  ]);
});

test('axon parts follow from the axons of a core, neuron parts then from its synapse words (spec §7)', (t) => {
  // Layer 1: ⌈10/4⌉ = 3 parts of 4, 4 and 2 axons; 4 rows of ⌈c/2⌉ words in 10: c = 4, three parts. Layer 2: 4·2 words fit.
  const chip = makeChip({ synapses: words(10, 16) }, { axonCount: 4 });
  t.deepEqual(grids(fullyConnected, chip), [
    {
      axons: [
        [0, 4],
        [4, 4],
        [8, 2],
      ],
      columns: [
        [0, 4],
        [4, 4],
        [8, 4],
      ],
    },
    {
      axons: [
        [0, 4],
        [4, 4],
        [8, 4],
      ],
      columns: [[0, 4]],
    },
  ]);
});

test('the event buffer limits axons where a layer learns, and only there (spec §7, §2.9)', (t) => {
  const chip = makeChip({ eventBuffer: words(5, 30) });
  const [hidden, output] = grids(fullyConnected, chip, [], { frozenLayers: [1] });
  t.deepEqual(hidden?.axons, [[0, 10]]);
  t.deepEqual(output?.axons, [
    [0, 4],
    [4, 4],
    [8, 4],
  ]);
});

test('an event has an address for every axon of a core, not of a layer (spec §7)', (t) => {
  const chip = makeChip();
  const short = { ...chip, events: { ...chip.events, addressBits: 3 } };
  t.deepEqual(grids(fullyConnected, short)[0]?.axons, [
    [0, 5],
    [5, 5],
  ]);
});

test('rows that fill the synapse memory with a single neuron are split before neurons are (spec §7)', (t) => {
  // 4 words hold at most 4 rows of one word: axon parts of 4, two neurons in a word.
  const [hidden] = grids(fullyConnected, makeChip({ synapses: words(4, 16) }));
  t.is(hidden?.axons.length, 3);
  t.is(hidden?.columns.length, 6);
});

test('neuron parts are as few as neurons, biases and feedback allow, and none is empty (spec §7)', (t) => {
  const columnsOf = (chip: ChipModel) =>
    grids(fullyConnected, chip)[0]?.columns.map(([, count]) => count);
  // ⌈12/5⌉ = 3 parts of 4, the smallest number with at most 5 neurons each.
  t.deepEqual(columnsOf(makeChip({}, { neuronCount: 5 })), [4, 4, 4]);
  // 2 biases a word: 2 words, 4 neurons.
  t.deepEqual(columnsOf(makeChip({ bias: words(2, 32) })), [4, 4, 4]);
  // 4 classes × ⌈c/3⌉ words in 11: two words a class, 6 neurons.
  t.deepEqual(columnsOf(makeChip({ feedback: words(11, 24) })), [6, 6]);
  // Five parts would be of ⌈12/5⌉ = 3, which is four; as few as 4 neurons each need are three.
  t.deepEqual(columnsOf(makeChip({}, { neuronCount: 3 })), [3, 3, 3, 3]);
});

test('CONV layers are split by whole channels: in by their rows, out by their positions (spec §7)', (t) => {
  // Kernel 1: one row a channel in, at most 2 of 3: parts of 2 and 1 channels of 4 inputs. 9 neurons: 2 of 5 maps of 4.
  const chip = makeChip({}, { axonCount: 2, neuronCount: 9 });
  t.deepEqual(grids(convolution, chip)[0], {
    axons: [
      [0, 8],
      [8, 4],
    ],
    columns: [
      [0, 2],
      [2, 2],
      [4, 1],
    ],
  });
});

test('a request is the least number of parts; what does not fit it gets more, and no part is empty (spec §7)', (t) => {
  const request = [{ layer: 1, neuronParts: 5, axonParts: 2 }];
  // Five parts of ⌈12/5⌉ = 3 columns are four.
  const [asked, untouched] = grids(fullyConnected, makeChip(), request);
  t.deepEqual(asked, {
    axons: [
      [0, 5],
      [5, 5],
    ],
    columns: [
      [0, 3],
      [3, 3],
      [6, 3],
      [9, 3],
    ],
  });
  t.deepEqual(untouched, { axons: [[0, 12]], columns: [[0, 4]] });
  const [needed] = grids(fullyConnected, makeChip({}, { axonCount: 4, neuronCount: 2 }), request);
  t.deepEqual([needed?.axons.length, needed?.columns.length], [3, 6]);
});

test('fa keeps the rows of B of a home for its own neurons only (spec §7)', (t) => {
  // Layer 1 has 12 rows of ⌈4/3⌉ = 2 words; in 9 words 4 neurons.
  const chip = makeChip({ feedback: words(9, 24) });
  const [hidden] = grids(fullyConnected, chip, [], { rule: { kind: 'fa' } });
  t.deepEqual(
    hidden?.columns.map(([, count]) => count),
    [4, 4, 4],
  );
});

test('sums of a part that is no home take words of its neuron memory where they live there (spec §4.5, §7)', (t) => {
  const neuronBits = (accumulate: 'memory' | 'registers') => {
    const chip = makeChip({}, { accumulate });
    const request = [{ layer: 1, neuronParts: 1, axonParts: 2 }];
    const numerics = resolveNumerics(chip, {});
    const [hidden] = allocateCores(fullyConnected, chip, numerics, makeLearning(), request);
    return hidden?.parts.map(
      ({ memories }) => memories.find(({ component }) => component === 'neurons')?.usedBits,
    );
  };
  // Words of 64 bits: 12 sums of 32 in 6, 12 outputs of 8 in 2.
  t.deepEqual(neuronBits('memory'), [8 * 64, 6 * 64]);
  t.deepEqual(neuronBits('registers'), [2 * 64, 0]);
});

test('gradients and optimizer states of biases are at home only (spec §7)', (t) => {
  const request = [{ layer: 1, neuronParts: 1, axonParts: 2 }];
  const chip = makeChip();
  const learning = makeLearning({ batchSize: 2, optimizer: 'adam' });
  const [hidden] = allocateCores(
    fullyConnected,
    chip,
    resolveNumerics(chip, {}),
    learning,
    request,
  );
  const wordsOf = (component: string) =>
    hidden?.parts.map(({ memories }) => {
      const memory = memories.find((candidate) => candidate.component === component);
      return (memory?.usedBits ?? NaN) / (memory?.wordBits ?? NaN);
    });
  // 5 rows of 12 gradients, two a word, and of 12 pairs of moments, two a word; one row more at home.
  t.deepEqual(wordsOf('gradient'), [36, 30]);
  t.deepEqual(wordsOf('optimizerState'), [36, 30]);
});
