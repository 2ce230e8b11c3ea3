import { readsWeightsAbove } from '../../../network/rule-facts.js';
import { type FixedPointFormat, maximumRaw, minimumRaw } from '../../../numerics/format.js';
import type { LearningRateFactor } from '../../../numerics/learning-rate.js';
import { deterministicRoundingModes, type RoundingMode } from '../../../numerics/modes.js';
import type {
  ActivationUnitImage,
  ChipImage,
  LayerImage,
  TensorName,
} from '../../image/chip-image.js';
import { learnsInSteps } from '../../image/layer-geometry.js';
import { partLayer } from '../../image/layer-parts.js';
import { learns, needsDelta, skipThresholdOf } from '../../image/learning-layers.js';
import { besideSteps } from '../../image/visit-cycles.js';
import { probabilityBits } from './alignments.js';
import { inputVisits } from '../../image/convolution-spans.js';
import {
  counterPlaces,
  dividedParts,
  feedbackShape,
  routesPlace,
  wordsPerRow,
} from './layer-memory.js';
import type { PlacedLayer } from './placed-layer.js';
import type { BlockShare } from './placed-part.js';
import { signalSourceOf, signalSources } from './signal-source.js';
import { modesOf } from './tensor-modes.js';

/** Bytes of `TensorFormat` in `assembly/parameters.ts`. */
export const formatBlockBytes = 32;
/** Tensors whose format the compiled engine needs, in the order of the fields of `Chip`. */
export const formatTensors = [
  'weight',
  'bias',
  'accumulator',
  'delta',
  'update',
  'delayedError',
  'gradient',
  'momentum',
  'secondMoment',
] as const;
/** Losses, and functions of a layer, in the order of the compiled engine. */
export const losses: readonly ChipImage['loss'][] = ['bce', 'mse', 'ce'];
export const activations: readonly ActivationUnitImage['function'][] = [
  'sigmoid',
  'tanh',
  'relu',
  'none',
];

/** Addresses of the blocks and areas that all layers share. */
interface ChipMemory {
  readonly formats: number;
  readonly layers: number;
  readonly inputs: number;
  readonly labels: number;
  readonly outputs: number;
  readonly verdicts: number;
  readonly sampleIndices: number;
  /** 0: the rule keeps no delayed errors. */
  readonly delayedErrors: number;
  readonly steps: number;
  readonly softmaxTable: number;
  readonly probabilities: number;
  readonly signal: number;
  readonly vectorSignal: number;
}

/** Number of a rounding mode in the compiled engine; `stochastic` comes last. */
function roundingNumber(mode: RoundingMode): number {
  return mode === 'stochastic'
    ? deterministicRoundingModes.length
    : deterministicRoundingModes.indexOf(mode);
}

function flag(isSet: boolean): number {
  return isSet ? 1 : 0;
}

/** Writes the fields of a block. @throws RangeError when the compiled engine was built from another list of fields. */
export function writeBlock(
  view: DataView,
  address: number,
  fields: readonly number[],
  expectedBytes: number,
): void {
  if (4 * fields.length !== expectedBytes) {
    throw new RangeError(
      `fast engine: the driver has ${4 * fields.length} bytes of parameters, the compiled engine expects ${expectedBytes}; run npm run build`,
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
  const { delta, output } = image.numerics.formats;
  const takesProbabilities =
    image.loss === 'ce' && image.layers.at(-1)?.activationUnit.function === 'none';
  const errorBits = takesProbabilities ? probabilityBits : output.fractionBits;
  return [
    image.layers.length,
    image.classCount,
    losses.indexOf(image.loss),
    flag(image.isDense),
    source === null ? -1 : signalSources.indexOf(source),
    image.generator.widthBits,
    image.generator.polynomialMask,
    memory.layers,
    memory.inputs,
    memory.labels,
    memory.outputs,
    memory.verdicts,
    skipThresholdOf(image) ?? 0,
    memory.sampleIndices,
    memory.delayedErrors,
    memory.steps,
    memory.softmaxTable,
    memory.probabilities,
    flag(takesProbabilities),
    delta.fractionBits - errorBits,
    memory.signal,
    memory.vectorSignal,
    ...formatTensors.map((_, index) => memory.formats + formatBlockBytes * index),
  ];
}

/** The matrix of a rule that multiplies one with a vector: address, pitch, bytes of an element, sign, columns. */
function matrixFields(
  image: ChipImage,
  { layer, choice, memory }: PlacedLayer,
  above: PlacedLayer | undefined,
): readonly number[] {
  const { formats } = image.numerics;
  if (!readsWeightsAbove(image.rule.kind)) {
    return [
      memory.feedbackMatrix,
      memory.feedbackPitchBytes,
      choice.feedbackBytes,
      flag(formats.feedback.isSigned),
      feedbackShape(image, layer).columnCount,
    ];
  }
  // The weights above as they are; the output layer, which has none, multiplies nothing.
  if (above === undefined) return [0, 0, 0, 0, 0];
  return [
    above.memory.weights,
    above.memory.rowPitchBytes,
    above.choice.weightBytes,
    flag(formats.weight.isSigned),
    above.geometry.columnCount,
  ];
}

/** Geometry of a CONV layer; all 0 in a fully connected one. */
function convolutionFields({ layer, memory }: PlacedLayer): readonly number[] {
  const { convolution } = layer;
  if (convolution === null) return new Array<number>(12).fill(0);
  const { inputShape, kernelSize, stride, padding, mapShape, pooledShape } = convolution;
  return [
    flag(true),
    inputShape[1],
    inputShape[2],
    kernelSize,
    stride,
    padding,
    mapShape[2],
    pooledShape[1],
    pooledShape[2],
    memory.rowSpans,
    memory.columnSpans,
    inputVisits(convolution),
  ];
}

/** f of a layer: its table, or the ends of h where f is `linear`; for relu h is not below 0. */
function activationFields({ layer, alignments, memory }: PlacedLayer): readonly number[] {
  const { activationUnit: unit, outputFormat } = layer;
  const isTable = unit.kind === 'table';
  const lowest = Number(minimumRaw(outputFormat));
  return [
    memory.table,
    isTable ? unit.inputFormat.totalBits : 0,
    isTable ? unit.indexBits : 0,
    flag(isTable && unit.interpolation === 'linear'),
    activations.indexOf(unit.function),
    unit.function === 'relu' ? Math.max(lowest, 0) : lowest,
    Number(maximumRaw(outputFormat)),
    alignments.activationDropBits,
  ];
}

function mantissaOf(factor: LearningRateFactor): number {
  return factor.kind === 'factor' ? factor.mantissaRaw : 1;
}

/** Gradients and states of a layer that learns in steps (docs/spec.md §2.11). */
function stepFields(
  image: ChipImage,
  { layer, alignments, choice, memory }: PlacedLayer,
): readonly number[] {
  const { gradientScale: scale } = layer;
  const isScaled = scale.kind === 'factor' || scale.shiftBits !== 0;
  return [
    flag(learnsInSteps(image, layer)),
    memory.gradientPitchBytes,
    memory.gradients,
    memory.momenta,
    memory.secondMoments,
    memory.gradientBound,
    memory.touchedRows,
    memory.quietRows,
    memory.stepRows,
    memory.deltaLanes,
    memory.groupValues,
    memory.groupDeltas,
    memory.pairLists,
    memory.pairListBytes,
    memory.packedWeights,
    flag(choice.sumsGradients),
    alignments.gradientShift,
    alignments.biasGradientShift,
    isScaled ? mantissaOf(scale) : 0,
    alignments.scaleShift,
  ];
}

/** Of a layer its largest part's, which is its first (docs/spec.md §7). */
function besideFields(layer: LayerImage): readonly number[] {
  const [first] = dividedParts(layer);
  const slowest = first === undefined ? layer : partLayer(layer, first);
  const { biasCycles, fetchCycles, visitCycles, rowCycles } = besideSteps(slowest);
  return [biasCycles, fetchCycles, visitCycles, rowCycles];
}

/** What keeps and counts: lanes, wear, scratch space, counters. */
function memoryFields(
  { layer, geometry, choice, memory }: PlacedLayer,
  activityPlace: number,
): readonly number[] {
  const { organisation } = layer;
  const counterAt = (place: number) => memory.counters + 8 * place;
  return [
    organisation.learningLaneCount,
    memory.laneStates,
    choice.laneStateBytes,
    flag(organisation.hasWordWriteGating),
    wordsPerRow(layer, geometry.columnCount),
    memory.wear,
    memory.wordOfColumn,
    memory.eventAxons,
    memory.eventValues,
    memory.eventList,
    memory.lastSamples,
    ...besideFields(layer),
    memory.rowCopy,
    memory.sums,
    memory.vectorSums,
    memory.columnSums,
    memory.outputs,
    memory.leaving,
    memory.winners,
    memory.leavingSignals,
    memory.deltas,
    memory.vectorDeltas,
    memory.rates,
    memory.vectorRates,
    memory.addends,
    counterAt(counterPlaces.overflow),
    counterAt(activityPlace),
    counterAt(counterPlaces.nonZeroUpdates),
    counterAt(counterPlaces.changedUpdates),
    counterAt(counterPlaces.paths),
  ];
}

/** Where the parts of a layer are, the axons and rows that a block is about, and its routes. */
function partFields({ layer, memory }: PlacedLayer, share: BlockShare): readonly number[] {
  return [
    share.partCount,
    share.axonPartCount,
    share.partsAt,
    flag(share.isHome),
    share.firstAxon,
    share.axonCount,
    share.firstRow,
    share.rowEnd,
    memory.partSums,
    share.routeCount,
    memory.routeEnds,
    memory.counters + 8 * routesPlace(layer),
  ];
}

/** Fields of `Layer` in `assembly/parameters.ts`, in its order; the scratch fields after them start at 0. */
export function layerFields(
  image: ChipImage,
  placed: PlacedLayer,
  above: PlacedLayer | undefined,
  share: BlockShare,
): readonly number[] {
  const { layer, geometry, alignments, choice, memory } = placed;
  const { learningRate } = layer;
  return [
    layer.inputCount,
    layer.neuronCount,
    geometry.rowCount,
    geometry.columnCount,
    geometry.positionCount,
    geometry.outputCount,
    ...convolutionFields(placed),
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
    ...activationFields(placed),
    alignments.biasShift,
    alignments.productShift,
    layer.outputFormat.fractionBits,
    alignments.errorShift,
    flag(learningRate.kind === 'factor'),
    mantissaOf(learningRate),
    mantissaOf(learningRate),
    alignments.rateShift,
    alignments.weightDropBits,
    alignments.biasDropBits,
    ...stepFields(image, placed),
    ...memoryFields(placed, share.activityPlace),
    choice.updates ? roundingNumber(image.numerics.rounding.weight) : -1,
    ...partFields(placed, share),
  ];
}
