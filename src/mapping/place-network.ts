import type { ChipImage, ChipNumerics, LayerImage, TensorName } from '../chip/chip-image.js';
import { checkDatapathWidth } from '../chip/datapath-width.js';
import { type ChipModel, eventBits } from '../hardware/chip-model.js';
import type { LayerParameters } from '../network/parameters.js';
import type { ActivationName, NetworkTopology } from '../network/topology.js';
import {
  buildActivationTable,
  type TabulatedFunction,
  tabulatedFunctions,
} from '../numerics/function-table.js';
import { printFormat } from '../numerics/format.js';
import { elementAt } from '../numerics/integer.js';
import type { DeterministicRoundingMode } from '../numerics/modes.js';
import { type CoreAllocation, isLearning, type Learning } from './allocate-cores.js';
import { laneSeeds } from './lane-seeds.js';
import { learningRateFactor } from './learning-rate-factor.js';
import { quantiseAll, type QuantiserSpec } from './quantise.js';

/** What is placed, and how it learns. */
export interface PlacementRequest {
  readonly topology: NetworkTopology;
  readonly allocations: readonly CoreAllocation[];
  readonly parameters: readonly LayerParameters[];
  readonly chip: ChipModel;
  readonly numerics: ChipNumerics;
  readonly learning: Learning;
  readonly loss: ChipImage['loss'];
  readonly lossReduction: 'sum' | 'mean';
  readonly learningRate: number;
  readonly seed: number;
  readonly isDense: boolean;
  /** θ, a real number. */
  readonly eventThreshold: number;
}

/** Initial values that did not fit their format. */
export interface InitialOverflow {
  readonly layer: number;
  readonly tensor: TensorName;
  readonly count: number;
}

/** A network on a chip: what the engines run. */
export interface Placement {
  readonly image: ChipImage;
  readonly initialOverflows: readonly InitialOverflow[];
}

/** How real numbers become this tensor; initial values do not round stochastically but to the nearest. */
export function quantiserOf(numerics: ChipNumerics, tensor: TensorName): QuantiserSpec {
  const mode = numerics.rounding[tensor];
  const rounding: DeterministicRoundingMode = mode === 'stochastic' ? 'nearest' : mode;
  return { format: numerics.formats[tensor], rounding, overflow: numerics.overflow[tensor] };
}

/** θ in raw units of a format: |raw| > ⌊θ·2^F⌋ exactly when |value| > θ. */
function thresholdRaw(threshold: number, fractionBits: number): number {
  return Math.min(Math.floor(threshold * 2 ** fractionBits), 2 ** 31 - 1);
}

/**
 * η of a layer. `mean` divides the output's gradient by the number of classes, squared error and cross-entropy alike;
 * `bp` and `fa` carry that gradient down, so there it concerns every layer (docs/spec.md §2.9).
 */
function rateOf(request: PlacementRequest, isOutput: boolean, classCount: number): number {
  const { kind } = request.learning.rule;
  const carriesGradient = kind === 'bp' || kind === 'fa';
  const isDivided = request.lossReduction === 'mean' && (isOutput || carriesGradient);
  return isDivided ? request.learningRate / classCount : request.learningRate;
}

/** The table that computes `activation`. @throws RangeError for a function that no table of the chip holds. */
function tabulated(activation: ActivationName, layer: number): TabulatedFunction {
  const table = tabulatedFunctions.find((name) => name === activation);
  if (table !== undefined) return table;
  throw new RangeError(
    `layer ${layer}: activation ${activation} has no table on the chip; use ${tabulatedFunctions.join(' or ')}`,
  );
}

function makeLayer(
  request: PlacementRequest,
  allocation: CoreAllocation,
  index: number,
  classCount: number,
): { readonly layer: LayerImage; readonly overflows: readonly InitialOverflow[] } {
  const { topology, chip, numerics } = request;
  const { formats } = numerics;
  const { layer: number, core, isOutput, inputCount, neuronCount, organisation } = allocation;
  const { activation } = elementAt(topology.layers, index, 'layers');
  const { weights, biases, feedback } = elementAt(request.parameters, index, 'parameters');
  const outputFormat = isOutput ? formats.output : formats.activation;
  if (activation === 'tanh' && !outputFormat.isSigned) {
    throw new RangeError(
      `layer ${number}: tanh gives negative values, its format ${printFormat(outputFormat)} is unsigned; use a signed one such as s8.7`,
    );
  }
  const inputFormat = index === 0 ? formats.input : formats.activation;
  const quantisedWeights = quantiseAll(weights, quantiserOf(numerics, 'weight'));
  const quantisedBiases = quantiseAll(biases, quantiserOf(numerics, 'bias'));
  const quantisedFeedback = quantiseAll(feedback ?? [], quantiserOf(numerics, 'feedback'));
  const layer: LayerImage = {
    layer: number,
    core,
    isOutput,
    convolution: null,
    inputCount,
    neuronCount,
    weightsRaw: quantisedWeights.raw,
    biasesRaw: quantisedBiases.raw,
    isTrainable: isLearning(allocation, request.learning),
    feedbackRaw: feedback === null ? null : quantisedFeedback.raw,
    inputFormat,
    outputFormat,
    eventThresholdRaw: thresholdRaw(request.eventThreshold, inputFormat.fractionBits),
    activationUnit: buildActivationTable({
      function: tabulated(activation, number),
      ...chip.core.activationTable,
      outputFormat,
    }),
    learningRate: learningRateFactor(rateOf(request, isOutput, classCount)),
    gradientScale: { kind: 'shift', shiftBits: 0 },
    laneSeeds: laneSeeds(
      chip.core.randomGenerator,
      chip.core.laneCounts.learning,
      request.seed,
      number,
    ),
    organisation,
    outputHops: isOutput ? 0 : chip.router.hopsBetweenCores,
    labelHops: chip.router.labelHops,
  };
  const overflows = (
    [
      ['weight', quantisedWeights],
      ['bias', quantisedBiases],
      ['feedback', quantisedFeedback],
    ] as const
  ).map(([tensor, { overflowCount }]) => ({ layer: number, tensor, count: overflowCount }));
  return { layer, overflows: overflows.filter(({ count }) => count > 0) };
}

/**
 * Puts a network's numbers on the cores it was given: real numbers become raw integers here and nowhere else.
 * @throws InputError when the formats do not fit the datapath (docs/spec.md §2.4).
 */
export function placeNetwork(request: PlacementRequest): Placement {
  const { chip, numerics, allocations } = request;
  const classCount = allocations.at(-1)?.neuronCount ?? 0;
  const made = allocations.map((allocation, index) =>
    makeLayer(request, allocation, index, classCount),
  );
  const image: ChipImage = {
    classCount,
    loss: request.loss,
    rule: request.learning.rule,
    optimizer: { kind: 'sgd' },
    batchSize: 1,
    feedbackSource: 'memory',
    isExact: false,
    numerics,
    generator: chip.core.randomGenerator,
    isDense: request.isDense,
    eventBits: eventBits(chip),
    labelBits: chip.events.labelBits,
    layers: made.map(({ layer }) => layer),
  };
  checkDatapathWidth(image);
  return { image, initialOverflows: made.flatMap(({ overflows }) => overflows) };
}
