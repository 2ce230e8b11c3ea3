import test from 'ava';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { allocateCores } from '../../../src/mapping/placement/allocate-cores.js';
import type { Learning } from '../../../src/mapping/learning.js';
import {
  placeNetwork,
  type PlacementRequest,
} from '../../../src/mapping/placement/place-network.js';
import { resolveNumerics } from '../../../src/mapping/resolve-numerics.js';
import { originalFeedback } from '../../../src/network/feedback.js';
import type { LayerParameters } from '../../../src/network/parameters.js';
import {
  type ActivationName,
  buildTopology,
  parseTopologyString,
} from '../../../src/network/topology.js';
import { makeLearning } from '../small-chip.js';

/*
 * Two kernels of 2 × 2 over two maps of 3 × 4, padding 0: maps of 2 × 3, pooled to 1 × 1 (the third column is in no
 * window), then 2 classes. Weights s8.7 and feedback s8.9 of large-28nm; biases s16.14.
 */
const kernels = Float32Array.from({ length: 16 }, (_, index) => (index - 8) / 128);
const feedback = Float32Array.from({ length: 24 }, (_, index) => (index - 12) / 512);
const parameters: readonly LayerParameters[] = [
  { weights: kernels, biases: Float32Array.of(0.5, -0.25), feedback },
  { weights: Float32Array.of(0.25, -0.25, 2, -2), biases: Float32Array.of(0, 1), feedback: null },
];

function place(
  changes: {
    readonly hidden?: ActivationName;
    readonly output?: ActivationName;
    readonly learning?: Partial<Learning>;
    readonly request?: Partial<PlacementRequest>;
    readonly outputFormat?: string;
  } = {},
) {
  const chip = loadChip('large-28nm');
  const { hidden = 'tanh', output = 'sigmoid' } = changes;
  const topology = buildTopology(parseTopologyString('CONV_2_2_1_0_FC_2'), [2, 3, 4], 2, {
    hidden,
    output,
  });
  const numerics = resolveNumerics(chip, { output: changes.outputFormat });
  const learning = makeLearning(changes.learning);
  return placeNetwork({
    topology,
    allocations: allocateCores(topology, chip, numerics, learning),
    parameters,
    feedbackDraw: originalFeedback,
    chip,
    numerics,
    learning,
    loss: 'bce',
    lossReduction: 'sum',
    learningRate: 2 ** -7,
    seed: 1,
    isDense: false,
    eventThreshold: 0,
    isExact: false,
    ...changes.request,
  });
}

test('a CONV layer keeps its geometry, and its kernels in the order (channel, row, column) × channel out (spec §2.10)', (t) => {
  const { image, initialOverflows } = place();
  const [layer, output] = image.layers;
  t.deepEqual(layer?.convolution, {
    inputShape: [2, 3, 4],
    kernelSize: 2,
    stride: 1,
    padding: 0,
    mapShape: [2, 2, 3],
    pooledShape: [2, 1, 1],
  });
  t.is(layer?.inputCount, 24);
  t.is(layer?.neuronCount, 12);
  t.deepEqual(
    [...(layer?.weightsRaw ?? [])],
    [-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7],
  );
  t.deepEqual([...(layer?.biasesRaw ?? [])], [2 ** 13, -(2 ** 12)]);
  t.deepEqual(
    [...(layer?.feedbackRaw ?? [])],
    Array.from({ length: 24 }, (_, index) => index - 12),
  );
  t.is(output?.convolution, null);
  t.is(output?.inputCount, 2);
  // ±2 does not fit s8.7.
  t.deepEqual([...(output?.weightsRaw ?? [])], [32, -32, 127, -128]);
  t.deepEqual([...(output?.biasesRaw ?? [])], [0, 2 ** 14]);
  t.deepEqual(initialOverflows, [{ layer: 2, tensor: 'weight', count: 2 }]);
});

test('relu and none are linear units, tanh and sigmoid tables, in an exact image themselves (spec §2.12)', (t) => {
  const kinds = (changes: Parameters<typeof place>[0]): readonly unknown[] =>
    place(changes).image.layers.map(({ activationUnit: unit }) => [unit.kind, unit.function]);
  t.deepEqual(kinds({}), [
    ['table', 'tanh'],
    ['table', 'sigmoid'],
  ]);
  t.deepEqual(
    kinds({
      hidden: 'relu',
      output: 'none',
      outputFormat: 's16.8',
      request: { loss: 'ce' },
    }),
    [
      ['linear', 'relu'],
      ['linear', 'none'],
    ],
  );
  const exact = place({ request: { isExact: true } });
  t.true(exact.image.isExact);
  t.deepEqual(kinds({ request: { isExact: true } }), [
    ['exact', 'tanh'],
    ['exact', 'sigmoid'],
  ]);
});

test('functions with negative values are refused in an unsigned format', (t) => {
  for (const output of ['tanh', 'none'] as const) {
    t.throws(() => place({ output, request: { loss: 'mse' } }), {
      message: `layer 2: ${output} gives negative values, its format u8.8 is unsigned; use a signed one such as s8.7`,
    });
  }
});

test('optimizer, batch and factors of the reduction reach the image (spec §2.11)', (t) => {
  const learning = { optimizer: 'adam', batchSize: 4 } as const;
  const { image } = place({ learning, request: { lossReduction: 'mean' } });
  t.is(image.optimizer.kind, 'adam');
  t.is(image.batchSize, 4);
  const shift = (shiftBits: number) => ({ kind: 'shift', shiftBits });
  t.deepEqual(
    image.layers.map(({ learningRate }) => learningRate),
    [shift(7), shift(7)],
  );
  // 4 samples of 2 classes.
  t.deepEqual(
    image.layers.map(({ gradientScale }) => gradientScale),
    [shift(0), shift(3)],
  );
});

test('a feedback generator replaces B in the image and in what the reference starts from (spec §2.14)', (t) => {
  const stored = place();
  t.is(stored.image.feedbackSource, 'memory');
  t.deepEqual(stored.parameters, parameters);
  const { image, parameters: made } = place({ learning: { feedbackSource: 'generator' } });
  t.is(image.feedbackSource, 'generator');
  const raw = image.layers[0]?.feedbackRaw;
  t.is(raw?.length, 24);
  t.notDeepEqual(raw, stored.image.layers[0]?.feedbackRaw);
  t.deepEqual(
    [...(made[0]?.feedback ?? [])],
    Array.from(raw ?? [], (value) => value / 512),
  );
  t.is(made[1]?.feedback, null);
  t.is(made[0]?.weights, kernels);
});

test('frozen layers, and hidden ones with shallow, are not trainable (spec §2.9)', (t) => {
  const trainable = (learning: Partial<Learning>): readonly boolean[] =>
    place({ learning }).image.layers.map(({ isTrainable }) => isTrainable);
  t.deepEqual(trainable({}), [true, true]);
  t.deepEqual(trainable({ frozenLayers: [2] }), [true, false]);
  t.deepEqual(trainable({ rule: { kind: 'shallow' } }), [false, true]);
});
