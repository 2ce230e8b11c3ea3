import { tableOf } from '../activation-table.js';
import { type FixedPointFormat, maximumRaw, minimumRaw } from '../../numerics/format.js';
import { deterministicRoundingModes, type RoundingMode } from '../../numerics/modes.js';
import type { ChipImage, TensorName } from '../chip-image.js';
import { learns, needsDelta } from '../learning-layers.js';
import { counterPlaces, feedbackColumnCount, wordsPerRow } from './memory-plan.js';
import type { PlacedLayer } from './placed-layer.js';
import { signalSourceOf, signalSources } from './signal-source.js';
import { modesOf } from './tensor-modes.js';

/** Bytes of `TensorFormat` in `assembly/parameters.ts`. */
export const formatBlockBytes = 32;
/** Tensors whose format the kernel needs, in the order of the fields of `Chip`. */
export const kernelTensors = [
  'weight',
  'bias',
  'accumulator',
  'delta',
  'update',
  'delayedError',
] as const;

/** Addresses of the blocks and areas that all layers share. */
export interface ChipMemory {
  readonly formats: number;
  readonly layers: number;
  readonly inputs: number;
  readonly labels: number;
  readonly outputs: number;
  readonly sampleIndices: number;
  /** 0: the rule keeps no delayed errors. */
  readonly delayedErrors: number;
  readonly signal: number;
  readonly vectorSignal: number;
}

/** Number of a rounding mode in the kernel; `stochastic` comes last. */
function roundingNumber(mode: RoundingMode): number {
  return mode === 'stochastic'
    ? deterministicRoundingModes.length
    : deterministicRoundingModes.indexOf(mode);
}

function flag(isSet: boolean): number {
  return isSet ? 1 : 0;
}

/** Writes the fields of a block. @throws RangeError when the kernel was built from another list of fields. */
export function writeBlock(
  view: DataView,
  address: number,
  fields: readonly number[],
  expectedBytes: number,
): void {
  if (4 * fields.length !== expectedBytes) {
    throw new RangeError(
      `fast engine: the driver has ${4 * fields.length} bytes of parameters, the kernel expects ${expectedBytes}; run npm run build`,
    );
  }
  // The mask of a 32-bit generator has its top bit set: ToInt32 keeps the bits.
  fields.forEach((field, index) => {
    view.setInt32(address + 4 * index, field, true);
  });
}

/** The format block of one tensor. */
export function writeFormat(
  view: DataView,
  address: number,
  image: ChipImage,
  tensor: TensorName,
): void {
  const format: FixedPointFormat = image.numerics.formats[tensor];
  const { overflow, rounding } = modesOf(image.numerics, tensor);
  view.setBigInt64(address, minimumRaw(format), true);
  view.setBigUint64(address + 8, maximumRaw(format), true);
  const words = [
    format.totalBits,
    flag(format.isSigned),
    flag(overflow === 'wrap'),
    roundingNumber(rounding),
  ];
  words.forEach((word, index) => {
    view.setInt32(address + 16 + 4 * index, word, true);
  });
}

/** Fields of `Chip` in `assembly/parameters.ts`, in its order. */
export function chipFields(image: ChipImage, memory: ChipMemory): readonly number[] {
  const source = signalSourceOf(image.rule);
  return [
    image.layers.length,
    image.classCount,
    flag(image.loss === 'mse'),
    flag(image.isDense),
    source === null ? -1 : signalSources.indexOf(source),
    image.generator.widthBits,
    image.generator.polynomialMask,
    memory.layers,
    memory.inputs,
    memory.labels,
    memory.outputs,
    memory.sampleIndices,
    memory.delayedErrors,
    memory.signal,
    memory.vectorSignal,
    ...kernelTensors.map((_, index) => memory.formats + formatBlockBytes * index),
  ];
}

/** The matrix of a rule that multiplies one with a vector: address, pitch, bytes of an element, sign, columns. */
function matrixFields(
  image: ChipImage,
  { layer, choice, memory }: PlacedLayer,
  above: PlacedLayer | undefined,
): readonly number[] {
  const { formats } = image.numerics;
  if (image.rule.kind !== 'bp') {
    return [
      memory.feedbackMatrix,
      memory.feedbackPitchBytes,
      choice.feedbackBytes,
      flag(formats.feedback.isSigned),
      feedbackColumnCount(image, layer),
    ];
  }
  // The weights above as they are; the output layer, which has none, multiplies nothing.
  if (above === undefined) return [0, 0, 0, 0, 0];
  return [
    above.memory.weights,
    above.memory.rowPitchBytes,
    above.choice.weightBytes,
    flag(formats.weight.isSigned),
    above.layer.neuronCount,
  ];
}

/** Fields of `Layer` in `assembly/parameters.ts`, in its order; the scratch fields after them start at 0. */
export function layerFields(
  image: ChipImage,
  placed: PlacedLayer,
  above: PlacedLayer | undefined,
): readonly number[] {
  const { layer, alignments, choice, memory } = placed;
  const { learningRate, organisation } = layer;
  const activationUnit = tableOf(layer);
  const counterAt = (place: number) => memory.counters + 8 * place;
  return [
    layer.inputCount,
    layer.neuronCount,
    flag(layer.isOutput),
    flag(layer.inputFormat.isSigned),
    layer.eventThresholdRaw,
    choice.weightBytes,
    memory.rowPitchBytes,
    memory.weights,
    memory.biases,
    flag(learns(image, layer)),
    flag(needsDelta(image, layer)),
    memory.feedbackRows,
    memory.deltaHOverflow,
    ...matrixFields(image, placed, above),
    alignments.signalShift,
    memory.table,
    activationUnit.inputFormat.totalBits,
    activationUnit.indexBits,
    flag(activationUnit.interpolation === 'linear'),
    flag(activationUnit.function === 'tanh'),
    alignments.tableDropBits,
    alignments.biasShift,
    alignments.productShift,
    layer.outputFormat.fractionBits,
    alignments.errorShift,
    flag(learningRate.kind === 'factor'),
    learningRate.kind === 'factor' ? learningRate.mantissaRaw : 0,
    alignments.rateShift,
    alignments.weightDropBits,
    alignments.biasDropBits,
    organisation.learningLaneCount,
    memory.laneStates,
    choice.laneStateBytes,
    flag(organisation.hasWordWriteGating),
    wordsPerRow(layer),
    memory.wear,
    memory.wordOfNeuron,
    memory.eventAxons,
    memory.eventValues,
    memory.eventList,
    memory.rowCopy,
    memory.sums,
    memory.vectorSums,
    memory.outputs,
    memory.deltas,
    memory.rates,
    memory.vectorRates,
    counterAt(counterPlaces.overflow),
    counterAt(counterPlaces.inference),
    counterAt(counterPlaces.nonZeroUpdates),
    counterAt(counterPlaces.changedUpdates),
    choice.updates ? roundingNumber(image.numerics.rounding.weight) : -1,
  ];
}
