import type {
  ActivationUnitImage,
  ChipImage,
  ConvolutionImage,
  LayerImage,
} from '../../../src/chip/image/chip-image.js';
import type { RunActivity } from '../../../src/chip/image/activity.js';
import type { LedgerRow } from '../../../src/ledger/ledger-row.js';
import { shapeCount } from '../../../src/network/convolution.js';
import { chipImage, type SmallLayer } from '../images/chip-image.js';
import { smallNumerics } from '../images/small-numerics.js';
import { workedChip, workedLayer, type WorkedOverrides } from '../images/worked-image.js';

/** Widths that differ, so that a row of wrong bits shows. */
const numerics = smallNumerics({
  formats: {
    input: 'u4.4',
    weight: 's6.5',
    bias: 's12.11',
    accumulator: 's16.12',
    activation: 's7.6',
    output: 'u5.5',
    delta: 's9.8',
    feedback: 's8.7',
    update: 's10.9',
    delayedError: 's11.8',
    gradient: 's14.10',
    momentum: 's20.14',
    secondMoment: 'u22.18',
  },
  rounding: { weight: 'stochastic' },
});

const organisation = {
  wordBits: {
    synapses: 16,
    neurons: 16,
    bias: 24,
    feedback: 17,
    eventBuffer: 13,
    gradient: 28,
    optimizerState: 84,
  },
  weightsPerWord: 2,
  accumulatorsPerWord: 1,
  biasesPerWord: 2,
  feedbacksPerWord: 2,
  gradientsPerWord: 2,
  optimizerStatesPerWord: 2,
  accumulate: 'memory' as const,
  forwardLaneCount: 2,
  learningLaneCount: 4,
  activationLaneCount: 3,
  pipelineDepthCycles: 4,
};

const first: ConvolutionImage = {
  inputShape: [2, 5, 4],
  kernelSize: 3,
  stride: 1,
  padding: 1,
  mapShape: [3, 5, 4],
  pooledShape: [3, 2, 2],
};
const second: ConvolutionImage = {
  inputShape: [3, 2, 2],
  kernelSize: 2,
  stride: 1,
  padding: 1,
  mapShape: [2, 3, 3],
  pooledShape: [2, 1, 1],
};

function shapeOf({ inputShape, mapShape }: ConvolutionImage) {
  return { inputCount: shapeCount(inputShape), neuronCount: shapeCount(mapShape) };
}

const shapes: readonly Pick<LayerImage, 'convolution' | 'inputCount' | 'neuronCount'>[] = [
  { convolution: first, ...shapeOf(first) },
  { convolution: second, ...shapeOf(second) },
  { convolution: null, inputCount: 2, neuronCount: 5 },
  { convolution: null, inputCount: 5, neuronCount: 3 },
];

/**
 * CONV → CONV → FC → FC, by hand:
 *
 * | layer | ρ          | κ | Q        | N  | P             | X                        | R | Rg | event and label hops |
 * | 1     | 2·3² = 18  | 3 | 5·4    | 60 | 3·2·2 = 12    | 2·13·10 = 260            | 2 | 2  | 3, 5                 |
 * | 2     | 3·2² = 12  | 2 | 3·3    | 18 | 2·1·1 = 2     | 3·4·4 = 48               | 1 | 1  | 2, 6                 |
 * | 3     | 2          | 5 | 1      | 5  | 5             | 2                        | 3 | 3  | 4, 7                 |
 * | 4     | 5          | 3 | 1      | 3  | 3             | 5                        | 2 | 2  | 0, 8                 |
 *
 * Counts and cycles need no parameters, so the arrays are empty.
 */
export function convolutionImage(overrides: WorkedOverrides = {}): ChipImage {
  const layers = shapes.map((shape, index): SmallLayer => ({
    ...workedLayer,
    ...shape,
    core: index + 7,
    outputHops: [3, 2, 4, 0][index] ?? 0,
    labelHops: index + 5,
    organisation: {
      outputsPerWord: index === shapes.length - 1 ? 3 : 2,
      ...overrides.organisation,
    },
    ...overrides.layer,
  }));
  return chipImage(layers, {
    ...workedChip,
    numerics,
    organisation,
    labelBits: 2,
    ...overrides.chip,
  });
}

/** Rule bp, batches of 2, sgd, loss ce, η with a mantissa, weights rounded stochastically. */
export function bpImage(overrides: WorkedOverrides = {}): ChipImage {
  return convolutionImage({
    ...overrides,
    layer: { learningRate: { kind: 'factor', mantissaRaw: 40_000, fractionBits: 20 } },
    chip: { rule: { kind: 'bp' }, batchSize: 2, loss: 'ce', ...overrides.chip },
  });
}

/** Two samples, one step; visits are given, as any are possible. Words written: ρ·R in each layer. */
export const twoSamples: RunActivity = {
  run: 'training',
  sampleCount: 2,
  stepCount: 1,
  flushCount: 0,
  layers: [
    { layer: 1, events: 10, visits: 70, writtenWordCount: 36 },
    { layer: 2, events: 8, visits: 25, writtenWordCount: 12 },
    { layer: 3, events: 3, visits: 3, writtenWordCount: 6 },
    { layer: 4, events: 6, visits: 6, writtenWordCount: 10 },
  ].map(({ layer, events, visits, writtenWordCount }) => ({
    layer,
    deliveredEventCount: events,
    deliveredVisitCount: visits,
    nonZeroEventCount: events,
    nonZeroVisitCount: visits,
    sharedEventCount: 0,
    writtenWordCount,
    parts: null,
    traffic: null,
  })),
};

/** The image with other activation units in its hidden layers and its output layer; null: as it was. */
export function withUnits(
  image: ChipImage,
  hidden: ActivationUnitImage | null,
  output: ActivationUnitImage | null,
): ChipImage {
  const layers = image.layers.map((layer) => ({
    ...layer,
    activationUnit: (layer.isOutput ? output : hidden) ?? layer.activationUnit,
  }));
  return { ...image, layers };
}

/** The image with these layers frozen. */
export function withFrozen(image: ChipImage, frozen: readonly number[]): ChipImage {
  const layers = image.layers.map((layer) => ({
    ...layer,
    isTrainable: !frozen.includes(layer.layer),
  }));
  return { ...image, layers };
}

/** One line a row: phase, layer, core, action, bits, count. */
export function printRows(rows: readonly LedgerRow[]): readonly string[] {
  return rows.map(
    ({ phase, layer, core, componentAction, bits, count }) =>
      `${phase} ${layer ?? '-'} ${core ?? '-'} ${componentAction} ${bits ?? '-'} ${count}`,
  );
}
