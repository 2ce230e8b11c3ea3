import type { ChipImage, LayerImage, OptimizerSpec } from '../image/chip-image.js';
import { mantissaBits } from '../../numerics/learning-rate.js';
import type { Counter } from './feedback.js';
import { columnCount, rowCount } from '../image/layer-geometry.js';
import { rowWords } from '../image/row-words.js';

/** Bits of a ratio s32.16, and of what corrects adam's moments (docs/spec.md §2.11). */
const ratioBits = 32;
/** r₁ and r₂ of adam, once a step. */
const correctionCount = 2;

/** Operations that a step takes for one weight or bias, before η (docs/spec.md §4.5). */
interface OptimizerWork {
  readonly multiplyCount: number;
  readonly addCount: number;
  /** Square roots, and as many reciprocals of them. */
  readonly rootCount: number;
}

function optimizerWork(optimizer: OptimizerSpec): OptimizerWork {
  switch (optimizer.kind) {
    case 'sgd':
      return { multiplyCount: 0, addCount: 0, rootCount: 0 };
    case 'momentum': {
      const passes = optimizer.isNesterov ? 2 : 1;
      return { multiplyCount: passes, addCount: passes, rootCount: 0 };
    }
    case 'rmsprop':
      return { multiplyCount: 4, addCount: 2, rootCount: 1 };
    case 'adam':
      return { multiplyCount: 8, addCount: 3, rootCount: 1 };
  }
}

/** S: the widest of gradient and the optimizer's states. */
function stateBits({ optimizer, numerics }: ChipImage): number {
  const { gradient, momentum, secondMoment } = numerics.formats;
  const hasMomentum = optimizer.kind === 'momentum' || optimizer.kind === 'adam';
  const hasSecondMoment = optimizer.kind === 'rmsprop' || optimizer.kind === 'adam';
  return Math.max(
    gradient.totalBits,
    hasMomentum ? momentum.totalBits : 0,
    hasSecondMoment ? secondMoment.totalBits : 0,
  );
}

/** Bu: of what η multiplies. */
function rateOperandBits({ optimizer, numerics }: ChipImage): number {
  switch (optimizer.kind) {
    case 'sgd':
      return numerics.formats.gradient.totalBits;
    case 'momentum':
      return numerics.formats.momentum.totalBits;
    case 'rmsprop':
    case 'adam':
      return ratioBits;
  }
}

/** What training samples did in a core that learns in steps. */
interface SampleTotals {
  readonly sampleCount: number;
  readonly deliveredEventCount: number;
  readonly deliveredVisitCount: number;
}

/**
 * Gradients of a core that learns in steps, sample by sample. Implements: docs/spec.md §4.5 (each sample), §7.
 * @param hasBiases a core that is no home has none, nor their gradients
 */
export function countGradients(
  image: ChipImage,
  layer: LayerImage,
  { sampleCount, deliveredEventCount, deliveredVisitCount }: SampleTotals,
  count: Counter,
  hasBiases = true,
): void {
  const { wordBits } = layer.organisation;
  const { delta, gradient } = image.numerics.formats;
  const { gradients } = rowWords(image, layer);
  count('update', 'eventBuffer.read', wordBits.eventBuffer, deliveredEventCount);
  const operandBits = Math.max(delta.totalBits, layer.inputFormat.totalBits);
  const products = deliveredVisitCount * columnCount(layer);
  const biasSamples = hasBiases ? sampleCount : 0;
  count('update', 'datapath.multiplyAccumulate', operandBits, products);
  count('update', 'datapath.add', gradient.totalBits, biasSamples * layer.neuronCount);
  const gradientWords = (deliveredVisitCount + biasSamples) * gradients;
  count('update', 'gradient.read', wordBits.gradient, gradientWords);
  count('update', 'gradient.write', wordBits.gradient, gradientWords);
}

/** Steps of a core and the synapse words they wrote. */
interface StepTotals {
  readonly stepCount: number;
  readonly writtenWordCount: number;
}

/** Memories and the subtraction of u. */
function countRewrites(
  image: ChipImage,
  layer: LayerImage,
  { stepCount, writtenWordCount }: StepTotals,
  count: Counter,
  hasBiases: boolean,
): void {
  const { wordBits } = layer.organisation;
  const { formats } = image.numerics;
  const words = rowWords(image, layer);
  const rows = rowCount(layer);
  const biasSteps = hasBiases ? stepCount : 0;
  // The last row of gradients and states is that of the biases.
  const rewrittenRows = stepCount * rows + biasSteps;
  const columns = columnCount(layer);
  const gradientWords = rewrittenRows * words.gradients;
  count('update', 'gradient.read', wordBits.gradient, gradientWords);
  count('update', 'gradient.write', wordBits.gradient, gradientWords);
  const stateWords = rewrittenRows * words.states;
  count('update', 'optimizerState.read', wordBits.optimizerState, stateWords);
  count('update', 'optimizerState.write', wordBits.optimizerState, stateWords);
  count('update', 'synapses.read', wordBits.synapses, stepCount * rows * words.synapses);
  count('update', 'synapses.write', wordBits.synapses, writtenWordCount);
  count('update', 'bias.read', wordBits.bias, biasSteps * words.biases);
  count('update', 'bias.write', wordBits.bias, biasSteps * words.biases);
  count('update', 'datapath.add', formats.weight.totalBits, stepCount * rows * columns);
  count('update', 'datapath.add', formats.bias.totalBits, biasSteps * columns);
}

/**
 * Steps of a core: every weight and bias takes its u. Implements: docs/spec.md §4.5 (each step), §7.
 * @param hasBiases a core that is no home has none, nor their gradients and states
 */
export function countSteps(
  image: ChipImage,
  layer: LayerImage,
  totals: StepTotals,
  count: Counter,
  hasBiases = true,
): void {
  const { formats, rounding } = image.numerics;
  const { stepCount } = totals;
  const columns = columnCount(layer);
  const weights = stepCount * rowCount(layer) * columns;
  const biases = hasBiases ? stepCount * columns : 0;
  countRewrites(image, layer, totals, count, hasBiases);
  if (layer.learningRate.kind === 'factor') {
    const factorBits = Math.max(rateOperandBits(image), mantissaBits);
    count('update', 'datapath.multiply', factorBits, weights + biases);
  }
  if (layer.gradientScale.kind === 'factor') {
    const scaleBits = Math.max(formats.gradient.totalBits, mantissaBits);
    count('update', 'datapath.multiply', scaleBits, weights + biases);
  }
  const weightDraws = rounding.weight === 'stochastic' ? weights : 0;
  const biasDraws = rounding.bias === 'stochastic' ? biases : 0;
  count('update', 'random.draw', image.generator.widthBits, weightDraws + biasDraws);
  const work = optimizerWork(image.optimizer);
  const bits = stateBits(image);
  count('update', 'datapath.multiply', bits, work.multiplyCount * (weights + biases));
  count('update', 'datapath.add', bits, work.addCount * (weights + biases));
  count('update', 'datapath.squareRoot', bits, work.rootCount * (weights + biases));
  count('update', 'datapath.reciprocal', bits, work.rootCount * (weights + biases));
  if (image.optimizer.kind === 'adam') {
    count('update', 'datapath.multiply', ratioBits, stepCount * correctionCount);
    count('update', 'datapath.reciprocal', ratioBits, stepCount * correctionCount);
  }
}
