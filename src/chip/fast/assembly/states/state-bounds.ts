import { Layer } from '../parameters';

/** The largest magnitude of any format: a bound that nothing is known about. */
const UNKNOWN: i64 = 1 << 31;
/** Exponents of a double. */
const EXPONENT_BIAS: i64 = 1023;
const FRACTION_BITS: i64 = 52;

/**
 * Bounds of what a step reads, so that it can be proven to fit its lanes: no gradient, momentum or second moment of a
 * weight is larger in magnitude. They are kept as three i64, and measured anew where a proof fails with them; the fourth is η (`noteRate`).
 */
export class StateBounds {
  /** What the step in flight leaves behind; and the largest |direction| that it may make. */
  static nextMomentum: i64 = 0;
  static nextSecond: i64 = 0;
  static direction: i64 = 0;

  @inline
  static gradient(layer: Layer): i64 {
    return min(load<i64>(layer.gradientBoundAt as usize), UNKNOWN);
  }

  @inline
  static momentum(layer: Layer): i64 {
    return load<i64>(layer.gradientBoundAt as usize, 8);
  }

  @inline
  static second(layer: Layer): i64 {
    return load<i64>(layer.gradientBoundAt as usize, 16);
  }

  /** After a step that was proven to fit. */
  static advance(layer: Layer): void {
    store<i64>(layer.gradientBoundAt as usize, StateBounds.nextMomentum, 8);
    store<i64>(layer.gradientBoundAt as usize, StateBounds.nextSecond, 16);
  }

  /** After a step that was not; also what the quiet rows of state-step.ts are. */
  static forget(layer: Layer): void {
    memory.fill(layer.quietRowsAt as usize, 0, layer.rowCount << 2);
    store<i64>(layer.gradientBoundAt as usize, UNKNOWN, 8);
    store<i64>(layer.gradientBoundAt as usize, UNKNOWN, 16);
  }

  /** Before a step: rows were found quiet at the η that is noted beside the bounds, and at another one nothing is known. */
  static noteRate(layer: Layer): void {
    const noted = (layer.gradientBoundAt as usize) + 24;
    if (load<i64>(noted) == (layer.rateMantissa as i64)) return;
    store<i64>(noted, layer.rateMantissa);
    memory.fill(layer.quietRowsAt as usize, 0, layer.rowCount << 2);
  }

  /** Looks how large they are. */
  static measure(layer: Layer, hasMomenta: bool, hasSeconds: bool): void {
    const bytes = (layer.rowCount as usize) * (layer.gradientPitchBytes as usize);
    const boundAt = layer.gradientBoundAt as usize;
    store<i64>(boundAt, StateBounds.largest(layer.gradientsAt, bytes));
    if (hasMomenta) store<i64>(boundAt, StateBounds.largest(layer.momentaAt, bytes), 8);
    if (hasSeconds) store<i64>(boundAt, StateBounds.largest(layer.secondMomentsAt, bytes), 16);
  }

  /** The largest magnitude of i32 values. */
  static largest(valuesAt: usize, bytes: usize): i64 {
    let most = i32x4.splat(0);
    for (let at = valuesAt; at < valuesAt + bytes; at += 16) {
      most = i32x4.max_u(most, i32x4.abs(v128.load(at)));
    }
    return StateBounds.largestLane(most);
  }

  /** The largest of four u32. */
  static largestLane(lanes: v128): i64 {
    const first = max(i32x4.extract_lane(lanes, 0) as u32, i32x4.extract_lane(lanes, 1) as u32);
    const last = max(i32x4.extract_lane(lanes, 2) as u32, i32x4.extract_lane(lanes, 3) as u32);
    return max(first, last) as i64;
  }

  /** 2^exponent, for exponents of a normal double. */
  static power(exponent: i32): f64 {
    return reinterpret<f64>((EXPONENT_BIAS + (exponent as i64)) << FRACTION_BITS);
  }
}
