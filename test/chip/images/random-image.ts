import type {
  ChipImage,
  ChipNumerics,
  CoreOrganisation,
  LayerImage,
} from '../../../src/chip/image/chip-image.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import { columnCount, rowCount } from '../../../src/chip/image/layer-geometry.js';
import { type FixedPointFormat, maximumRaw } from '../../../src/numerics/format.js';
import {
  buildActivationTable,
  interpolations,
  tabulatedFunctions,
  type TabulatedFunction,
} from '../../../src/numerics/function-table.js';
import { elementAt } from '../../../src/numerics/integer.js';
import type { LearningRateFactor } from '../../../src/numerics/learning-rate.js';
import type { LfsrSpec } from '../../../src/numerics/lfsr.js';
import {
  deterministicRoundingModes,
  overflowModes,
  roundingModes,
} from '../../../src/numerics/modes.js';
import { fitsDatapath } from '../checks/datapath-fit.js';
import { Draws } from '../oracle/draws.js';
import {
  drawFeedback,
  drawRule,
  drawRuleName,
  type RuleName,
  withScaledRates,
} from './random-rule.js';
import { drawShapes, drawSteps, type LayerShape } from './random-steps.js';

/*
 * Random but valid chip images for property and co-simulation tests. Everything follows from the seed, nothing from an
 * engine. About seven images of ten have formats a designer could have chosen (so that events flow and weights move),
 * the others have wild ones (fractions beyond the width, negative fractions, operands close to 64 bits).
 */

/** Maximal-length Galois masks of the generator widths. */
const generators: readonly LfsrSpec[] = [
  { widthBits: 8, polynomialMask: 0xb8 },
  { widthBits: 16, polynomialMask: 0xb400 },
  { widthBits: 24, polynomialMask: 0xe10000 },
  { widthBits: 32, polynomialMask: 0x80200003 },
];
/** Around the widths of vector registers: multiples of 8 and 16, and their neighbours. */
const layerSizes = [1, 2, 3, 5, 7, 8, 9, 13, 15, 16, 17, 24, 31, 32, 33, 41];
const classCounts = [1, 2, 3, 5, 10, 16, 17];
const laneCounts = [1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33];
const wordWidths = [8, 16, 24, 32, 64, 128];
const accumulatorWidths = [8, 12, 16, 20, 24, 31, 32, 33, 40, 48, 63, 64];

function drawFraction(draws: Draws, totalBits: number, isWild: boolean): number {
  if (!isWild) return totalBits - draws.integer(0, 3);
  return draws.chance(0.2) ? draws.integer(-48, 48) : draws.integer(-6, 24);
}

function drawFormat(
  draws: Draws,
  bits: readonly [number, number],
  signedChance: number,
  isWild: boolean,
): FixedPointFormat {
  const isSigned = draws.chance(signedChance);
  // Raw values travel in Int32Array: an unsigned tensor has at most 31 bits.
  const totalBits = Math.min(draws.integer(...bits), isSigned ? 32 : 31);
  return { isSigned, totalBits, fractionBits: drawFraction(draws, totalBits, isWild) };
}

/** Format of activation or output: at most 16 bits, 0 ≤ F ≤ 16 (docs/spec.md §2.4). */
function drawOutputFormat(draws: Draws, isWild: boolean): FixedPointFormat {
  const format = drawFormat(draws, [1, 16], 0.6, isWild);
  return { ...format, fractionBits: Math.min(16, Math.max(0, format.fractionBits)) };
}

function drawAccumulator(draws: Draws, productFractionBits: number, isWild: boolean) {
  const totalBits = draws.chance(0.5) ? draws.pick(accumulatorWidths) : draws.integer(8, 64);
  const isExact = draws.chance(0.5);
  const fractionBits = isWild
    ? drawFraction(draws, Math.min(24, totalBits), true)
    : isExact
      ? productFractionBits
      : Math.min(productFractionBits, totalBits) - draws.integer(0, 6);
  return {
    isSigned: totalBits === 64 || draws.chance(0.95),
    totalBits,
    fractionBits: Math.min(48, Math.max(-48, fractionBits)),
  };
}

function drawNumerics(draws: Draws, learning: Draws): ChipNumerics {
  const isWild = draws.chance(0.3);
  const input = drawFormat(draws, [1, 16], 0.4, isWild);
  const weight = drawFormat(draws, [1, 16], 0.95, isWild);
  const formats = {
    input,
    weight,
    bias: drawFormat(draws, [1, 24], 0.95, isWild),
    accumulator: drawAccumulator(draws, input.fractionBits + weight.fractionBits, isWild),
    activation: drawOutputFormat(draws, isWild),
    output: drawOutputFormat(draws, isWild),
    delta: drawFormat(draws, [1, isWild ? 32 : 20], 0.95, isWild),
    feedback: drawFormat(draws, [1, isWild ? 32 : 16], 0.95, isWild),
    update: drawFormat(draws, [2, 32], 0.95, isWild),
    delayedError: drawFormat(learning, [1, 16], 0.5, isWild),
    gradient: drawFormat(learning, [2, 32], 1, isWild),
    momentum: drawFormat(learning, [2, 32], 1, isWild),
    secondMoment: drawFormat(learning, [2, 31], 0, isWild),
  };
  return {
    formats,
    overflow: {
      input: draws.pick(overflowModes),
      weight: draws.pick(overflowModes),
      bias: draws.pick(overflowModes),
      accumulator: draws.pick(overflowModes),
      activation: draws.pick(overflowModes),
      output: draws.pick(overflowModes),
      delta: draws.pick(overflowModes),
      feedback: draws.pick(overflowModes),
      update: draws.pick(overflowModes),
      delayedError: learning.pick(overflowModes),
      gradient: learning.pick(overflowModes),
      momentum: learning.pick(overflowModes),
      secondMoment: learning.pick(overflowModes),
    },
    rounding: {
      input: draws.pick(deterministicRoundingModes),
      weight: draws.chance(0.5) ? 'stochastic' : draws.pick(roundingModes),
      bias: draws.pick(roundingModes),
      accumulator: draws.pick(deterministicRoundingModes),
      activation: draws.pick(deterministicRoundingModes),
      output: draws.pick(deterministicRoundingModes),
      delta: draws.pick(deterministicRoundingModes),
      feedback: draws.pick(deterministicRoundingModes),
      update: draws.pick(deterministicRoundingModes),
      delayedError: learning.pick(deterministicRoundingModes),
      gradient: learning.pick(deterministicRoundingModes),
      momentum: learning.pick(deterministicRoundingModes),
      secondMoment: learning.pick(deterministicRoundingModes),
    },
  };
}

function drawLearningRate(draws: Draws): LearningRateFactor {
  if (draws.chance(0.6)) return { kind: 'shift', shiftBits: draws.integer(-2, 12) };
  const mantissaRaw = draws.chance(0.5) ? draws.integer(32768, 65535) : draws.integer(1, 65535);
  return { kind: 'factor', mantissaRaw, fractionBits: draws.integer(10, 24) };
}

/** Whole values in a word, at least one (docs/spec.md §4.1). */
function valuesPerWord(wordBits: number, format: FixedPointFormat): number {
  return Math.max(1, Math.floor(wordBits / format.totalBits));
}

function drawOrganisation(
  draws: Draws,
  { formats }: ChipNumerics,
  outputFormat: FixedPointFormat,
): CoreOrganisation {
  const wordBits = {
    synapses: draws.pick(wordWidths),
    neurons: draws.pick(wordWidths),
    bias: draws.pick(wordWidths),
    feedback: draws.pick(wordWidths),
    eventBuffer: draws.pick(wordWidths),
    gradient: 32,
    optimizerState: 64,
  };
  return {
    wordBits,
    weightsPerWord: valuesPerWord(wordBits.synapses, formats.weight),
    accumulatorsPerWord: valuesPerWord(wordBits.neurons, formats.accumulator),
    outputsPerWord: valuesPerWord(wordBits.neurons, outputFormat),
    biasesPerWord: valuesPerWord(wordBits.bias, formats.bias),
    feedbacksPerWord: valuesPerWord(wordBits.feedback, formats.feedback),
    gradientsPerWord: valuesPerWord(wordBits.gradient, formats.gradient),
    optimizerStatesPerWord: 1,
    accumulate: draws.pick(['registers', 'memory']),
    hasWordWriteGating: draws.chance(0.5),
    forwardLaneCount: draws.pick(laneCounts),
    learningLaneCount: draws.pick(laneCounts),
    activationLaneCount: draws.pick(laneCounts),
    pipelineDepthCycles: draws.integer(0, 5),
    eventOverheadCycles: draws.integer(0, 2),
    portCount: draws.pick([1, 2]),
    updateSchedule: 'serial',
    writeBanks: 'shared',
  };
}

interface LayerPlan extends LayerShape {
  readonly layer: number;
  readonly isOutput: boolean;
  readonly function: TabulatedFunction;
}

function drawLayer(
  draws: Draws,
  plan: LayerPlan,
  numerics: ChipNumerics,
  classCount: number,
  generator: LfsrSpec,
): LayerImage {
  const { formats } = numerics;
  const { layer, isOutput, inputCount, neuronCount, convolution } = plan;
  const inputFormat = layer === 1 ? formats.input : formats.activation;
  const outputFormat = isOutput ? formats.output : formats.activation;
  const organisation = drawOrganisation(draws, numerics, outputFormat);
  const tableBits = draws.integer(4, draws.chance(0.2) ? 24 : 14);
  const hasSmallWeights = draws.chance(0.5);
  const fill = (length: number, format: FixedPointFormat, isSmall: boolean) =>
    Int32Array.from({ length }, () => draws.raw(format, isSmall));
  return {
    layer,
    core: 3 * layer + draws.integer(0, 2),
    isOutput,
    convolution,
    parts: null,
    gradientScale: { kind: 'shift', shiftBits: 0 },
    inputCount,
    neuronCount,
    weightsRaw: fill(rowCount(plan) * columnCount(plan), formats.weight, hasSmallWeights),
    biasesRaw: fill(columnCount(plan), formats.bias, hasSmallWeights),
    feedbackRaw: isOutput ? null : fill(classCount * neuronCount, formats.feedback, false),
    inputFormat,
    outputFormat,
    eventThresholdRaw: draws.chance(0.6)
      ? 0
      : draws.integer(0, Number(maximumRaw(inputFormat) >> 2n)),
    activationUnit: buildActivationTable({
      function: plan.function,
      inputFormat: {
        isSigned: true,
        totalBits: tableBits,
        fractionBits: tableBits - draws.integer(1, 5),
      },
      indexBits: draws.integer(1, Math.min(6, tableBits)),
      interpolation: draws.pick(interpolations),
      outputFormat,
    }),
    learningRate: drawLearningRate(draws),
    laneSeeds: Uint32Array.from({ length: organisation.learningLaneCount }, () =>
      draws.integer(1, 2 ** generator.widthBits - 1),
    ),
    organisation,
    outputHops: isOutput ? 0 : draws.integer(0, 3),
    labelHops: draws.integer(0, 4),
    isTrainable: true,
  };
}

/** Fully connected layers of any size. */
function drawFullShapes(draws: Draws, classCount: number): readonly LayerShape[] {
  const layerCount = draws.integer(1, 4);
  const sizes = Array.from({ length: layerCount }, () => draws.pick(layerSizes)).concat(classCount);
  return sizes.slice(1).map((neuronCount, index) => {
    return { inputCount: elementAt(sizes, index, 'sizes'), neuronCount, convolution: null };
  });
}

/**
 * The image drawn from `draws`; what came with the learning rules follows from `learning`, what came with CONV and
 * steps from `steps` (null: it has none of it), so that the rest stays.
 */
function drawImage(
  draws: Draws,
  learning: Draws,
  steps: Draws | null,
  ruleName: RuleName,
): ChipImage {
  const classCount = draws.pick(classCounts);
  const fullShapes = drawFullShapes(draws, classCount);
  const shapes = steps === null ? fullShapes : drawShapes(steps, fullShapes, classCount);
  const drawnLoss = draws.pick(['bce', 'mse'] as const);
  const loss = steps?.chance(0.35) === true ? 'ce' : drawnLoss;
  const numerics = drawNumerics(draws, learning);
  const rule = drawRule(learning, ruleName, numerics);
  const generator = draws.pick(generators);
  const layers = shapes.map((shape, index) => {
    const isOutput = index === shapes.length - 1;
    const plan: LayerPlan = {
      ...shape,
      layer: index + 1,
      isOutput,
      // Binary cross-entropy goes with the sigmoid (docs/spec.md §2.6).
      function: isOutput && loss === 'bce' ? 'sigmoid' : draws.pick(tabulatedFunctions),
    };
    const drawn = drawLayer(draws, plan, numerics, classCount, generator);
    const { feedback } = numerics.formats;
    const feedbackRaw = drawFeedback(learning, rule, drawn, shapes[index + 1] ?? null, feedback);
    return { ...drawn, feedbackRaw, isTrainable: learning.chance(0.8) };
  });
  const image: ChipImage = {
    classCount,
    loss,
    rule,
    optimizer: { kind: 'sgd' },
    batchSize: 1,
    feedbackSource: 'memory',
    isExact: false,
    numerics,
    generator,
    isDense: draws.chance(0.25),
    eventBits: draws.integer(8, 32),
    labelBits: draws.integer(1, 8),
    layers,
  };
  return withScaledRates(steps === null ? image : drawSteps(steps, image));
}

function fittingImage(seed: number, hasSteps: boolean): ChipImage {
  const draws = new Draws(seed, 'image');
  const learning = new Draws(seed, 'learning');
  const steps = hasSteps ? new Draws(seed, 'steps') : null;
  // Drawn once: rules with long sums are refused more often, and would become rare.
  const ruleName = drawRuleName(learning);
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const image = drawImage(draws, learning, steps, ruleName);
    if (fitsDatapath(image)) return image;
  }
  throw new Error(`random image ${seed}: none of 1000 drawn images fits the datapath of §2.4`);
}

/**
 * A random valid chip image of fully-connected layers that learn event by event: 1–4 layers of 1–41 neurons, 1–17 classes, every learning rule and variant (drtp in a third
 * of the images), one layer of five frozen, weights and delayed errors of 1–16 bits, accumulators of 8–64, signed and
 * unsigned tensors, all rounding and overflow modes, generators of 8, 16, 24 and 32 bits, 1–33 lanes, both losses,
 * functions, learning-rate kinds and places of the partial sums, dense or not, with and without thresholds and write
 * gating. Same seed, same image. Every image keeps to docs/spec.md §2.1, §2.4 and §2.9 (`fitsDatapath`).
 */
export function plainImage(seed: number): ChipImage {
  return fittingImage(seed, false);
}

/**
 * A random valid chip image: half of them plain (`plainImage` of the same seed), the others with what random-steps.ts
 * draws: CONV layers, batches, every optimizer, loss ce, linear units, generated feedback. Same seed, same image.
 */
export function randomImage(seed: number): ChipImage {
  return fittingImage(seed, new Draws(seed, 'kind').chance(0.5));
}

/**
 * Samples for an image: values of the whole input format, a share of them 0 that itself is random (so that samples
 * are dense or sparse, sometimes empty), labels of all classes, for rule defp the places of the samples, with repeats.
 * Same image and seed, same samples.
 */
export function randomSamples(image: ChipImage, seed: number, sampleCount: number): SampleBatch {
  const draws = new Draws(seed, 'samples');
  const first = elementAt(image.layers, 0, 'layers');
  const zeroShare = draws.integer(0, 9) / 10;
  const isSmall = draws.chance(0.3);
  const batch = {
    inputsRaw: Int32Array.from({ length: sampleCount * first.inputCount }, () =>
      draws.chance(zeroShare) ? 0 : draws.raw(first.inputFormat, isSmall),
    ),
    labels: Uint8Array.from({ length: sampleCount }, () => draws.integer(0, image.classCount - 1)),
  };
  const { rule } = image;
  if (rule.kind !== 'defp') return batch;
  const places = new Draws(seed, 'places');
  return {
    ...batch,
    sampleIndices: Uint32Array.from({ length: sampleCount }, () =>
      places.integer(0, rule.sampleCount - 1),
    ),
  };
}
