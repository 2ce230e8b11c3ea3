import type {
  ActivationUnitImage,
  ChipImage,
  ChipNumerics,
  CoreOrganisation,
  DefpSpec,
  LayerImage,
  TensorName,
} from '../../../src/chip/image/chip-image.js';
import type { ActivationName } from '../../../src/network/activation-name.js';
import { type MapShape, shapeCount } from '../../../src/network/convolution.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import type { LedgerRow } from '../../../src/ledger/ledger-row.js';
import { type FixedPointFormat, parseFormat } from '../../../src/numerics/format.js';
import { buildActivationTable, type Interpolation } from '../../../src/numerics/function-table.js';
import type { LearningRateFactor } from '../../../src/numerics/learning-rate.js';
import type { LfsrSpec } from '../../../src/numerics/lfsr.js';

/** Kernels of side K on maps of a shape; the maps it makes follow. */
export interface TinyConvolution {
  readonly inputShape: MapShape;
  readonly kernelSize: number;
  readonly stride?: number;
  readonly padding?: number;
}

/** One layer of a network small enough to calculate by hand; arrays as in `LayerImage`. */
export interface TinyLayer {
  readonly weights: readonly number[];
  readonly biases: readonly number[];
  readonly feedback?: readonly number[];
  /** tanh and sigmoid by a table, in an exact image exact; the others linear. */
  readonly function: ActivationName;
  readonly interpolation?: Interpolation;
  readonly learningRate?: LearningRateFactor;
  readonly threshold?: number;
  readonly laneSeeds?: readonly number[];
  readonly isTrainable?: boolean;
  readonly gradientScale?: LearningRateFactor;
  readonly convolution?: TinyConvolution;
}

export interface TinyOptions {
  readonly formats?: Partial<Record<TensorName, string>>;
  readonly overflow?: Partial<ChipNumerics['overflow']>;
  readonly rounding?: Partial<ChipNumerics['rounding']>;
  readonly organisation?: Partial<CoreOrganisation>;
  readonly loss?: ChipImage['loss'];
  readonly rule?: ChipImage['rule'];
  readonly optimizer?: ChipImage['optimizer'];
  readonly batchSize?: number;
  readonly isDense?: boolean;
  readonly generator?: LfsrSpec;
  readonly feedbackSource?: ChipImage['feedbackSource'];
  readonly isExact?: boolean;
}

const defaultFormats: Readonly<Record<TensorName, string>> = {
  input: 'u4.2',
  weight: 's6.3',
  bias: 's6.3',
  accumulator: 's10.5',
  activation: 's5.4',
  output: 'u4.4',
  delta: 's8.4',
  feedback: 's4.2',
  update: 's8.6',
  delayedError: 'u4.4',
  gradient: 's12.6',
  momentum: 's12.6',
  secondMoment: 'u12.8',
};

/** Formats with `text` where named, else the small defaults. */
export function tinyNumerics({ formats, overflow, rounding }: TinyOptions = {}): ChipNumerics {
  const format = (tensor: TensorName): FixedPointFormat =>
    parseFormat(formats?.[tensor] ?? defaultFormats[tensor], 64);
  return {
    formats: {
      input: format('input'),
      weight: format('weight'),
      bias: format('bias'),
      accumulator: format('accumulator'),
      activation: format('activation'),
      output: format('output'),
      delta: format('delta'),
      feedback: format('feedback'),
      update: format('update'),
      delayedError: format('delayedError'),
      gradient: format('gradient'),
      momentum: format('momentum'),
      secondMoment: format('secondMoment'),
    },
    overflow: {
      input: 'saturate',
      weight: 'saturate',
      bias: 'saturate',
      accumulator: 'saturate',
      activation: 'saturate',
      output: 'saturate',
      delta: 'saturate',
      feedback: 'saturate',
      update: 'saturate',
      delayedError: 'saturate',
      gradient: 'saturate',
      momentum: 'saturate',
      secondMoment: 'saturate',
      ...overflow,
    },
    rounding: {
      input: 'nearest',
      weight: 'nearest',
      bias: 'nearest',
      accumulator: 'nearest',
      activation: 'nearest',
      output: 'nearest',
      delta: 'nearest',
      feedback: 'nearest',
      update: 'nearest',
      delayedError: 'nearest',
      gradient: 'nearest',
      momentum: 'nearest',
      secondMoment: 'nearest',
      ...rounding,
    },
  };
}

function shapeOf({ weights, biases, convolution }: TinyLayer) {
  if (convolution === undefined) {
    const inputCount = weights.length / biases.length;
    return { convolution: null, inputCount, neuronCount: biases.length };
  }
  const { inputShape, kernelSize, stride = 1, padding = 0 } = convolution;
  const side = (length: number) => Math.floor((length + 2 * padding - kernelSize) / stride) + 1;
  const [height, width] = [side(inputShape[1]), side(inputShape[2])];
  const mapShape: MapShape = [biases.length, height, width];
  const pooledShape: MapShape = [biases.length, Math.floor(height / 2), Math.floor(width / 2)];
  return {
    convolution: { inputShape, kernelSize, stride, padding, mapShape, pooledShape },
    inputCount: shapeCount(inputShape),
    neuronCount: shapeCount(mapShape),
  };
}

function unitOf(
  tiny: TinyLayer,
  outputFormat: FixedPointFormat,
  { isExact = false }: TinyOptions,
): ActivationUnitImage {
  const { function: name } = tiny;
  if (name === 'relu' || name === 'none') return { kind: 'linear', function: name };
  if (isExact) return { kind: 'exact', function: name };
  return buildActivationTable({
    function: name,
    inputFormat: parseFormat('s4.2'),
    indexBits: 2,
    interpolation: tiny.interpolation ?? 'none',
    outputFormat,
  });
}

/**
 * A chip image with 16-bit words, one learning lane, tables of four entries over s4.2, η = 2^−1, θ = 0, a 4-bit
 * generator, and hops i for events and i + 4 for the label in layer i, unless the options say otherwise.
 */
export function tinyImage(tinyLayers: readonly TinyLayer[], options: TinyOptions = {}): ChipImage {
  const numerics = tinyNumerics(options);
  const { formats } = numerics;
  const perWord = (format: FixedPointFormat) => Math.max(1, Math.floor(16 / format.totalBits));
  const layers = tinyLayers.map((tiny, index): LayerImage => {
    const isOutput = index === tinyLayers.length - 1;
    const inputFormat = index === 0 ? formats.input : formats.activation;
    const outputFormat = isOutput ? formats.output : formats.activation;
    return {
      layer: index + 1,
      core: 10 + index,
      isOutput,
      ...shapeOf(tiny),
      weightsRaw: Int32Array.from(tiny.weights),
      biasesRaw: Int32Array.from(tiny.biases),
      feedbackRaw: tiny.feedback === undefined ? null : Int32Array.from(tiny.feedback),
      inputFormat,
      outputFormat,
      eventThresholdRaw: tiny.threshold ?? 0,
      activationUnit: unitOf(tiny, outputFormat, options),
      learningRate: tiny.learningRate ?? { kind: 'shift', shiftBits: 1 },
      laneSeeds: Uint32Array.from(tiny.laneSeeds ?? [1]),
      organisation: {
        wordBits: {
          synapses: 16,
          neurons: 16,
          bias: 16,
          feedback: 16,
          eventBuffer: 20,
          gradient: 16,
          optimizerState: 24,
        },
        weightsPerWord: perWord(formats.weight),
        accumulatorsPerWord: perWord(formats.accumulator),
        outputsPerWord: perWord(outputFormat),
        biasesPerWord: perWord(formats.bias),
        feedbacksPerWord: perWord(formats.feedback),
        gradientsPerWord: perWord(formats.gradient),
        optimizerStatesPerWord: 1,
        accumulate: 'registers',
        hasWordWriteGating: false,
        forwardLaneCount: 1,
        learningLaneCount: tiny.laneSeeds?.length ?? 1,
        activationLaneCount: 1,
        pipelineDepthCycles: 0,
        eventOverheadCycles: 0,
        portCount: 1,
        updateSchedule: 'serial',
        writeBanks: 'shared',
        ...options.organisation,
      },
      parts: null,
      gradientScale: tiny.gradientScale ?? { kind: 'shift', shiftBits: 0 },
      outputHops: isOutput ? 0 : index + 1,
      labelHops: index + 5,
      isTrainable: tiny.isTrainable ?? true,
    };
  });
  return {
    classCount: layers.at(-1)?.neuronCount ?? 0,
    loss: options.loss ?? 'bce',
    rule: options.rule ?? { kind: 'drtp' },
    optimizer: options.optimizer ?? { kind: 'sgd' },
    batchSize: options.batchSize ?? 1,
    feedbackSource: options.feedbackSource ?? 'memory',
    isExact: options.isExact ?? false,
    numerics,
    generator: options.generator ?? { widthBits: 4, polynomialMask: 0xc },
    isDense: options.isDense ?? false,
    eventBits: 11,
    labelBits: 3,
    layers,
  };
}

/** `places`: of the samples in the training set, for rule defp. */
export function samples(
  inputs: readonly number[],
  labels: readonly number[],
  places?: readonly number[],
): SampleBatch {
  const batch = { inputsRaw: Int32Array.from(inputs), labels: Uint8Array.from(labels) };
  return places === undefined ? batch : { ...batch, sampleIndices: Uint32Array.from(places) };
}

/** A DEFP rule that keeps `sampleCount` samples in words of 8 bits with `perWord` delayed errors each. */
export function tinyDefp(variant: DefpSpec['variant'], sampleCount: number, perWord = 2): DefpSpec {
  return { kind: 'defp', variant, sampleCount, wordBits: 8, delayedErrorsPerWord: perWord };
}

/** Ledger rows as `training update 1 synapses.read/16` → count (run, phase, layer, action, bits). */
export function countsOf(rows: readonly LedgerRow[]): Record<string, number> {
  return Object.fromEntries(
    rows.map(({ run, phase, layer, componentAction, bits, count }) => [
      `${run} ${phase} ${layer ?? '-'} ${componentAction}/${bits ?? '-'}`,
      count,
    ]),
  );
}
