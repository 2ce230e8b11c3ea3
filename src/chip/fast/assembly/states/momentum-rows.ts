import { MOMENTUM_STATE, NEAREST, NEAREST_EVEN, NESTEROV, TRUNCATE } from '../numbers';
import { Chip, Layer, overflowOf, Steps, TensorFormat } from '../parameters';
import { StateBounds } from './state-bounds';

/** Fraction bits of a decay. */
const DECAY_BITS: i32 = 16;
const FRACTION: i32 = 65535;
/** What a lane of 32 bits holds, with room for what rounding adds. */
const LARGEST_SUM: f64 = 2147483645;

/**
 * Velocities of whole rows in lanes of 32 bits: v ← (β·v + G) → momentum, and n of Nesterov.
 * Implements: docs/spec.md §2.2, §2.3, §2.11.
 *
 * v = V₁·2^16 + V₀, so that ⌊β·v·2^−16⌋ is V₁·β + ⌊V₀·β·2^−16⌋ with the low 16 bits of V₀·β dropped. G is a whole and a
 * fraction of as many bits.
 */
export class MomentumRows {
  private static decay: i32 = 0;
  /** Left shift of the whole part of G; right shift of it, and left shift of its fraction. */
  private static gainBits: i32 = 0;
  private static lossBits: i32 = 0;
  private static fractionShift: i32 = 0;
  private static rounding: i32 = 0;
  private static wraps: bool = false;
  private static unusedBits: i32 = 0;
  private static isNesterov: bool = false;
  /** lowest, highest; counter of lanes that did not overflow; of the row: largest |direction|, bits of v that changed. */
  private static readonly LANES: usize = memory.data(80, 16);
  private static laneCount: i64 = 0;

  /** Whether all sums of the step fit the lanes; bounds of the states that the step leaves behind are noted. */
  static fits(chip: Chip, layer: Layer): bool {
    const steps = changetype<Steps>(chip.stepsAt);
    if (steps.momentumShift != 0 || steps.momentumGradientShift > DECAY_BITS + 30) return false;
    const highest = changetype<TensorFormat>(chip.momentumFormatAt).highest as f64;
    const gain = StateBounds.power(steps.momentumGradientShift - DECAY_BITS);
    const gradient = (StateBounds.gradient(layer) as f64) * gain + 2;
    const decay = (steps.firstDecay as f64) / 65536;
    const velocity = (StateBounds.momentum(layer) as f64) * decay + gradient;
    const next = min(velocity, highest + 1);
    const direction = steps.optimizer == NESTEROV ? next * decay + gradient : velocity;
    if (velocity > LARGEST_SUM || direction > LARGEST_SUM) return false;
    StateBounds.nextMomentum = next as i64;
    StateBounds.direction = min(direction, highest + 1) as i64;
    return true;
  }

  /** Before the rows of a step. */
  static open(chip: Chip): void {
    const steps = changetype<Steps>(chip.stepsAt);
    const format = changetype<TensorFormat>(chip.momentumFormatAt);
    MomentumRows.decay = steps.firstDecay;
    MomentumRows.gainBits = max(steps.momentumGradientShift - DECAY_BITS, 0);
    MomentumRows.lossBits = max(DECAY_BITS - steps.momentumGradientShift, 0);
    MomentumRows.fractionShift = min(steps.momentumGradientShift, DECAY_BITS);
    MomentumRows.rounding = format.rounding;
    MomentumRows.wraps = format.wraps != 0;
    MomentumRows.unusedBits = 32 - format.totalBits;
    MomentumRows.isNesterov = steps.optimizer == NESTEROV;
    MomentumRows.laneCount = 0;
    v128.store(MomentumRows.LANES, i32x4.splat(format.lowest as i32));
    v128.store(MomentumRows.LANES, i32x4.splat(format.highest as i32), 16);
    v128.store(MomentumRows.LANES, i32x4.splat(0), 32);
  }

  /** One row of `byteCount`, a multiple of 32; `directionsAt`: where n of Nesterov goes. `hasEvents`: whether any G is not 0. */
  static updateRow(
    gradientsAt: usize,
    velocitiesAt: usize,
    directionsAt: usize,
    byteCount: usize,
    hasEvents: bool,
  ): void {
    v128.store(MomentumRows.LANES, i32x4.splat(0), 48);
    v128.store(MomentumRows.LANES, i32x4.splat(0), 64);
    const end = velocitiesAt + byteCount;
    const checkCount: i64 = MomentumRows.isNesterov ? 2 : 1;
    MomentumRows.laneCount += checkCount * ((byteCount >> 2) as i64);
    if (MomentumRows.rounding == NEAREST) {
      if (hasEvents) MomentumRows.nearest(gradientsAt, velocitiesAt, directionsAt, end);
      else MomentumRows.decayNearest(velocitiesAt, directionsAt, end);
    } else if (MomentumRows.rounding == TRUNCATE) {
      if (hasEvents) MomentumRows.truncate(gradientsAt, velocitiesAt, directionsAt, end);
      else MomentumRows.decayTruncate(velocitiesAt, directionsAt, end);
    } else if (hasEvents) MomentumRows.nearestEven(gradientsAt, velocitiesAt, directionsAt, end);
    else MomentumRows.decayNearestEven(velocitiesAt, directionsAt, end);
  }

  /** Whether n of Nesterov takes the place of v. */
  static isAhead(): bool {
    return MomentumRows.isNesterov;
  }

  /** Of the last row without events: the largest |direction|. */
  static largestDirection(): i64 {
    return StateBounds.largestLane(v128.load(MomentumRows.LANES, 48));
  }

  /** Of the last row without events: whether every v stayed the same. */
  static isSteady(): bool {
    return !v128.any_true(v128.load(MomentumRows.LANES, 64));
  }

  /** After the rows of a part. */
  static close(layer: Layer): void {
    const fitting = v128.load(MomentumRows.LANES, 32);
    let misfitCount = MomentumRows.laneCount;
    misfitCount -= (i32x4.extract_lane(fitting, 0) as i64) + i32x4.extract_lane(fitting, 1);
    misfitCount -= (i32x4.extract_lane(fitting, 2) as i64) + i32x4.extract_lane(fitting, 3);
    if (misfitCount > 0) overflowOf(layer, MOMENTUM_STATE).add(misfitCount);
  }

  // One function a mode, or the optimiser folds them into one that asks in every block which mode it is.

  private static nearest(g: usize, v: usize, n: usize, end: usize): void {
    MomentumRows.update(g, v, n, end, NEAREST, true);
  }
  private static truncate(g: usize, v: usize, n: usize, end: usize): void {
    MomentumRows.update(g, v, n, end, TRUNCATE, true);
  }
  private static nearestEven(g: usize, v: usize, n: usize, end: usize): void {
    MomentumRows.update(g, v, n, end, NEAREST_EVEN, true);
  }
  private static decayNearest(v: usize, n: usize, end: usize): void {
    MomentumRows.update(0, v, n, end, NEAREST, false);
  }
  private static decayTruncate(v: usize, n: usize, end: usize): void {
    MomentumRows.update(0, v, n, end, TRUNCATE, false);
  }
  private static decayNearestEven(v: usize, n: usize, end: usize): void {
    MomentumRows.update(0, v, n, end, NEAREST_EVEN, false);
  }

  /** `rounding` and `hasEvents` are literals. */
  @inline
  private static update(
    gradientsAt: usize,
    velocitiesAt: usize,
    directionsAt: usize,
    end: usize,
    rounding: i32,
    hasEvents: bool,
  ): void {
    const isNesterov = MomentumRows.isNesterov;
    const zero = i32x4.splat(0);
    let fitting = v128.load(MomentumRows.LANES, 32);
    let largest = zero;
    let changed = zero;
    for (let at = velocitiesAt; at < end; at += 16) {
      const old = v128.load(at);
      let whole = zero;
      let fraction = zero;
      if (hasEvents) {
        const gradients = v128.load(gradientsAt);
        whole = MomentumRows.wholeOf(gradients);
        fraction = MomentumRows.fractionOf(gradients);
        gradientsAt += 16;
      }
      const sum = MomentumRows.sum(old, whole, fraction, rounding, hasEvents);
      const next = MomentumRows.confined(sum);
      fitting = i32x4.sub(fitting, i32x4.eq(next, sum));
      v128.store(at, next);
      let direction = next;
      if (isNesterov) {
        const ahead = MomentumRows.sum(next, whole, fraction, rounding, hasEvents);
        direction = MomentumRows.confined(ahead);
        fitting = i32x4.sub(fitting, i32x4.eq(direction, ahead));
        v128.store(directionsAt, direction);
        directionsAt += 16;
      }
      if (!hasEvents) {
        largest = i32x4.max_u(largest, i32x4.abs(direction));
        changed = v128.or(changed, v128.xor(next, old));
      }
    }
    v128.store(MomentumRows.LANES, fitting, 32);
    v128.store(MomentumRows.LANES, largest, 48);
    v128.store(MomentumRows.LANES, changed, 64);
  }

  /** ⌊G⌋ at F_momentum. */
  @inline
  private static wholeOf(gradients: v128): v128 {
    return i32x4.shl(i32x4.shr_s(gradients, MomentumRows.lossBits), MomentumRows.gainBits);
  }

  /** The rest of G, 16 bits. */
  @inline
  private static fractionOf(gradients: v128): v128 {
    const shift = MomentumRows.fractionShift;
    return v128.and(i32x4.shl(gradients, shift), i32x4.splat(FRACTION));
  }

  /** β·v + G, rounded. */
  @inline
  private static sum(
    velocities: v128,
    whole: v128,
    fraction: v128,
    rounding: i32,
    hasEvents: bool,
  ): v128 {
    const decays = i32x4.splat(MomentumRows.decay);
    const low = v128.and(velocities, i32x4.splat(FRACTION));
    const lowProduct = i32x4.mul(low, decays);
    const highProduct = i32x4.mul(i32x4.shr_s(velocities, DECAY_BITS), decays);
    let floor = i32x4.add(highProduct, i32x4.shr_u(lowProduct, DECAY_BITS));
    let rest = v128.and(lowProduct, i32x4.splat(FRACTION));
    if (hasEvents) {
      const both = i32x4.add(rest, fraction);
      floor = i32x4.add(i32x4.add(floor, whole), i32x4.shr_u(both, DECAY_BITS));
      rest = v128.and(both, i32x4.splat(FRACTION));
    }
    if (rounding == TRUNCATE) return floor;
    const half = i32x4.splat(rounding == NEAREST ? 32768 : 32767);
    const correction =
      rounding == NEAREST ? i32x4.shr_s(floor, 31) : v128.and(floor, i32x4.splat(1));
    const raised = i32x4.add(rest, i32x4.add(half, correction));
    return i32x4.add(floor, i32x4.shr_u(raised, DECAY_BITS));
  }

  @inline
  private static confined(values: v128): v128 {
    const bits = MomentumRows.unusedBits;
    if (MomentumRows.wraps) return i32x4.shr_s(i32x4.shl(values, bits), bits);
    const lowest = v128.load(MomentumRows.LANES, 0);
    const highest = v128.load(MomentumRows.LANES, 16);
    return i32x4.max_s(i32x4.min_s(values, highest), lowest);
  }
}
