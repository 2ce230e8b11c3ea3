import { ADAM, GRADIENT, MOMENTUM_STATE, SECOND_MOMENT } from '../numbers';
import { Chip, Layer, overflowOf, Steps, TensorFormat } from '../parameters';
import { ExactDoubles } from './exact-doubles';
import { RatioBounds } from './ratio-bounds';
import { StateBounds } from './state-bounds';

const ONE: f64 = 65536;
const LOWEST_RATIO: f64 = -2147483648;
const HIGHEST_RATIO: f64 = 2147483647;
/** Places of vectors and blocks among the constants (exact-doubles.ts). */
const SCALE: usize = 0;
const SQUARE: usize = 16;
const SECOND_KEPT: usize = 32;
const SECOND_MIXED: usize = 48;
const FIRST_KEPT: usize = 64;
const FIRST_MIXED: usize = 80;
const CORRECTION: usize = 96;
const VARIANCE: usize = 112;
const EPSILON: usize = 128;
const RATIO: usize = 144;
const GRADIENT_FORMAT: usize = 160;
const MOMENTUM_FORMAT: usize = 224;
const SECOND_FORMAT: usize = 288;
/** Counters of lanes that fit, two i64 each; and of the row: largest |direction|, bits of states. */
const GRADIENT_FITS: usize = 352;
const MOMENTUM_FITS: usize = 368;
const SECOND_FITS: usize = 384;
const LARGEST: usize = 400;
const STATES: usize = 416;

/**
 * Second moments, momenta and ratios of whole rows for rmsprop and adam, two columns at a time in doubles. Every number but
 * root and quotient is exact (ratio-bounds.ts). ⌊√V⌋ is that of the double: below 2^52 a root below a whole number k stays
 * 1/(2k) away from it, more than the rounding moves. So does the quotient of dividend a < 2^52 and divisor d, which
 * rounding moves by less than 1/(2d), its distance from any half that it does not meet.
 * Implements: docs/spec.md §2.11.
 */
export class RatioRows {
  private static readonly AT: usize = memory.data(432, 16);
  private static gradientRounding: i32 = 0;
  private static momentumRounding: i32 = 0;
  private static secondRounding: i32 = 0;
  private static gradientWraps: bool = false;
  private static momentumWraps: bool = false;
  private static secondWraps: bool = false;
  private static isScaled: bool = false;
  private static isAdam: bool = false;
  /** Checks made so far. */
  private static gradientChecks: i64 = 0;
  private static momentumChecks: i64 = 0;
  private static secondChecks: i64 = 0;

  /** Before the rows of a step. */
  static open(chip: Chip, layer: Layer): void {
    const steps = changetype<Steps>(chip.stepsAt);
    RatioRows.isAdam = steps.optimizer == ADAM;
    RatioRows.isScaled = layer.scaleMantissa != 0;
    RatioRows.put(SCALE, (layer.scaleMantissa as f64) * StateBounds.power(layer.scaleShift));
    RatioRows.put(SQUARE, StateBounds.power(steps.squareShift));
    RatioRows.put(SECOND_KEPT, (steps.secondDecay as f64) / ONE);
    RatioRows.put(SECOND_MIXED, (ONE - (steps.secondDecay as f64)) / ONE);
    const drop = StateBounds.power(-steps.momentumDropBits);
    const kept = (steps.firstDecay as f64) * StateBounds.power(steps.momentumShift);
    const mixed = ONE - (steps.firstDecay as f64);
    RatioRows.put(FIRST_KEPT, kept * drop);
    RatioRows.put(FIRST_MIXED, mixed * StateBounds.power(steps.momentumGradientShift) * drop);
    RatioRows.put(CORRECTION, (steps.firstCorrection as f64) / ONE);
    const correction = RatioRows.isAdam ? (steps.secondCorrection as f64) : 1;
    RatioRows.put(VARIANCE, correction * (steps.isVarianceDoubled ? 2 : 1));
    RatioRows.put(EPSILON, steps.epsilon as f64);
    RatioRows.put(RATIO, StateBounds.power(steps.ratioShift));
    RatioRows.openFormats(chip);
  }

  private static openFormats(chip: Chip): void {
    const gradient = changetype<TensorFormat>(chip.gradientFormatAt);
    const momentum = changetype<TensorFormat>(chip.momentumFormatAt);
    const second = changetype<TensorFormat>(chip.secondMomentFormatAt);
    ExactDoubles.writeFormat(RatioRows.AT + GRADIENT_FORMAT, gradient);
    ExactDoubles.writeFormat(RatioRows.AT + MOMENTUM_FORMAT, momentum);
    ExactDoubles.writeFormat(RatioRows.AT + SECOND_FORMAT, second);
    RatioRows.gradientRounding = gradient.rounding;
    RatioRows.momentumRounding = momentum.rounding;
    RatioRows.secondRounding = second.rounding;
    RatioRows.gradientWraps = gradient.wraps != 0;
    RatioRows.momentumWraps = momentum.wraps != 0;
    RatioRows.secondWraps = second.wraps != 0;
    RatioRows.gradientChecks = 0;
    RatioRows.momentumChecks = 0;
    RatioRows.secondChecks = 0;
    memory.fill(RatioRows.AT + GRADIENT_FITS, 0, 48);
  }

  private static put(place: usize, value: f64): void {
    v128.store(RatioRows.AT + place, f64x2.splat(value));
  }

  /** One row of `byteCount`, a multiple of 32: ratios go to `directionsAt`. `hasEvents`: whether any G is not 0. */
  static updateRow(
    gradientsAt: usize,
    momentaAt: usize,
    secondsAt: usize,
    directionsAt: usize,
    byteCount: usize,
    hasEvents: bool,
  ): void {
    const laneCount = (byteCount >> 2) as i64;
    const isAdam = RatioRows.isAdam;
    if (!RatioBounds.secondsFit) {
      RatioRows.secondChecks += hasEvents ? laneCount << 1 : laneCount;
    }
    if (isAdam && !RatioBounds.momentaFit) RatioRows.momentumChecks += laneCount;
    v128.store(RatioRows.AT, i32x4.splat(0), STATES);
    if (hasEvents) {
      if (RatioRows.isScaled) {
        RatioRows.scale(gradientsAt, directionsAt, byteCount);
        RatioRows.gradientChecks += laneCount;
        gradientsAt = directionsAt;
      }
      RatioRows.mixSeconds(gradientsAt, secondsAt, byteCount);
      if (isAdam) RatioRows.mixMomenta(gradientsAt, momentaAt, byteCount);
      const numeratorsAt = isAdam ? momentaAt : gradientsAt;
      RatioRows.divide(numeratorsAt, secondsAt, directionsAt, byteCount);
      return;
    }
    RatioRows.decaySeconds(secondsAt, byteCount);
    if (!isAdam) {
      v128.store(RatioRows.AT, i32x4.splat(0), LARGEST);
      memory.fill(directionsAt, 0, byteCount);
      return;
    }
    RatioRows.decayMomenta(momentaAt, byteCount);
    RatioRows.divide(momentaAt, secondsAt, directionsAt, byteCount);
  }

  /** The largest |ratio| of the last row. */
  static largestDirection(): i64 {
    return StateBounds.largestLane(v128.load(RatioRows.AT, LARGEST));
  }

  /** Whether the last row has a state other than 0. */
  static hasStates(): bool {
    return v128.any_true(v128.load(RatioRows.AT, STATES));
  }

  /** After the rows of a part. */
  static close(layer: Layer): void {
    RatioRows.note(layer, GRADIENT, RatioRows.gradientChecks, GRADIENT_FITS);
    RatioRows.note(layer, MOMENTUM_STATE, RatioRows.momentumChecks, MOMENTUM_FITS);
    RatioRows.note(layer, SECOND_MOMENT, RatioRows.secondChecks, SECOND_FITS);
  }

  private static note(layer: Layer, tensor: i32, checkCount: i64, place: usize): void {
    const fitting = load<i64>(RatioRows.AT + place) + load<i64>(RatioRows.AT + place, 8);
    if (checkCount > fitting) overflowOf(layer, tensor).add(checkCount - fitting);
  }

  private static mixSeconds(gradientsAt: usize, secondsAt: usize, byteCount: usize): void {
    RatioRows.moveSeconds(gradientsAt, secondsAt, byteCount, true);
  }
  private static decaySeconds(secondsAt: usize, byteCount: usize): void {
    RatioRows.moveSeconds(0, secondsAt, byteCount, false);
  }
  private static mixMomenta(gradientsAt: usize, momentaAt: usize, byteCount: usize): void {
    RatioRows.moveMomenta(gradientsAt, momentaAt, byteCount, true);
  }
  private static decayMomenta(momentaAt: usize, byteCount: usize): void {
    RatioRows.moveMomenta(0, momentaAt, byteCount, false);
  }

  /** g = scale·G → gradient, to `scaledAt`. */
  private static scale(gradientsAt: usize, scaledAt: usize, byteCount: usize): void {
    const formatAt = RatioRows.AT + GRADIENT_FORMAT;
    const rounding = RatioRows.gradientRounding;
    const wraps = RatioRows.gradientWraps;
    const factors = v128.load(RatioRows.AT, SCALE);
    let fits = v128.load(RatioRows.AT, GRADIENT_FITS);
    for (let offset: usize = 0; offset < byteCount; offset += 16) {
      const at = gradientsAt + offset;
      const low = ExactDoubles.round(f64x2.mul(ExactDoubles.load(at), factors), rounding);
      const high = ExactDoubles.round(f64x2.mul(ExactDoubles.load(at + 8), factors), rounding);
      const lowScaled = ExactDoubles.confine(low, formatAt, wraps);
      const highScaled = ExactDoubles.confine(high, formatAt, wraps);
      fits = i64x2.sub(fits, f64x2.eq(lowScaled, low));
      fits = i64x2.sub(fits, f64x2.eq(highScaled, high));
      v128.store(scaledAt + offset, ExactDoubles.pack(lowScaled, highScaled));
    }
    v128.store(RatioRows.AT, fits, GRADIENT_FITS);
  }

  /** s = g² → secondMoment; v ← ((β·v + (1 − β)·s)·2^−16) → secondMoment. `hasEvents` is a literal; without g is 0. */
  @inline
  private static moveSeconds(
    gradientsAt: usize,
    secondsAt: usize,
    byteCount: usize,
    hasEvents: bool,
  ): void {
    const formatAt = RatioRows.AT + SECOND_FORMAT;
    const wraps = RatioRows.secondWraps;
    const checks = !RatioBounds.secondsFit;
    const rounding = RatioRows.secondRounding;
    const kept = v128.load(RatioRows.AT, SECOND_KEPT);
    const mixed = v128.load(RatioRows.AT, SECOND_MIXED);
    let fits = v128.load(RatioRows.AT, SECOND_FITS);
    let states = v128.load(RatioRows.AT, STATES);
    const end = secondsAt + byteCount;
    for (let at = secondsAt; at < end; at += 16) {
      let low = f64x2.mul(ExactDoubles.load(at), kept);
      let high = f64x2.mul(ExactDoubles.load(at + 8), kept);
      if (hasEvents) {
        let lowSquare = RatioRows.square(ExactDoubles.load(gradientsAt), rounding);
        let highSquare = RatioRows.square(ExactDoubles.load(gradientsAt + 8), rounding);
        if (checks) {
          const lowRounded = lowSquare;
          const highRounded = highSquare;
          lowSquare = ExactDoubles.confine(lowSquare, formatAt, wraps);
          highSquare = ExactDoubles.confine(highSquare, formatAt, wraps);
          fits = i64x2.sub(fits, f64x2.eq(lowSquare, lowRounded));
          fits = i64x2.sub(fits, f64x2.eq(highSquare, highRounded));
        }
        low = f64x2.add(low, f64x2.mul(lowSquare, mixed));
        high = f64x2.add(high, f64x2.mul(highSquare, mixed));
        gradientsAt += 16;
      }
      low = ExactDoubles.round(low, rounding);
      high = ExactDoubles.round(high, rounding);
      if (checks) {
        const lowRounded = low;
        const highRounded = high;
        low = ExactDoubles.confine(low, formatAt, wraps);
        high = ExactDoubles.confine(high, formatAt, wraps);
        fits = i64x2.sub(fits, f64x2.eq(low, lowRounded));
        fits = i64x2.sub(fits, f64x2.eq(high, highRounded));
      }
      const seconds = ExactDoubles.pack(low, high);
      v128.store(at, seconds);
      states = v128.or(states, seconds);
    }
    v128.store(RatioRows.AT, fits, SECOND_FITS);
    v128.store(RatioRows.AT, states, STATES);
  }

  /** g² at F_secondMoment, rounded. */
  @inline
  private static square(gradients: v128, rounding: i32): v128 {
    const product = f64x2.mul(gradients, gradients);
    return ExactDoubles.round(f64x2.mul(product, v128.load(RatioRows.AT, SQUARE)), rounding);
  }

  /** m ← ((β₁·m + (1 − β₁)·g)·2^−16) → momentum. `hasEvents` is a literal; without g is 0. */
  @inline
  private static moveMomenta(
    gradientsAt: usize,
    momentaAt: usize,
    byteCount: usize,
    hasEvents: bool,
  ): void {
    const formatAt = RatioRows.AT + MOMENTUM_FORMAT;
    const wraps = RatioRows.momentumWraps;
    const checks = !RatioBounds.momentaFit;
    const rounding = RatioRows.momentumRounding;
    const kept = v128.load(RatioRows.AT, FIRST_KEPT);
    const mixed = v128.load(RatioRows.AT, FIRST_MIXED);
    let fits = v128.load(RatioRows.AT, MOMENTUM_FITS);
    let states = v128.load(RatioRows.AT, STATES);
    const end = momentaAt + byteCount;
    for (let at = momentaAt; at < end; at += 16) {
      let low = f64x2.mul(ExactDoubles.load(at), kept);
      let high = f64x2.mul(ExactDoubles.load(at + 8), kept);
      if (hasEvents) {
        low = f64x2.add(low, f64x2.mul(ExactDoubles.load(gradientsAt), mixed));
        high = f64x2.add(high, f64x2.mul(ExactDoubles.load(gradientsAt + 8), mixed));
        gradientsAt += 16;
      }
      low = ExactDoubles.round(low, rounding);
      high = ExactDoubles.round(high, rounding);
      if (checks) {
        const lowRounded = low;
        const highRounded = high;
        low = ExactDoubles.confine(low, formatAt, wraps);
        high = ExactDoubles.confine(high, formatAt, wraps);
        fits = i64x2.sub(fits, f64x2.eq(low, lowRounded));
        fits = i64x2.sub(fits, f64x2.eq(high, highRounded));
      }
      const momenta = ExactDoubles.pack(low, high);
      v128.store(at, momenta);
      states = v128.or(states, momenta);
    }
    v128.store(RatioRows.AT, fits, MOMENTUM_FITS);
    v128.store(RatioRows.AT, states, STATES);
  }

  /** Ratios of a row, of m̂ for adam. */
  private static divide(
    numeratorsAt: usize,
    secondsAt: usize,
    directionsAt: usize,
    byteCount: usize,
  ): void {
    const isAdam = RatioRows.isAdam;
    let largest = i32x4.splat(0);
    for (let offset: usize = 0; offset < byteCount; offset += 16) {
      let low = ExactDoubles.load(numeratorsAt + offset);
      let high = ExactDoubles.load(numeratorsAt + offset + 8);
      if (isAdam) {
        low = RatioRows.corrected(low);
        high = RatioRows.corrected(high);
      }
      low = RatioRows.ratio(low, ExactDoubles.load(secondsAt + offset));
      high = RatioRows.ratio(high, ExactDoubles.load(secondsAt + offset + 8));
      const directions = ExactDoubles.pack(low, high);
      v128.store(directionsAt + offset, directions);
      largest = i32x4.max_u(largest, i32x4.abs(directions));
    }
    v128.store(RatioRows.AT, largest, LARGEST);
  }

  /** m̂ = m·r₁, rounded nearest. */
  @inline
  private static corrected(momenta: v128): v128 {
    return ExactDoubles.roundAway(f64x2.mul(momenta, v128.load(RatioRows.AT, CORRECTION)));
  }

  /** n·2^(16 + F_q − F_n)/(⌊√V⌋ + E), half away from zero, saturated to 32 bits. */
  @inline
  private static ratio(numerators: v128, seconds: v128): v128 {
    const variance = f64x2.mul(seconds, v128.load(RatioRows.AT, VARIANCE));
    const root = f64x2.floor(f64x2.sqrt(variance));
    const divisor = f64x2.add(root, v128.load(RatioRows.AT, EPSILON));
    const dividend = f64x2.mul(numerators, v128.load(RatioRows.AT, RATIO));
    const quotient = ExactDoubles.roundAway(f64x2.div(dividend, divisor));
    const bounded = f64x2.pmin(quotient, f64x2.splat(HIGHEST_RATIO));
    return f64x2.pmax(bounded, f64x2.splat(LOWEST_RATIO));
  }
}
