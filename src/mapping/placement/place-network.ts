import type {
  ChipImage,
  ChipNumerics,
  ConvolutionImage,
  LayerImage,
  TensorName,
  UpdateSkip,
} from '../../chip/image/chip-image.js';
import { errorFractionBits } from '../../chip/image/output-error.js';
import { transportFault } from '../../chip/image/upkeep/feedback-upkeep.js';
import { checkDatapathWidth } from '../../chip/checks/datapath-width.js';
import { type ChipModel, eventBits } from '../../hardware/chip-model.js';
import type { FeedbackDraw } from '../../network/feedback.js';
import type { LayerParameters } from '../../network/parameters.js';
import type { FixedPointFormat } from '../../numerics/format.js';
import { type NetworkLayer, spanName } from '../../network/topology.js';
import { elementAt } from '../../numerics/integer.js';
import type { DeterministicRoundingMode } from '../../numerics/modes.js';
import { dequantise } from '../dequantise.js';
import { ActivationUnits } from '../activation-units.js';
import type { LayerAllocation } from './allocate-cores.js';
import { generateFeedback } from '../feedback-generator.js';
import { isLearning } from '../learning.js';
import { withTransportedFeedback } from '../redraw-feedback.js';
import { gradientScales, learningRates, type RateRequest } from '../learning-rates.js';
import { optimizerSpec } from '../optimizer-spec.js';
import { placeParts } from './place-parts.js';
import { type Quantised, quantiseAll, type QuantiserSpec } from '../quantise.js';

/** A network to place, and how it learns. */
export interface PlacementRequest extends RateRequest {
  readonly allocations: readonly LayerAllocation[];
  /**
   * With a feedback generator, their B are not looked at. Null: only shapes matter, as for counts and cycles, and every
   * array of the image stays empty.
   */
  readonly parameters: readonly LayerParameters[] | null;
  /** Initial weights are rounded to this format before that of the weights holds them. */
  readonly initialWeights?: FixedPointFormat;
  /** Shape and distribution of B, for the generator. */
  readonly feedbackDraw: FeedbackDraw;
  /** B begins as the product of the initial weights above (docs/spec.md §2.16); absent: as it is drawn. */
  readonly isFeedbackTransported?: boolean;
  readonly chip: ChipModel;
  readonly numerics: ChipNumerics;
  /** η of the first epoch; `learningRates` gives the factors of another. */
  readonly learningRate: number;
  readonly seed: number;
  readonly isDense: boolean;
  /** θ, a real number. */
  readonly eventThreshold: number;
  /** The wide witness: activation functions correctly rounded, no limits of width (docs/spec.md §2.12). */
  readonly isExact: boolean;
}

/** Initial values that did not fit their format. */
export interface InitialOverflow {
  readonly layer: number;
  readonly tensor: TensorName;
  readonly count: number;
}

/** Initial weights other than 0 that their format makes 0, of all of a layer. */
export interface InitialZeros {
  readonly layer: number;
  readonly zeroCount: number;
  readonly valueCount: number;
}

/** A network on a chip: what the engines run. */
export interface Placement {
  readonly image: ChipImage;
  /** What was asked for, with the B of the generator where there is one: what the float reference starts from. */
  readonly parameters: readonly LayerParameters[];
  readonly initialOverflows: readonly InitialOverflow[];
  /** One entry per layer. */
  readonly initialZeros: readonly InitialZeros[];
}

const nothingDrawn: LayerParameters = {
  weights: new Float32Array(0),
  biases: new Float32Array(0),
  feedback: null,
};

function parametersOf({ parameters }: PlacementRequest, index: number): LayerParameters {
  return parameters === null ? nothingDrawn : elementAt(parameters, index, 'parameters');
}

/** How real numbers become this tensor; initial values do not round stochastically but to the nearest. */
export function quantiserOf(numerics: ChipNumerics, tensor: TensorName): QuantiserSpec {
  const mode = numerics.rounding[tensor];
  const rounding: DeterministicRoundingMode = mode === 'stochastic' ? 'nearest' : mode;
  return { format: numerics.formats[tensor], rounding, overflow: numerics.overflow[tensor] };
}

/** Weights as the format of initial weights has them, where there is one. */
function initialWeightsOf(
  { initialWeights: format, numerics }: PlacementRequest,
  { weights }: LayerParameters,
): ArrayLike<number> {
  if (format === undefined) return weights;
  const { rounding } = quantiserOf(numerics, 'weight');
  return dequantise(quantiseAll(weights, { format, rounding, overflow: 'saturate' }).raw, format);
}

/** θ in raw units of a format: |raw| > ⌊θ·2^F⌋ exactly when |value| > θ. */
function thresholdRaw(threshold: number, fractionBits: number): number {
  return Math.min(Math.floor(threshold * 2 ** fractionBits), 2 ** 31 - 1);
}

/** T = ⌈x·2^F⌉ with the F of e: an integer is below it exactly when e is below x (docs/spec.md §2.15). */
function updateSkip({ learning, loss, numerics, isExact }: PlacementRequest): UpdateSkip | null {
  const { skipBelow = null } = learning;
  if (skipBelow === null) return null;
  const fractionBits = errorFractionBits({ loss, isExact, output: numerics.formats.output });
  return { thresholdRaw: Math.ceil(skipBelow * 2 ** fractionBits) };
}

/** B as the request gives it, or as the generator makes it. */
function feedbackOf(
  request: PlacementRequest,
  index: number,
): { readonly real: Float32Array; readonly quantised: Quantised } | null {
  const { topology, chip, numerics, seed, feedbackDraw: draw } = request;
  if (request.learning.feedbackSource === 'memory' || request.parameters === null) {
    const { feedback: real } = parametersOf(request, index);
    if (real === null) return null;
    return { real, quantised: quantiseAll(real, quantiserOf(numerics, 'feedback')) };
  }
  const made = generateFeedback(topology, index, {
    generator: chip.core.randomGenerator,
    format: numerics.formats.feedback,
    draw,
    seed,
  });
  return made && { real: made.real, quantised: { raw: made.raw, overflowCount: 0 } };
}

/** Geometry of a CONV layer; null for a fully-connected one. */
function convolutionImage(layer: NetworkLayer): ConvolutionImage | null {
  if (layer.kind === 'fc') return null;
  const { inputShape, kernelSize, stride, padding, mapShape, outputShape } = layer;
  return { inputShape, kernelSize, stride, padding, mapShape, pooledShape: outputShape };
}

interface PlacedLayer {
  readonly layer: LayerImage;
  readonly parameters: LayerParameters;
  readonly overflows: readonly InitialOverflow[];
  readonly zeros: InitialZeros;
}

/** One layer, without its factors of η and of the gradient. */
function placeLayer(
  request: PlacementRequest,
  allocation: LayerAllocation,
  index: number,
  units: ActivationUnits,
): Omit<PlacedLayer, 'layer'> & {
  readonly layer: Omit<LayerImage, 'learningRate' | 'gradientScale'>;
} {
  const { topology, chip, numerics } = request;
  const { formats } = numerics;
  const { layer: number, span, isOutput, inputCount, neuronCount, organisation } = allocation;
  const described = elementAt(topology.layers, index, 'layers');
  const parameters = parametersOf(request, index);
  const outputFormat = isOutput ? formats.output : formats.activation;
  const inputFormat = index === 0 ? formats.input : formats.activation;
  const weights = quantiseAll(
    initialWeightsOf(request, parameters),
    quantiserOf(numerics, 'weight'),
  );
  const biases = quantiseAll(parameters.biases, quantiserOf(numerics, 'bias'));
  const feedback = feedbackOf(request, index);
  const layer = {
    layer: number,
    ...(topology.spans === undefined ? {} : { span }),
    ...placeParts(request.allocations, index, chip, request.seed),
    isOutput,
    convolution: convolutionImage(described),
    inputCount,
    neuronCount,
    weightsRaw: weights.raw,
    biasesRaw: biases.raw,
    isTrainable: isLearning(allocation, request.learning),
    feedbackRaw: feedback && feedback.quantised.raw,
    inputFormat,
    outputFormat,
    eventThresholdRaw: thresholdRaw(request.eventThreshold, inputFormat.fractionBits),
    activationUnit: units.unitOf(
      { name: spanName(span), activation: described.activation },
      outputFormat,
    ),
    organisation,
  };
  const overflows = (
    [
      ['weight', weights.overflowCount],
      ['bias', biases.overflowCount],
      ['feedback', feedback?.quantised.overflowCount ?? 0],
    ] as const
  ).map(([tensor, count]) => ({ layer: number, tensor, count }));
  return {
    layer,
    zeros: zerosOf(number, parameters.weights, weights.raw),
    parameters: { ...parameters, feedback: feedback && feedback.real },
    overflows: overflows.filter(({ count }) => count > 0),
  };
}

/** Weights that rounding takes away before anything is learned. */
function zerosOf(layer: number, reals: ArrayLike<number>, raw: Int32Array): InitialZeros {
  let zeroCount = 0;
  for (const [index, value] of raw.entries()) {
    if (value === 0 && reals[index] !== 0) zeroCount += 1;
  }
  return { layer, zeroCount, valueCount: raw.length };
}

/** All layers, with their factors. */
function placeLayers(request: PlacementRequest): readonly PlacedLayer[] {
  const rates = learningRates(request, request.learningRate);
  const scales = gradientScales(request);
  const units = new ActivationUnits(request.chip, {
    isExact: request.isExact,
    isFilled: request.parameters !== null,
  });
  return request.allocations.map((allocation, index) => {
    const { layer, ...rest } = placeLayer(request, allocation, index, units);
    const learningRate = elementAt(rates, index, 'learning rates');
    const gradientScale = elementAt(scales, index, 'gradient scales');
    return { layer: { ...layer, learningRate, gradientScale }, ...rest };
  });
}

/** The image with the B that it begins with, and the initial values that did not fit. */
function withInitialFeedback(
  { isFeedbackTransported = false, parameters }: PlacementRequest,
  image: ChipImage,
  initialOverflows: readonly InitialOverflow[],
): Pick<Placement, 'image' | 'initialOverflows'> {
  if (!isFeedbackTransported) return { image, initialOverflows };
  const fault = transportFault(image);
  if (fault !== null) throw new RangeError(`B cannot be transported on the chip: ${fault}`);
  if (parameters === null) return { image, initialOverflows };
  const transported = withTransportedFeedback(image);
  const ofFeedback = transported.overflowCounts.map((count, index): InitialOverflow => {
    return { layer: index + 1, tensor: 'feedback', count };
  });
  return {
    image: transported.image,
    initialOverflows: [
      ...initialOverflows.filter(({ tensor }) => tensor !== 'feedback'),
      ...ofFeedback.filter(({ count }) => count > 0),
    ],
  };
}

/**
 * Puts a network's numbers on the cores it was given: real numbers become raw integers here and nowhere else.
 * @throws InputError when the formats do not fit the datapath (docs/spec.md §2.4).
 */
export function placeNetwork(request: PlacementRequest): Placement {
  const { chip, numerics, allocations, learning } = request;
  const placed = placeLayers(request);
  const image: ChipImage = {
    classCount: allocations.at(-1)?.neuronCount ?? 0,
    loss: request.loss,
    rule: learning.rule,
    optimizer: optimizerSpec(learning.optimizer, numerics),
    batchSize: learning.batchSize,
    updateSkip: updateSkip(request),
    dyingReluGate: learning.dyingReluGate ?? null,
    feedbackSource: learning.feedbackSource,
    isExact: request.isExact,
    numerics,
    generator: chip.core.randomGenerator,
    isDense: request.isDense,
    eventBits: eventBits(chip),
    labelBits: chip.events.labelBits,
    layers: placed.map(({ layer }) => layer),
  };
  checkDatapathWidth(image);
  const initialOverflows = placed.flatMap(({ overflows }) => overflows);
  return {
    ...withInitialFeedback(request, image, initialOverflows),
    parameters: placed.map(({ parameters }) => parameters),
    initialZeros: placed.map(({ zeros }) => zeros),
  };
}
