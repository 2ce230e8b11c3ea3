import { ADAM } from '../numbers';
import { Chip, Layer, Steps, TensorFormat } from '../parameters';
import { StateBounds } from './state-bounds';

/** Whole numbers below are exact as doubles, and so are halves of them. */
const LIMIT: f64 = 2251799813685248;
const ONE: f64 = 65536;

/** The proof that a step of rmsprop or adam is exact in doubles. Implements: docs/spec.md §2.11. */
export class RatioBounds {
  /** Whether no check of second moments, of momenta can fail in the step. */
  static secondsFit: bool = false;
  static momentaFit: bool = false;

  /** Whether every number of the step has at most 52 bits; bounds of the states that it leaves behind are noted. */
  static fits(chip: Chip, layer: Layer): bool {
    const steps = changetype<Steps>(chip.stepsAt);
    const gradient = RatioBounds.scaled(chip, layer);
    if (gradient < 0) return false;
    const square = RatioBounds.square(chip, gradient);
    if (square < 0) return false;
    const highest = changetype<TensorFormat>(chip.secondMomentFormatAt).highest as f64;
    const kept = (StateBounds.second(layer) as f64) * (steps.secondDecay as f64);
    const mixed = square * (ONE - (steps.secondDecay as f64));
    const mixture = (kept + mixed) / ONE + 1;
    const second = min(mixture, highest);
    RatioBounds.secondsFit = RatioBounds.secondsFit && mixture <= highest;
    StateBounds.nextSecond = second as i64;
    const isAdam = steps.optimizer == ADAM;
    const correction = isAdam ? (steps.secondCorrection as f64) : 1;
    if (second * correction * (steps.isVarianceDoubled ? 2 : 1) >= LIMIT) return false;
    const numerator = isAdam ? RatioBounds.corrected(chip, layer, gradient) : gradient;
    if (numerator < 0) return false;
    return numerator * StateBounds.power(steps.ratioShift) < LIMIT;
  }

  /** The largest |g|; −1: not exact. */
  private static scaled(chip: Chip, layer: Layer): f64 {
    const gradient = StateBounds.gradient(layer) as f64;
    if (layer.scaleMantissa == 0) return gradient;
    const product = gradient * (layer.scaleMantissa as f64);
    const scaled = product * StateBounds.power(layer.scaleShift);
    if (product >= LIMIT || scaled >= LIMIT) return -1;
    const highest = changetype<TensorFormat>(chip.gradientFormatAt).highest as f64;
    return min(scaled + 1, highest + 1);
  }

  /** The largest s = g² → secondMoment; −1: not exact. Squares that are not exact saturate, whatever they are. */
  private static square(chip: Chip, gradient: f64): f64 {
    const format = changetype<TensorFormat>(chip.secondMomentFormatAt);
    const highest = format.highest as f64;
    const shift = StateBounds.power(changetype<Steps>(chip.stepsAt).squareShift);
    const square = gradient * gradient;
    const isExact = square < LIMIT && square * shift < LIMIT;
    const saturates = !format.wraps && LIMIT * min(shift, 1) >= 2 * (highest + 1);
    if (!isExact && !saturates) return -1;
    const largest = square * shift + 1;
    RatioBounds.secondsFit = isExact && largest <= highest;
    return min(largest, highest);
  }

  /** adam: the largest |m̂|, and the bound of m; −1: not exact. */
  private static corrected(chip: Chip, layer: Layer, gradient: f64): f64 {
    const steps = changetype<Steps>(chip.stepsAt);
    const decay = steps.firstDecay as f64;
    const kept = (StateBounds.momentum(layer) as f64) * decay;
    const mixed = gradient * (ONE - decay);
    const sum =
      kept * StateBounds.power(steps.momentumShift) +
      mixed * StateBounds.power(steps.momentumGradientShift);
    if (sum >= LIMIT) return -1;
    const highest = changetype<TensorFormat>(chip.momentumFormatAt).highest as f64;
    const mixture = sum * StateBounds.power(-steps.momentumDropBits) + 1;
    RatioBounds.momentaFit = mixture <= highest;
    const first = min(mixture, highest + 1);
    StateBounds.nextMomentum = first as i64;
    const product = first * (steps.firstCorrection as f64);
    return product < LIMIT ? product / ONE + 1 : -1;
  }
}
