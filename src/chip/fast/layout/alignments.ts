import { readsWeightsAbove } from '../../../network/rule-facts.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { learnsInSteps } from '../../image/layer-geometry.js';
import { signalSourceOf } from './signal-source.js';

/** Binary points of one layer's steps (docs/spec.md §2.6): shifts are gained bits, drops are lost bits. */
export interface LayerAlignments {
  /** Bias → accumulator. */
  readonly biasShift: number;
  /** w·x → accumulator. */
  readonly productShift: number;
  /** Accumulator → input of the activation table, or h where f is `linear` (docs/spec.md §2.12). */
  readonly activationDropBits: number;
  /** δh → delta, hidden layers: what the rule makes before its one rounding (docs/spec.md §2.9). */
  readonly signalShift: number;
  /** Error → delta, output layer; 2e of `mse` has the raw value of e with one fraction bit less. */
  readonly errorShift: number;
  /** m·δz → update; 0 where η is a power of two. */
  readonly rateShift: number;
  /** g·x → weight; in steps u → weight. */
  readonly weightDropBits: number;
  /** g → bias; in steps u → bias. */
  readonly biasDropBits: number;
  /** δz·x → gradient, and Σ δz → gradient, in steps (docs/spec.md §2.11). */
  readonly gradientShift: number;
  readonly biasGradientShift: number;
  /** scale·G → gradient, rmsprop and adam. */
  readonly scaleShift: number;
}

/** Fraction bits of p, and of a ratio of rmsprop and adam (docs/spec.md §2.13, §2.11). */
export const probabilityBits = 16;
const ratioBits = 16;

/** Fraction bits of the loss's error in the output layer: 2e of `mse` is e with one bit less. */
function errorFractionBits({ loss, numerics }: ChipImage): number {
  const { fractionBits } = numerics.formats.output;
  switch (loss) {
    case 'bce':
      return fractionBits;
    case 'mse':
      return fractionBits - 1;
    case 'ce':
      return probabilityBits;
  }
}

/** Fraction bits of what a step multiplies with η: a gradient, a velocity or a ratio (docs/spec.md §2.11). */
function directionFractionBits({ optimizer, numerics }: ChipImage): number {
  switch (optimizer.kind) {
    case 'sgd':
      return numerics.formats.gradient.fractionBits;
    case 'momentum':
      return numerics.formats.momentum.fractionBits;
    case 'rmsprop':
    case 'adam':
      return ratioBits;
  }
}

/** Fraction bits of what is subtracted: g·x, or u in steps; and of g or u from the bias. */
function changeFractionBits(image: ChipImage, layer: LayerImage) {
  const { learningRate: rate, inputFormat } = layer;
  const { delta, update } = image.numerics.formats;
  if (learnsInSteps(image, layer)) {
    const rateBits = rate.kind === 'shift' ? rate.shiftBits : rate.fractionBits;
    const bits = directionFractionBits(image) + rateBits;
    return { ofWeight: bits, ofBias: bits };
  }
  const bits = rate.kind === 'shift' ? delta.fractionBits + rate.shiftBits : update.fractionBits;
  return { ofWeight: bits + inputFormat.fractionBits, ofBias: bits };
}

/** Fraction bits of δh before it is rounded: those of the product a rule makes. */
function signalFractionBits({ rule, numerics }: ChipImage): number {
  const { delta, delayedError, feedback, weight } = numerics.formats;
  switch (signalSourceOf(rule)) {
    case 'labelRow':
    case 'outputSign':
    case null:
      return feedback.fractionBits;
    case 'scaledRow':
    case 'delayedVector':
      return delayedError.fractionBits + feedback.fractionBits;
    case 'outputError':
      return delta.fractionBits + feedback.fractionBits;
    case 'nextDelta':
      return delta.fractionBits + (readsWeightsAbove(rule.kind) ? weight : feedback).fractionBits;
  }
}

/** Where the binary point moves in one layer, from the formats alone (docs/spec.md §2.6). */
export function layerAlignments(image: ChipImage, layer: LayerImage): LayerAlignments {
  const { formats } = image.numerics;
  const { activationUnit, gradientScale: scale, learningRate: rate } = layer;
  const incomingBits = layer.inputFormat.fractionBits;
  const accumulatorBits = formats.accumulator.fractionBits;
  const deltaBits = formats.delta.fractionBits;
  const gradientBits = formats.gradient.fractionBits;
  const change = changeFractionBits(image, layer);
  const lookUp = activationUnit.kind === 'table' ? activationUnit.inputFormat : layer.outputFormat;
  return {
    biasShift: accumulatorBits - formats.bias.fractionBits,
    productShift: accumulatorBits - formats.weight.fractionBits - incomingBits,
    activationDropBits: accumulatorBits - lookUp.fractionBits,
    signalShift: deltaBits - signalFractionBits(image),
    errorShift: deltaBits - errorFractionBits(image),
    rateShift:
      rate.kind === 'shift' ? 0 : formats.update.fractionBits - deltaBits - rate.fractionBits,
    weightDropBits: change.ofWeight - formats.weight.fractionBits,
    biasDropBits: change.ofBias - formats.bias.fractionBits,
    gradientShift: gradientBits - deltaBits - incomingBits,
    biasGradientShift: gradientBits - deltaBits,
    scaleShift: scale.kind === 'shift' ? -scale.shiftBits : -scale.fractionBits,
  };
}
