import { NEAREST, STOCHASTIC, TRUNCATE } from './numbers';
import { Chip, Layer, OverflowRecord, TensorFormat } from './parameters';

/** Past this magnitude no value fits a tensor of at most 32 bits, whatever a second operand of 33 bits adds. */
const FAR: i64 = 1 << 40;
/** The widest accumulator for which plain 64-bit additions suffice; wider ones carry by hand. */
const NARROW_ACCUMULATOR_BITS: i32 = 62;
/** Past this magnitude an addend overflows every accumulator of at most 62 bits, whatever it is added to. */
const FAR_FOR_ACCUMULATOR: i64 = 1 << 62;

/** Exact fixed-point arithmetic on i64. Implements: docs/spec.md §2.2, §2.3. Shifts are at most 62 bits (§2.4). */
export class Scalar {
  /** 1 if the dropped part rounds up: `floor` is the kept part, `isNegative` the sign of the whole value. */
  @inline
  static carry(remainder: i64, dropBits: i32, rounding: i32, isNegative: bool, floor: i64): i64 {
    if (rounding == TRUNCATE) return 0;
    const half = (1 as i64) << (dropBits - 1);
    if (remainder != half) return remainder > half ? 1 : 0;
    if (rounding == NEAREST) return isNegative ? 0 : 1;
    return floor & 1;
  }

  /** Drops bits by a mode that needs no random word. */
  @inline
  static roundDown(value: i64, dropBits: i32, rounding: i32): i64 {
    if (dropBits == 0) return value;
    const floor = value >> dropBits;
    const remainder = value & (((1 as i64) << dropBits) - 1);
    return floor + Scalar.carry(remainder, dropBits, rounding, value < 0, floor);
  }

  /** The low bits of a value, read in its format. */
  static wrap(value: i64, format: TensorFormat): i64 {
    const unusedBits = 64 - format.totalBits;
    return format.isSigned
      ? (value << unusedBits) >> unusedBits
      : ((((value << unusedBits) as u64) >> unusedBits) as i64);
  }

  /** Counts one value that did not fit and brings it back; `value` holds its low 64 bits. */
  static bringBack(value: i64, isBelow: bool, format: TensorFormat, overflow: OverflowRecord): i64 {
    overflow.add(1);
    if (format.wraps) return Scalar.wrap(value, format);
    return isBelow ? format.lowest : format.highest;
  }

  /** One check of a value of 64 bits against a format of at most 62. */
  @inline
  static confine(value: i64, format: TensorFormat, overflow: OverflowRecord): i64 {
    if (value >= format.lowest && value <= format.highest) return value;
    return Scalar.bringBack(value, value < format.lowest, format, overflow);
  }

  /** value·2^shift → t, for a tensor of at most 32 bits: rounded by its mode, then checked. */
  static convert(value: i64, shift: i32, format: TensorFormat, overflow: OverflowRecord): i64 {
    if (shift <= 0) {
      return Scalar.confine(Scalar.roundDown(value, -shift, format.rounding), format, overflow);
    }
    const aligned = value << shift;
    if (aligned >> shift != value) return Scalar.bringBack(aligned, value < 0, format, overflow);
    return Scalar.confine(aligned, format, overflow);
  }

  /** z ← confine(z + product·2^shift): one addition of docs/spec.md §2.6 step 1. */
  @inline
  static accumulate(
    sum: i64,
    product: i64,
    shift: i32,
    format: TensorFormat,
    overflow: OverflowRecord,
  ): i64 {
    if (shift < 0) {
      product = Scalar.roundDown(product, -shift, format.rounding);
      shift = 0;
    }
    if (format.totalBits > NARROW_ACCUMULATOR_BITS) {
      return Scalar.accumulateWide(sum, product, shift, format, overflow);
    }
    const aligned = product << shift;
    const next = sum + aligned;
    if (
      aligned >> shift != product ||
      aligned > FAR_FOR_ACCUMULATOR ||
      aligned < -FAR_FOR_ACCUMULATOR
    ) {
      return Scalar.bringBack(next, product < 0, format, overflow);
    }
    return Scalar.confine(next, format, overflow);
  }

  /** z ← confine(z + z_a): two values of the accumulator, in an unsigned one of 64 bits their bit patterns. */
  static addSums(sum: i64, other: i64, format: TensorFormat, overflow: OverflowRecord): i64 {
    if (format.isSigned || format.totalBits <= NARROW_ACCUMULATOR_BITS) {
      return Scalar.accumulate(sum, other, 0, format, overflow);
    }
    const next = sum + other;
    const fits = (next as u64) >= (sum as u64) && (next as u64) <= (format.highest as u64);
    return fits ? next : Scalar.bringBack(next, false, format, overflow);
  }

  /** `accumulate` for accumulators of 63 and 64 bits: the sum is carried to 128 bits, in a low and a high half. */
  private static accumulateWide(
    sum: i64,
    product: i64,
    shift: i32,
    format: TensorFormat,
    overflow: OverflowRecord,
  ): i64 {
    const low = sum + (product << shift);
    const carry: i64 = (low as u64) < (sum as u64) ? 1 : 0;
    const sumHigh = format.isSigned ? sum >> 63 : 0;
    const productHigh = shift == 0 ? product >> 63 : product >> (64 - shift);
    const high = sumHigh + productHigh + carry;
    const fits = format.isSigned
      ? high == low >> 63 && low >= format.lowest && low <= format.highest
      : high == 0 && (low as u64) <= (format.highest as u64);
    if (fits) return low;
    return Scalar.bringBack(low, high < 0, format, overflow);
  }

  /**
   * old − product·2^−dropBits → t with one rounding (docs/spec.md §2.6 steps 5 and 6). The whole is kept as
   * old + floor + remainder, so that it fits 64 bits whatever the alignment.
   */
  @inline
  static subtract(
    old: i64,
    product: i64,
    dropBits: i32,
    randomWord: u32,
    randomBits: i32,
    format: TensorFormat,
    overflow: OverflowRecord,
  ): i64 {
    const negated = -product;
    if (dropBits <= 0) {
      const change = negated << -dropBits;
      if (change >> -dropBits != negated || change > FAR || change < -FAR) {
        return Scalar.bringBack(old + change, negated < 0, format, overflow);
      }
      return Scalar.confine(old + change, format, overflow);
    }
    const change = negated >> dropBits;
    const remainder = negated & (((1 as i64) << dropBits) - 1);
    const floor = old + change;
    let next = floor;
    if (format.rounding == STOCHASTIC) {
      const missingBits = dropBits - randomBits;
      const addend: i64 =
        missingBits >= 0 ? (randomWord as i64) << missingBits : (randomWord as i64) >> -missingBits;
      next += (remainder + addend) >> dropBits;
    } else {
      next += Scalar.carry(remainder, dropBits, format.rounding, floor < 0, floor);
    }
    return Scalar.confine(next, format, overflow);
  }

  /** A weight of any format, stored in 8, 16 or 32 bits; only in 32 has an unsigned one the top bit set. */
  @inline
  static loadWeight(weightAt: usize, weightBytes: i32, isSigned: i32): i64 {
    if (weightBytes == 1) return load<i8>(weightAt) as i64;
    if (weightBytes == 2) return load<i16>(weightAt) as i64;
    return isSigned ? (load<i32>(weightAt) as i64) : (load<u32>(weightAt) as i64);
  }

  @inline
  static storeWeight(weightAt: usize, weightBytes: i32, weight: i64): void {
    if (weightBytes == 1) store<i8>(weightAt, weight as i8);
    else if (weightBytes == 2) store<i16>(weightAt, weight as i16);
    else store<i32>(weightAt, weight as i32);
  }

  /** A bias → accumulator where it is proven to fit. */
  @inline
  static alignedBias(chip: Chip, layer: Layer, neuron: i32): i64 {
    const bias = Scalar.loadBias(chip, layer, neuron);
    const shift = layer.biasShift;
    if (shift >= 0) return bias << shift;
    const rounding = changetype<TensorFormat>(chip.accumulatorFormatAt).rounding;
    return Scalar.roundDown(bias, -shift, rounding);
  }

  @inline
  static loadBias(chip: Chip, layer: Layer, neuron: i32): i64 {
    const biasAt = (layer.biasesAt + (neuron << 2)) as usize;
    const isSigned = changetype<TensorFormat>(chip.biasFormatAt).isSigned;
    return isSigned ? (load<i32>(biasAt) as i64) : (load<u32>(biasAt) as i64);
  }

  /** z rounded (nearest) and saturated to lowest..highest, which are of at most 32 bits (docs/spec.md §2.8, §2.12). */
  @inline
  static roundInto(sum: i64, dropBits: i32, isUnsigned: bool, lowest: i64, highest: i64): i64 {
    let value: i64;
    if (dropBits <= 0) {
      // A value past 31 bits saturates; a gain past 32 bits saturates all but 0.
      const isAbove = isUnsigned ? (sum as u64) > (i32.MAX_VALUE as u64) : sum > i32.MAX_VALUE;
      const bounded: i64 = isAbove ? i32.MAX_VALUE : sum < i32.MIN_VALUE ? i32.MIN_VALUE : sum;
      value = bounded << min(-dropBits, 32);
    } else {
      const floor = isUnsigned ? (((sum as u64) >> dropBits) as i64) : sum >> dropBits;
      const remainder = sum & (((1 as i64) << dropBits) - 1);
      value = floor + Scalar.carry(remainder, dropBits, NEAREST, !isUnsigned && sum < 0, floor);
    }
    return min(max(value, lowest), highest);
  }

  /** z in the format of the activation table's input, made an address from 0 (docs/spec.md §2.8). */
  static tableAddress(sum: i64, layer: Layer, format: TensorFormat): i64 {
    const highest = ((1 as i64) << (layer.tableBits - 1)) - 1;
    const lowest = -highest - 1;
    const dropBits = layer.activationDropBits;
    return Scalar.roundInto(sum, dropBits, !format.isSigned, lowest, highest) - lowest;
  }
}
