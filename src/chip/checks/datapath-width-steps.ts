import type { LearningRateFactor } from '../../numerics/learning-rate.js';
import { nearestQuotient } from '../../numerics/divider.js';
import { integerSquareRoot } from '../../numerics/square-root.js';
import type { ChipImage, LayerImage, OptimizerSpec } from '../image/chip-image.js';
import { nameOfLayer } from '../image/layer-name.js';
import { positionCount } from '../image/layer-geometry.js';
import {
  correctionFractionBits,
  decayFractionBits,
  ratioFormat,
  ratioGainedBits,
} from '../image/optimizer-formats.js';
import {
  checkAlignment,
  checkSubtraction,
  checkWidth,
  exactSumOf,
  type Operand,
  roundedTo,
  sumOf,
  times,
  timesUnsigned,
  valueOf,
} from './operand.js';
/*
 * Widths of what a layer that learns in steps calculates (docs/spec.md §2.4, §2.11).
 */

/** β or 1 − β: at most 2^16. */
const decay: Operand = {
  lowest: 0n,
  highest: 1n << BigInt(decayFractionBits),
  fractionBits: decayFractionBits,
};

/** r = 1/(1 − β^t) of the first step, raw with 16 fraction bits; no later one is larger: β^t falls. */
export function largestCorrection(decayRaw: number): bigint {
  const one = 1n << BigInt(decayFractionBits);
  return nearestQuotient(one << BigInt(correctionFractionBits), one - BigInt(decayRaw));
}

/** The exact product with η or a scale. */
function rated(value: Operand, rate: LearningRateFactor): Operand {
  return rate.kind === 'shift'
    ? { ...value, fractionBits: value.fractionBits + rate.shiftBits }
    : timesUnsigned(value, BigInt(rate.mantissaRaw), rate.fractionBits);
}

/** G + p after p has been rounded. */
function checkAddition(where: string, gradient: Operand, addend: Operand): void {
  const aligned = roundedTo(where, addend, gradient.fractionBits);
  exactSumOf(where, gradient, aligned);
}

/** β·past + factor·present → `past`; the factor is 1 or 1 − β. */
function checkMixture(where: string, past: Operand, present: Operand): void {
  const sum = exactSumOf(where, times(past, decay), present);
  checkAlignment(where, sum, past.fractionBits);
}

/** n·2^(16 + F_q − F_n) / (⌊√V⌋ + E), rounded half away: the dividend, half of the divisor, and their sum. */
function checkRatio(where: string, numerator: Operand, square: Operand, epsilonRaw: number): void {
  const isOdd = square.fractionBits % 2 !== 0;
  const doubled = { ...square, highest: square.highest * (isOdd ? 2n : 1n) };
  checkWidth(`${where}, the square`, doubled);
  const divisor: Operand = {
    lowest: 0n,
    highest: integerSquareRoot(doubled.highest) + BigInt(epsilonRaw),
    fractionBits: 0,
  };
  checkWidth(`${where}, the root and ε`, divisor);
  const gainedBits = ratioGainedBits(numerator.fractionBits, square.fractionBits);
  const dividend = roundedTo(where, { ...numerator, fractionBits: 0 }, gainedBits);
  const half = divisor.highest >> 1n;
  const rounded = { ...dividend, lowest: dividend.lowest - half, highest: dividend.highest + half };
  checkWidth(`${where}, the dividend`, rounded);
}

/** scale·G → gradient, g² → secondMoment, and the running mean of it. */
function checkSecondMoment(where: string, layer: LayerImage, { numerics }: ChipImage): void {
  const { formats } = numerics;
  const gradient = valueOf(formats.gradient);
  const secondMoment = valueOf(formats.secondMoment);
  const scaled = rated(gradient, layer.gradientScale);
  checkAlignment(`${where}: the scaled gradient`, scaled, gradient.fractionBits);
  const square = times(gradient, gradient);
  checkAlignment(`${where}: g²`, square, secondMoment.fractionBits);
  checkMixture(`${where}: the mean of g²`, secondMoment, times(secondMoment, decay));
}

/** What η is multiplied with, once the optimizer's own values have been checked. */
function checkOptimizer(
  where: string,
  layer: LayerImage,
  image: ChipImage,
  optimizer: OptimizerSpec,
): Operand {
  const { formats } = image.numerics;
  const gradient = valueOf(formats.gradient);
  const momentum = valueOf(formats.momentum);
  const secondMoment = valueOf(formats.secondMoment);
  switch (optimizer.kind) {
    case 'sgd':
      return gradient;
    case 'momentum':
      checkMixture(`${where}: the momentum`, momentum, gradient);
      return momentum;
    case 'rmsprop':
      checkSecondMoment(where, layer, image);
      checkRatio(`${where}: the ratio`, gradient, secondMoment, optimizer.epsilonRaw);
      return valueOf(ratioFormat);
    case 'adam': {
      checkSecondMoment(where, layer, image);
      checkMixture(`${where}: the momentum`, momentum, times(gradient, decay));
      const { firstDecayRaw, secondDecayRaw, epsilonRaw } = optimizer;
      const corrected = (value: Operand, decayRaw: number) =>
        timesUnsigned(value, largestCorrection(decayRaw), correctionFractionBits);
      const first = corrected(momentum, firstDecayRaw);
      checkAlignment(`${where}: the corrected momentum`, first, momentum.fractionBits);
      const mean = roundedTo(where, first, momentum.fractionBits);
      checkRatio(`${where}: the ratio`, mean, corrected(secondMoment, secondDecayRaw), epsilonRaw);
      return valueOf(ratioFormat);
    }
  }
}

/** @throws InputError when a value of §2.11 does not fit; the layer is taken as if it learned. */
export function checkStepWidth(layer: LayerImage, image: ChipImage): void {
  const { formats } = image.numerics;
  const where = nameOfLayer(layer);
  const delta = valueOf(formats.delta);
  const gradient = valueOf(formats.gradient);
  checkAddition(`${where}: δz × input`, gradient, times(delta, valueOf(layer.inputFormat)));
  checkAddition(`${where}: Σ δz`, gradient, sumOf(positionCount(layer), delta));
  const direction = checkOptimizer(where, layer, image, image.optimizer);
  const change = rated(direction, layer.learningRate);
  checkWidth(`${where}: the change`, change);
  checkSubtraction(`${where}: the weight update`, valueOf(formats.weight), change);
  checkSubtraction(`${where}: the bias update`, valueOf(formats.bias), change);
}
