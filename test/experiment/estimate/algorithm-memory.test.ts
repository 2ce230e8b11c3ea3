import test from 'ava';
import { chipDefpVariants } from '../../../src/network/defp-variants.js';
import {
  algorithmMemory,
  type MemoryBits,
} from '../../../src/experiment/estimate/algorithm-memory.js';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { resolveNumerics } from '../../../src/mapping/resolve-numerics.js';
import { buildTopology, parseTopologyString } from '../../../src/network/topology.js';
import { makeLearning } from '../../mapping/small-chip.js';

const numerics = resolveNumerics(loadChip('edge-28nm'), {});
const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
const dense = buildTopology(parseTopologyString('FC_20_FC_30_FC_5'), 10, 5, activation);
/** 4 maps of 6 × 6, pooled to 4 of 3 × 3. */
const convolution = buildTopology(
  parseTopologyString('CONV_4_3_1_1_FC_5'),
  [2, 6, 6],
  5,
  activation,
);

/* edge-28nm: weight, input, activation, output, feedback, delayed error 8 bits, bias 16, gradient 32, adam 32 + 31. */
const weights = (10 * 20 + 20 * 30 + 30 * 5) * 8 + (20 + 30 + 5) * 16;
const parameters = 10 * 20 + 20 * 30 + 30 * 5 + 55;
const none = { feedback: 0, delayedError: 0, gradient: 0, optimizer: 0 };
/** Of one layer at a time the second is the largest: 20 values in, 30 out. */
const oneLayer = { events: 20 * 8, outputs: 30 * 8 };
const allLayers = { events: 10 * 8, outputs: (20 + 30 + 5) * 8 };
const perClass = 5 * (20 + 30) * 8;

const cases: readonly (readonly [string, Parameters<typeof makeLearning>[0], MemoryBits])[] = [
  ['drtp', {}, { weights, ...none, ...oneLayer, feedback: perClass }],
  ['shallow', { rule: { kind: 'shallow' } }, { weights, ...none, ...oneLayer }],
  ['bp', { rule: { kind: 'bp' } }, { weights, ...none, ...allLayers }],
  [
    'fa, whose B have the shapes of the weights above',
    { rule: { kind: 'fa' } },
    { weights, ...none, ...allLayers, feedback: (20 * 30 + 30 * 5) * 8 },
  ],
  ['dfa', { rule: { kind: 'dfa' } }, { weights, ...none, ...allLayers, feedback: perClass }],
  [
    'drtp with a generator, batches and adam',
    { feedbackSource: 'generator', batchSize: 2, optimizer: 'adam' },
    { weights, ...none, ...oneLayer, gradient: parameters * 32, optimizer: parameters * 63 },
  ],
  [
    'bp with the first layer frozen, which nothing below waits for',
    { rule: { kind: 'bp' }, frozenLayers: [1] },
    { weights, ...none, events: 0, outputs: (20 + 30 + 5) * 8 },
  ],
];

for (const [what, learning, expected] of cases) {
  test(`10-20-30-5 needs the memory counted by hand for ${what}`, (t) => {
    t.deepEqual(algorithmMemory(dense, numerics, makeLearning(learning)), expected);
  });
}

const defp = { kind: 'defp', sampleCount: 1000, wordBits: 8, delayedErrorsPerWord: 1 } as const;
const delayedErrors = {
  error: 1000,
  loss: 1000,
  aggregated: 1,
  fullVector: 5000,
  lastLoss: 1,
  movingAverage: 1,
  movingRate: 1,
} as const;

for (const variant of chipDefpVariants) {
  test(`defp ${variant} keeps ${delayedErrors[variant]} values for 1000 samples (docs/spec.md §2.9)`, (t) => {
    const learning = makeLearning({ rule: { ...defp, variant } });
    const { delayedError } = algorithmMemory(dense, numerics, learning);
    t.is(delayedError, delayedErrors[variant] * 8);
  });
}

test('an average by shifts keeps its sum, n bits wider (docs/spec.md §2.9)', (t) => {
  const learning = makeLearning({ rule: { ...defp, variant: 'movingAverage', averageShift: 5 } });
  t.is(algorithmMemory(dense, numerics, learning).delayedError, 8 + 5);
});

test('a convolution keeps its gradients, and with bp the winners of its windows (docs/spec.md §2.10)', (t) => {
  const kernel = 2 * 9 * 4;
  const gradient = (kernel + 4) * 32;
  const bp = algorithmMemory(convolution, numerics, makeLearning({ rule: { kind: 'bp' } }));
  t.is(bp.weights, (kernel + 36 * 5) * 8 + (4 + 5) * 16);
  t.is(bp.gradient, gradient);
  t.is(bp.outputs, (144 + 5) * 8 + 2 * 36);
  t.is(bp.events, 72 * 8);
  const drtp = algorithmMemory(convolution, numerics, makeLearning());
  t.is(drtp.outputs, 144 * 8);
  t.is(drtp.feedback, 5 * 144 * 8);
});
