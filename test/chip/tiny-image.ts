import type {
  ChipImage,
  ChipNumerics,
  CoreOrganisation,
  DefpSpec,
  LayerImage,
  TensorName,
} from '../../src/chip/chip-image.js';
import type { SampleBatch } from '../../src/chip/engine.js';
import type { LedgerRow } from '../../src/ledger/ledger-row.js';
import { type FixedPointFormat, parseFormat } from '../../src/numerics/format.js';
import { buildActivationTable, type Interpolation } from '../../src/numerics/function-table.js';
import type { LearningRateFactor } from '../../src/numerics/learning-rate.js';
import type { LfsrSpec } from '../../src/numerics/lfsr.js';

/** One layer of a network small enough to calculate by hand; arrays as in `LayerImage`. */
export interface TinyLayer {
  readonly weights: readonly number[];
  readonly biases: readonly number[];
  readonly feedback?: readonly number[];
  readonly function: 'tanh' | 'sigmoid';
  readonly interpolation?: Interpolation;
  readonly learningRate?: LearningRateFactor;
  readonly threshold?: number;
  readonly laneSeeds?: readonly number[];
  readonly isTrainable?: boolean;
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
      inputCount: tiny.weights.length / tiny.biases.length,
      neuronCount: tiny.biases.length,
      weightsRaw: Int32Array.from(tiny.weights),
      biasesRaw: Int32Array.from(tiny.biases),
      feedbackRaw: tiny.feedback === undefined ? null : Int32Array.from(tiny.feedback),
      inputFormat,
      outputFormat,
      eventThresholdRaw: tiny.threshold ?? 0,
      activationUnit: buildActivationTable({
        function: tiny.function,
        inputFormat: parseFormat('s4.2'),
        indexBits: 2,
        interpolation: tiny.interpolation ?? 'none',
        outputFormat,
      }),
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
        portCount: 1,
        ...options.organisation,
      },
      convolution: null,
      gradientScale: { kind: 'shift', shiftBits: 0 },
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
    feedbackSource: 'memory',
    isExact: false,
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
