import {
  ADAM,
  Chip,
  GRADIENT,
  Layer,
  MOMENTUM_STATE,
  overflowOf,
  SECOND_MOMENT,
  Steps,
  TensorFormat,
} from '../parameters';
import { ExactDoubles } from './exact-doubles';
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
    const end = directionsAt + byteCount;
    RatioRows.secondChecks += hasEvents ? laneCount << 1 : laneCount;
    if (hasEvents && RatioRows.isScaled) RatioRows.gradientChecks += laneCount;
    if (RatioRows.isAdam) RatioRows.momentumChecks += laneCount;
    if (RatioRows.isAdam) {
      if (hasEvents) RatioRows.adam(gradientsAt, momentaAt, secondsAt, directionsAt, end);
      else RatioRows.decayAdam(momentaAt, secondsAt, directionsAt, end);
    } else if (hasEvents) RatioRows.rmsprop(gradientsAt, secondsAt, directionsAt, end);
    else RatioRows.decayRmsprop(secondsAt, directionsAt, end);
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

  private static adam(g: usize, m: usize, v: usize, n: usize, end: usize): void {
    RatioRows.update(g, m, v, n, end, true, true);
  }
  private static decayAdam(m: usize, v: usize, n: usize, end: usize): void {
    RatioRows.update(0, m, v, n, end, true, false);
  }
  private static rmsprop(g: usize, v: usize, n: usize, end: usize): void {
    RatioRows.update(g, 0, v, n, end, false, true);
  }
  private static decayRmsprop(v: usize, n: usize, end: usize): void {
    RatioRows.update(0, 0, v, n, end, false, false);
  }

  /** `isAdam` and `hasEvents` are literals. */
  @inline
  private static update(
    gradientsAt: usize,
    momentaAt: usize,
    secondsAt: usize,
    directionsAt: usize,
    end: usize,
    isAdam: bool,
    hasEvents: bool,
  ): void {
    let largest = i32x4.splat(0);
    let states = i32x4.splat(0);
    for (; directionsAt < end; directionsAt += 16) {
      let lowNumerator = f64x2.splat(0);
      let highNumerator = f64x2.splat(0);
      if (hasEvents) {
        lowNumerator = RatioRows.scaled(ExactDoubles.load(gradientsAt));
        highNumerator = RatioRows.scaled(ExactDoubles.load(gradientsAt + 8));
        gradientsAt += 16;
      }
      const lowSecond = RatioRows.second(secondsAt, lowNumerator, hasEvents);
      const highSecond = RatioRows.second(secondsAt + 8, highNumerator, hasEvents);
      const seconds = ExactDoubles.pack(lowSecond, highSecond);
      v128.store(secondsAt, seconds);
      secondsAt += 16;
      states = v128.or(states, seconds);
      if (isAdam) {
        lowNumerator = RatioRows.first(momentaAt, lowNumerator, hasEvents);
        highNumerator = RatioRows.first(momentaAt + 8, highNumerator, hasEvents);
        const momenta = ExactDoubles.pack(lowNumerator, highNumerator);
        v128.store(momentaAt, momenta);
        momentaAt += 16;
        states = v128.or(states, momenta);
        lowNumerator = RatioRows.corrected(lowNumerator);
        highNumerator = RatioRows.corrected(highNumerator);
      }
      if (isAdam || hasEvents) {
        const low = RatioRows.ratio(lowNumerator, lowSecond);
        const directions = ExactDoubles.pack(low, RatioRows.ratio(highNumerator, highSecond));
        v128.store(directionsAt, directions);
        largest = i32x4.max_u(largest, i32x4.abs(directions));
      } else v128.store(directionsAt, i32x4.splat(0));
    }
    v128.store(RatioRows.AT, largest, LARGEST);
    v128.store(RatioRows.AT, states, STATES);
  }

  /** g = scale·G → gradient. */
  @inline
  private static scaled(gradients: v128): v128 {
    if (!RatioRows.isScaled) return gradients;
    const product = f64x2.mul(gradients, v128.load(RatioRows.AT, SCALE));
    const rounded = ExactDoubles.round(product, RatioRows.gradientRounding);
    const formatAt = RatioRows.AT + GRADIENT_FORMAT;
    return RatioRows.checked(rounded, formatAt, RatioRows.gradientWraps, GRADIENT_FITS);
  }

  /** s = g² → secondMoment; v ← ((β·v + (1 − β)·s)·2^−16) → secondMoment. */
  @inline
  private static second(secondsAt: usize, gradients: v128, hasEvents: bool): v128 {
    const formatAt = RatioRows.AT + SECOND_FORMAT;
    const wraps = RatioRows.secondWraps;
    const rounding = RatioRows.secondRounding;
    const old = ExactDoubles.load(secondsAt);
    let mixture = f64x2.mul(old, v128.load(RatioRows.AT, SECOND_KEPT));
    if (hasEvents) {
      const product = f64x2.mul(gradients, gradients);
      const aligned = f64x2.mul(product, v128.load(RatioRows.AT, SQUARE));
      const rounded = ExactDoubles.round(aligned, rounding);
      const square = RatioRows.checked(rounded, formatAt, wraps, SECOND_FITS);
      const mixed = f64x2.mul(square, v128.load(RatioRows.AT, SECOND_MIXED));
      mixture = f64x2.add(mixture, mixed);
    }
    const rounded = ExactDoubles.round(mixture, rounding);
    return RatioRows.checked(rounded, formatAt, wraps, SECOND_FITS);
  }

  /** m ← ((β₁·m + (1 − β₁)·g)·2^−16) → momentum. */
  @inline
  private static first(momentaAt: usize, gradients: v128, hasEvents: bool): v128 {
    const old = ExactDoubles.load(momentaAt);
    let mixture = f64x2.mul(old, v128.load(RatioRows.AT, FIRST_KEPT));
    if (hasEvents) {
      const mixed = f64x2.mul(gradients, v128.load(RatioRows.AT, FIRST_MIXED));
      mixture = f64x2.add(mixture, mixed);
    }
    const rounded = ExactDoubles.round(mixture, RatioRows.momentumRounding);
    const formatAt = RatioRows.AT + MOMENTUM_FORMAT;
    return RatioRows.checked(rounded, formatAt, RatioRows.momentumWraps, MOMENTUM_FITS);
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

  /** Brings whole numbers back to the format, and counts those that did fit. */
  @inline
  private static checked(values: v128, formatAt: usize, wraps: bool, place: usize): v128 {
    const confined = ExactDoubles.confine(values, formatAt, wraps);
    const fits = f64x2.eq(confined, values);
    const countAt = RatioRows.AT + place;
    v128.store(countAt, i64x2.sub(v128.load(countAt), fits));
    return confined;
  }
}
