import {
  ADAM,
  GRADIENT,
  MOMENTUM,
  MOMENTUM_STATE,
  NEAREST,
  NESTEROV,
  RMSPROP,
  SECOND_MOMENT,
} from '../numbers';
import { Chip, Layer, overflowOf, Steps, TensorFormat } from '../parameters';
import { Scalar } from '../scalar';

/** Fraction bits of decays and of adam's corrections; 1 of a decay. */
const DECAY_BITS: i32 = 16;
const ONE: i64 = 1 << 16;
/** p before the first step: 1 with 31 fraction bits. */
const WHOLE_POWER: i64 = 1 << 31;
const HALF: i64 = 1 << 15;
/** A ratio saturates to 32 bits. */
const LARGEST_RATIO: u64 = 2147483647;
const LARGEST_ROOT: u64 = 4294967295;

/**
 * Optimizers with a state for every weight and bias: what takes the place of the gradient in u = η·(…).
 * Implements: docs/spec.md §2.11.
 */
export class OptimizerStates {
  /** adam: p and r of this step, from those of the step before. */
  static correct(steps: Steps): void {
    if (steps.optimizer != ADAM) return;
    steps.firstPower = (steps.firstPower * steps.firstDecay + HALF) >> DECAY_BITS;
    steps.secondPower = (steps.secondPower * steps.secondDecay + HALF) >> DECAY_BITS;
    steps.firstCorrection = OptimizerStates.reciprocal(WHOLE_POWER - steps.firstPower);
    steps.secondCorrection = OptimizerStates.reciprocal(WHOLE_POWER - steps.secondPower);
  }

  /** v or n of momentum, the ratio of rmsprop and adam; `offset`: bytes from the first gradient to this one. */
  static direction(chip: Chip, layer: Layer, steps: Steps, gradient: i64, offset: usize): i64 {
    const optimizer = steps.optimizer;
    if (optimizer == MOMENTUM || optimizer == NESTEROV) {
      const velocityAt = (layer.momentaAt as usize) + offset;
      const old = load<i32>(velocityAt);
      const velocity = OptimizerStates.withVelocity(chip, layer, steps, old, gradient);
      store<i32>(velocityAt, velocity as i32);
      if (optimizer == MOMENTUM) return velocity;
      return OptimizerStates.withVelocity(chip, layer, steps, velocity, gradient);
    }
    const scaled = OptimizerStates.scale(chip, layer, gradient);
    const secondAt = (layer.secondMomentsAt as usize) + offset;
    const second = OptimizerStates.secondMoment(chip, layer, steps, load<i32>(secondAt), scaled);
    store<i32>(secondAt, second as i32);
    if (optimizer == RMSPROP) return OptimizerStates.ratio(scaled, second as u64, steps);
    const firstAt = (layer.momentaAt as usize) + offset;
    const first = OptimizerStates.firstMoment(chip, layer, steps, load<i32>(firstAt), scaled);
    store<i32>(firstAt, first as i32);
    const corrected = Scalar.roundDown(first * steps.firstCorrection, DECAY_BITS, NEAREST);
    return OptimizerStates.ratio(corrected, second * steps.secondCorrection, steps);
  }

  /** (β·v + G) → momentum. */
  private static withVelocity(
    chip: Chip,
    layer: Layer,
    steps: Steps,
    velocity: i64,
    gradient: i64,
  ): i64 {
    const format = changetype<TensorFormat>(chip.momentumFormatAt);
    const kept = (velocity * steps.firstDecay) << steps.momentumShift;
    const sum = kept + (gradient << steps.momentumGradientShift);
    const rounded = Scalar.roundDown(sum, steps.momentumDropBits, format.rounding);
    return Scalar.confine(rounded, format, overflowOf(layer, MOMENTUM_STATE));
  }

  /** g = scale·G → gradient. */
  private static scale(chip: Chip, layer: Layer, gradient: i64): i64 {
    if (layer.scaleMantissa == 0) return gradient;
    const format = changetype<TensorFormat>(chip.gradientFormatAt);
    const product = gradient * layer.scaleMantissa;
    return Scalar.convert(product, layer.scaleShift, format, overflowOf(layer, GRADIENT));
  }

  /** s = g² → secondMoment, and v ← ((β·v + (1 − β)·s)·2^−16) → secondMoment. */
  private static secondMoment(
    chip: Chip,
    layer: Layer,
    steps: Steps,
    second: i64,
    scaled: i64,
  ): i64 {
    const format = changetype<TensorFormat>(chip.secondMomentFormatAt);
    const overflow = overflowOf(layer, SECOND_MOMENT);
    const square = Scalar.convert(scaled * scaled, steps.squareShift, format, overflow);
    const mixture = second * steps.secondDecay + square * (ONE - steps.secondDecay);
    return Scalar.confine(Scalar.roundDown(mixture, DECAY_BITS, format.rounding), format, overflow);
  }

  /** m ← ((β₁·m + (1 − β₁)·g)·2^−16) → momentum. */
  private static firstMoment(chip: Chip, layer: Layer, steps: Steps, first: i64, scaled: i64): i64 {
    const format = changetype<TensorFormat>(chip.momentumFormatAt);
    const kept = (first * steps.firstDecay) << steps.momentumShift;
    const mixture = kept + ((scaled * (ONE - steps.firstDecay)) << steps.momentumGradientShift);
    const rounded = Scalar.roundDown(mixture, steps.momentumDropBits, format.rounding);
    return Scalar.confine(rounded, format, overflowOf(layer, MOMENTUM_STATE));
  }

  /** n·2^(16 + F_q − F_n)/(√V + E), half away from zero, saturated to 32 bits. */
  private static ratio(numerator: i64, variance: u64, steps: Steps): i64 {
    if (numerator == 0) return 0;
    const isNegative = numerator < 0;
    const magnitude = (isNegative ? -numerator : numerator) as u64;
    const limit = isNegative ? LARGEST_RATIO + 1 : LARGEST_RATIO;
    const root = OptimizerStates.squareRoot(steps.isVarianceDoubled ? variance << 1 : variance);
    const divisor = root + (steps.epsilon as u64);
    const shift = steps.ratioShift as u64;
    let quotient = limit;
    // A dividend past 64 bits gives a quotient past 31: the divisor has at most 33.
    if (clz(magnitude) >= shift) {
      const dividend = magnitude << shift;
      const remainder = dividend % divisor;
      quotient = dividend / divisor + (remainder >= divisor - remainder ? 1 : 0);
      quotient = min(quotient, limit);
    }
    return isNegative ? -(quotient as i64) : (quotient as i64);
  }

  /** ⌊√V⌋: the double is right but for its last place, which integers correct. */
  private static squareRoot(value: u64): u64 {
    let root = min(Math.sqrt(value as f64) as u64, LARGEST_ROOT);
    while (root * root > value) root -= 1;
    while (root < LARGEST_ROOT && (root + 1) * (root + 1) <= value) root += 1;
    return root;
  }

  /** r = 1/(1 − β^t): ⌊(2^47 + ⌊a/2⌋)/a⌋. */
  private static reciprocal(missing: i64): i64 {
    return (((1 as i64) << 47) + (missing >> 1)) / missing;
  }
}
