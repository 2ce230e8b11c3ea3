import { NEAREST, TRUNCATE } from '../numbers';
import { TensorFormat } from '../parameters';

/** 1.5·2^52: added to a whole number of 32 bits it leaves the number's two's complement in the low bits. */
const WHOLE: f64 = 6755399441055744;

/**
 * Two numbers at a time as doubles, which are exact as long as they have at most 53 bits. What a format needs for its
 * check is a block of four vectors: lowest, highest, number of values, its reciprocal.
 * Implements: docs/spec.md §2.2, §2.3.
 */
export class ExactDoubles {
  /** Writes the block of a format. */
  static writeFormat(blockAt: usize, format: TensorFormat): void {
    const lowest = format.lowest as f64;
    const highest = format.highest as f64;
    const valueCount = highest - lowest + 1;
    v128.store(blockAt, f64x2.splat(lowest));
    v128.store(blockAt, f64x2.splat(highest), 16);
    v128.store(blockAt, f64x2.splat(valueCount), 32);
    v128.store(blockAt, f64x2.splat(1 / valueCount), 48);
  }

  /** i32 values of two columns. */
  @inline
  static load(at: usize): v128 {
    return f64x2.convert_low_i32x4_s(v128.load64_zero(at));
  }

  /** Four whole numbers that fit i32. */
  @inline
  static pack(low: v128, high: v128): v128 {
    const whole = f64x2.splat(WHOLE);
    return v128.shuffle<i32>(f64x2.add(low, whole), f64x2.add(high, whole), 0, 2, 4, 6);
  }

  /** To whole numbers, by a mode that needs no random word. */
  @inline
  static round(values: v128, mode: i32): v128 {
    if (mode == NEAREST) return ExactDoubles.roundAway(values);
    return mode == TRUNCATE ? f64x2.floor(values) : f64x2.nearest(values);
  }

  /** `nearest`: half away from zero. */
  @inline
  static roundAway(values: v128): v128 {
    const halves = v128.or(v128.and(values, f64x2.splat(-0.0)), f64x2.splat(0.5));
    return f64x2.trunc(f64x2.add(values, halves));
  }

  /** Whole numbers brought back to the format of a block. */
  @inline
  static confine(values: v128, blockAt: usize, wraps: bool): v128 {
    const lowest = v128.load(blockAt);
    if (!wraps) return f64x2.pmax(f64x2.pmin(values, v128.load(blockAt, 16)), lowest);
    const turns = f64x2.floor(f64x2.mul(f64x2.sub(values, lowest), v128.load(blockAt, 48)));
    return f64x2.sub(values, f64x2.mul(turns, v128.load(blockAt, 32)));
  }
}
