import { type FixedPointFormat, maximumRaw, minimumRaw } from '../../numerics/format.js';
import { deterministicRoundingModes, type RoundingMode } from '../../numerics/modes.js';
import type { ChipImage, LayerImage, TensorName } from '../chip-image.js';
import type { LayerAlignments } from './alignments.js';
import { counterPlaces, type LayerMemory, wordsPerRow } from './memory-plan.js';
import type { VectorChoice } from './vector-choice.js';

/** Bytes of `TensorFormat` in `assembly/parameters.ts`. */
export const formatBlockBytes = 32;
/** Tensors whose format the kernel needs, in the order of the fields of `Chip`. */
export const kernelTensors = ['weight', 'bias', 'accumulator', 'delta', 'update'] as const;

/** Addresses of the blocks and areas that all layers share. */
export interface ChipMemory {
  readonly formats: number;
  readonly layers: number;
  readonly inputs: number;
  readonly labels: number;
  readonly outputs: number;
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

/** The format block of one tensor. */
export function writeFormat(
  view: DataView,
  address: number,
  image: ChipImage,
  tensor: TensorName,
): void {
  const { formats, overflow, rounding } = image.numerics;
  const format: FixedPointFormat = formats[tensor];
  view.setBigInt64(address, minimumRaw(format), true);
  view.setBigUint64(address + 8, maximumRaw(format), true);
  const words = [
    format.totalBits,
    flag(format.isSigned),
    flag(overflow[tensor] === 'wrap'),
    roundingNumber(rounding[tensor]),
  ];
  words.forEach((word, index) => {
    view.setInt32(address + 16 + 4 * index, word, true);
  });
}

/** Fields of `Chip` in `assembly/parameters.ts`, in its order. */
export function chipFields(image: ChipImage, memory: ChipMemory): readonly number[] {
  return [
    image.layers.length,
    image.classCount,
    flag(image.loss === 'mse'),
    flag(image.isDense),
    image.generator.widthBits,
    image.generator.polynomialMask,
    memory.layers,
    memory.inputs,
    memory.labels,
    memory.outputs,
    ...kernelTensors.map((_, index) => memory.formats + formatBlockBytes * index),
  ];
}

/** Fields of `Layer` in `assembly/parameters.ts`, in its order; the scratch fields after them start at 0. */
export function layerFields(
  image: ChipImage,
  layer: LayerImage,
  alignments: LayerAlignments,
  choice: VectorChoice,
  memory: LayerMemory,
): readonly number[] {
  const { activationUnit, learningRate, organisation } = layer;
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
    memory.deltaH,
    memory.deltaHOverflow,
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
    memory.rates,
    memory.vectorRates,
    counterAt(counterPlaces.overflow),
    counterAt(counterPlaces.inference),
    counterAt(counterPlaces.nonZeroUpdates),
    counterAt(counterPlaces.changedUpdates),
    choice.updates ? roundingNumber(image.numerics.rounding.weight) : -1,
  ];
}
