import { NEAREST, NEAREST_EVEN, STOCHASTIC, TRUNCATE } from '../numbers';
import { Chip, Layer, OverflowRecord, TensorFormat } from '../parameters';
import { VectorLanes } from '../vector-lanes';
import { RowDraws } from './row-draws';
import { WordWrites } from './word-writes';

/** |change before rounding| stays below this, so that no addend and no old weight leaves 32 bits. */
const LARGEST_PRODUCT: i64 = (1 << 30) - 1;
/** The most bits that a lane drops. */
const MOST_DROPPED_BITS: i32 = 30;
const MOST_SHIFT: i32 = 31;
/** Factors of this many bits at most may be multiplied in two pieces, the lower one of SPLIT_BITS. */
const LARGEST_SPLIT_FACTOR: i64 = 65535;
const SPLIT_BITS: i32 = 12;
const LOWER_MASK: i32 = (1 << SPLIT_BITS) - 1;
/** The modes with both pieces; beside the modes of parameters.ts. */
const SPLIT_STOCHASTIC: i32 = 4;
const SPLIT_TRUNCATE: i32 = 5;
const SPLIT_NEAREST: i32 = 6;
const SPLIT_NEAREST_EVEN: i32 = 7;
/** The largest value that is multiplied. */
const LARGEST_VALUE: i64 = 1 << 31;

/**
 * New weights of whole rows, 8 columns at a time in lanes of 32 bits, for weights stored in 8 or 16 bits: every rounding
 * and overflow mode. Implements: docs/spec.md §2.2, §2.3, §2.6 step 5, §2.7; the subtraction of §2.11.
 *
 * With N = −P: old + ⌊(N + a)/2^d⌋, a the addend of the mode. `stochastic`: the low d − W bits of N meet zeros of the
 * random word and are cut off first. `nearest`: half, less 1 where the whole is negative; `nearestEven`: half less 1,
 * and 1 more where ⌊whole⌋ is odd.
 */
export class RowUpdate {
  /** Bits cut off, bits dropped by rounding, surplus bits of a random word, unused bits of a lane past the format. */
  private static cutBits: i32 = 0;
  private static dropBits: i32 = 0;
  private static surplusBits: i32 = 0;
  private static unusedBits: i32 = 0;
  /** Rounding of the lanes: `truncate` where there is nothing to drop. */
  private static rounding: i32 = 0;
  private static draws: bool = false;
  private static wraps: bool = false;
  private static isSigned: bool = false;
  /** Whether every change is rounded to 0. */
  private static updatesNothing: bool = false;
  /** lowest, highest, addend; then counters of lanes that stayed the same, and that did not overflow. */
  private static readonly LANES: usize = memory.data(80, 16);

  /** Whether all P of at most this magnitude fit the lanes. */
  static fits(chip: Chip, layer: Layer, largest: i64): bool {
    return largest <= RowUpdate.largestChange(chip, layer);
  }

  /** The largest |P| that fits the lanes; −1: none. */
  private static largestChange(chip: Chip, layer: Layer): i64 {
    if (layer.weightBytes == 4) return -1;
    const dropBits = layer.weightDropBits;
    const isStochastic = changetype<TensorFormat>(chip.weightFormatAt).rounding == STOCHASTIC;
    if (isStochastic && min(dropBits, chip.generatorBits) > MOST_DROPPED_BITS) return -1;
    const gainBits = max(-dropBits, 0);
    return gainBits > MOST_DROPPED_BITS ? -1 : LARGEST_PRODUCT >> gainBits;
  }

  /** The largest |value| whose P = value·factor fits; −1: none. */
  static largestValue(chip: Chip, layer: Layer, factor: i64): i64 {
    const largest = RowUpdate.largestChange(chip, layer);
    return largest < 0 ? -1 : min(largest / factor, LARGEST_VALUE);
  }

  /**
   * The same where P is made in two pieces: the low SPLIT_BITS bits of N only matter where they carry, or as whether they
   * are 0, so that ⌊N/2^12⌋ is made of ⌊value/2^12⌋·factor and the rest.
   */
  static largestSplitValue(chip: Chip, layer: Layer, factor: i64): i64 {
    if (layer.weightBytes == 4 || factor > LARGEST_SPLIT_FACTOR) return -1;
    const rounding = changetype<TensorFormat>(chip.weightFormatAt).rounding;
    const isStochastic = rounding == STOCHASTIC;
    if (isStochastic && chip.generatorBits > MOST_DROPPED_BITS) return -1;
    const cutBits = layer.weightDropBits - (isStochastic ? chip.generatorBits : 0);
    // A half needs a bit of its own above the lower piece.
    const leastBits = SPLIT_BITS + (rounding == NEAREST || rounding == NEAREST_EVEN ? 1 : 0);
    if (cutBits < leastBits) return -1;
    return min(max(LARGEST_PRODUCT / factor - 1, 0) << SPLIT_BITS, LARGEST_VALUE);
  }

  /** The largest |P| that never changes a weight, whatever word other than 0 is drawn. */
  static quietestChange(chip: Chip, layer: Layer): i64 {
    const dropBits = layer.weightDropBits as i64;
    const rounding = changetype<TensorFormat>(chip.weightFormatAt).rounding;
    if (dropBits < 1 || rounding == TRUNCATE) return 0;
    if (rounding != STOCHASTIC) return ((1 as i64) << (dropBits - 1)) - 1;
    const cutBits = dropBits - (chip.generatorBits as i64);
    return cutBits < 1 ? 0 : ((1 as i64) << cutBits) - 1;
  }

  /** Before the rows of an update whose products are made in two pieces. */
  static openSplit(chip: Chip, layer: Layer): void {
    RowUpdate.open(chip, layer);
    const dropBits = layer.weightDropBits - SPLIT_BITS;
    const rounding = RowUpdate.rounding;
    if (rounding == STOCHASTIC) {
      RowUpdate.rounding = SPLIT_STOCHASTIC;
      RowUpdate.cutBits = min(dropBits - chip.generatorBits, MOST_SHIFT);
      return;
    }
    RowUpdate.dropBits = min(dropBits, MOST_SHIFT);
    if (rounding == TRUNCATE) {
      RowUpdate.rounding = SPLIT_TRUNCATE;
      return;
    }
    RowUpdate.rounding = rounding == NEAREST ? SPLIT_NEAREST : SPLIT_NEAREST_EVEN;
    RowUpdate.updatesNothing = dropBits > MOST_DROPPED_BITS;
    v128.store(RowUpdate.LANES, i32x4.splat(1 << (RowUpdate.dropBits - 1)), 32);
  }

  /** Before the rows of an update. */
  static open(chip: Chip, layer: Layer): void {
    const format = changetype<TensorFormat>(chip.weightFormatAt);
    const dropBits = layer.weightDropBits;
    const isStochastic = format.rounding == STOCHASTIC;
    RowUpdate.draws = isStochastic;
    RowUpdate.wraps = format.wraps != 0;
    RowUpdate.isSigned = format.isSigned != 0;
    RowUpdate.rounding = dropBits > 0 ? format.rounding : TRUNCATE;
    RowUpdate.cutBits = isStochastic ? min(max(dropBits - chip.generatorBits, 0), MOST_SHIFT) : 0;
    RowUpdate.dropBits = isStochastic
      ? min(max(dropBits, 0), chip.generatorBits)
      : min(max(dropBits, 0), MOST_DROPPED_BITS);
    RowUpdate.surplusBits = min(max(chip.generatorBits - RowUpdate.dropBits, 0), MOST_SHIFT);
    RowUpdate.unusedBits = 32 - format.totalBits;
    // So small a part of a weight is never rounded to a whole one.
    RowUpdate.updatesNothing =
      dropBits > MOST_DROPPED_BITS &&
      (format.rounding == NEAREST || format.rounding == NEAREST_EVEN);
    const half = RowUpdate.dropBits > 0 ? 1 << (RowUpdate.dropBits - 1) : 0;
    const addend =
      RowUpdate.rounding == NEAREST ? half : RowUpdate.rounding == NEAREST_EVEN ? half - 1 : 0;
    v128.store(RowUpdate.LANES, i32x4.splat(format.lowest as i32));
    v128.store(RowUpdate.LANES, i32x4.splat(format.highest as i32), 16);
    v128.store(RowUpdate.LANES, i32x4.splat(addend), 32);
    v128.store(RowUpdate.LANES, i32x4.splat(0), 48);
    v128.store(RowUpdate.LANES, i32x4.splat(0), 64);
  }

  /**
   * Draws for a row in which nothing changes. Words past the last column stay for the next row, so they too are without
   * their surplus bits: there they must not reach a whole weight.
   */
  static drawRow(chip: Chip, layer: Layer): void {
    RowDraws.fill(chip, layer, RowUpdate.surplusBits);
  }

  /** One row: P of column n is `values[n]·factor`, in 32 bits, and 0 past the last column. */
  static updateRow(chip: Chip, layer: Layer, row: i32, valuesAt: usize, factor: i32): void {
    if (RowUpdate.draws) RowDraws.fill(chip, layer, RowUpdate.surplusBits);
    const rowAt = (layer.weightsAt as usize) + (row as usize) * (layer.rowPitchBytes as usize);
    const gained = RowUpdate.updatesNothing ? 0 : -factor << max(-layer.weightDropBits, 0);
    const factors = i32x4.splat(gained);
    const isGated = layer.hasWriteGating;
    if (isGated) WordWrites.copyRow(layer, rowAt);
    if (RowUpdate.rounding == STOCHASTIC) RowUpdate.stochastic(layer, rowAt, valuesAt, factors);
    else if (RowUpdate.rounding == NEAREST) RowUpdate.nearest(layer, rowAt, valuesAt, factors);
    else if (RowUpdate.rounding == TRUNCATE) RowUpdate.truncate(layer, rowAt, valuesAt, factors);
    else if (RowUpdate.rounding == NEAREST_EVEN)
      RowUpdate.nearestEven(layer, rowAt, valuesAt, factors);
    else if (RowUpdate.rounding == SPLIT_STOCHASTIC)
      RowUpdate.splitStochastic(layer, rowAt, valuesAt, factors);
    else if (RowUpdate.rounding == SPLIT_TRUNCATE)
      RowUpdate.splitTruncate(layer, rowAt, valuesAt, factors);
    else if (RowUpdate.rounding == SPLIT_NEAREST)
      RowUpdate.splitNearest(layer, rowAt, valuesAt, factors);
    else RowUpdate.splitNearestEven(layer, rowAt, valuesAt, factors);
    if (isGated) WordWrites.markChanged(layer, row);
  }

  /** After `rowCount` rows: what changed and what did not fit. */
  static close(layer: Layer, rowCount: i32, overflow: OverflowRecord): void {
    // Lanes past the last column neither change nor overflow.
    const laneCount = (rowCount as i64) * (((layer.columnCount + 7) & ~7) as i64);
    const changedCount = laneCount - VectorLanes.sumWords(v128.load(RowUpdate.LANES, 48));
    store<i64>(layer.changedUpdatesAt, load<i64>(layer.changedUpdatesAt) + changedCount);
    const misfitCount = laneCount - VectorLanes.sumWords(v128.load(RowUpdate.LANES, 64));
    if (misfitCount == 0) return;
    overflow.add(misfitCount);
  }

  // One function a mode, or the optimiser folds them into one that asks in every block which mode it is.

  private static stochastic(layer: Layer, rowAt: usize, valuesAt: usize, factors: v128): void {
    RowUpdate.update(layer, rowAt, valuesAt, factors, STOCHASTIC);
  }
  private static nearest(layer: Layer, rowAt: usize, valuesAt: usize, factors: v128): void {
    RowUpdate.update(layer, rowAt, valuesAt, factors, NEAREST);
  }
  private static nearestEven(layer: Layer, rowAt: usize, valuesAt: usize, factors: v128): void {
    RowUpdate.update(layer, rowAt, valuesAt, factors, NEAREST_EVEN);
  }
  private static truncate(layer: Layer, rowAt: usize, valuesAt: usize, factors: v128): void {
    RowUpdate.update(layer, rowAt, valuesAt, factors, TRUNCATE);
  }

  private static splitStochastic(layer: Layer, rowAt: usize, valuesAt: usize, factors: v128): void {
    RowUpdate.update(layer, rowAt, valuesAt, factors, SPLIT_STOCHASTIC);
  }
  private static splitTruncate(layer: Layer, rowAt: usize, valuesAt: usize, factors: v128): void {
    RowUpdate.update(layer, rowAt, valuesAt, factors, SPLIT_TRUNCATE);
  }
  private static splitNearest(layer: Layer, rowAt: usize, valuesAt: usize, factors: v128): void {
    RowUpdate.update(layer, rowAt, valuesAt, factors, SPLIT_NEAREST);
  }
  private static splitNearestEven(
    layer: Layer,
    rowAt: usize,
    valuesAt: usize,
    factors: v128,
  ): void {
    RowUpdate.update(layer, rowAt, valuesAt, factors, SPLIT_NEAREST_EVEN);
  }

  /** `rounding` is a literal. */
  @inline
  private static update(
    layer: Layer,
    rowAt: usize,
    valuesAt: usize,
    factors: v128,
    rounding: i32,
  ): void {
    const isByteWide = layer.weightBytes == 1;
    const blockBytes: usize = isByteWide ? 8 : 16;
    const rowEnd = rowAt + (layer.columnCount as usize) * (layer.weightBytes as usize);
    let addendAt = layer.addendsAt as usize;
    let same = v128.load(RowUpdate.LANES, 48);
    let fitting = v128.load(RowUpdate.LANES, 64);
    for (let weightAt = rowAt; weightAt < rowEnd; weightAt += blockBytes) {
      const old = isByteWide ? v128.load8x8_s(weightAt) : v128.load(weightAt);
      const oldLow = i32x4.extend_low_i16x8_s(old);
      const oldHigh = i32x4.extend_high_i16x8_s(old);
      const movedLow = RowUpdate.moved(oldLow, v128.load(valuesAt), factors, addendAt, rounding);
      const highValues = v128.load(valuesAt, 16);
      const movedHigh = RowUpdate.moved(oldHigh, highValues, factors, addendAt + 16, rounding);
      const nextLow = RowUpdate.confined(movedLow);
      const nextHigh = RowUpdate.confined(movedHigh);
      const next = i16x8.narrow_i32x4_s(nextLow, nextHigh);
      if (isByteWide) v128.store64_lane(weightAt, i8x16.narrow_i16x8_s(next, next), 0);
      else v128.store(weightAt, next);
      same = i32x4.sub(same, i32x4.eq(nextLow, oldLow));
      same = i32x4.sub(same, i32x4.eq(nextHigh, oldHigh));
      fitting = i32x4.sub(fitting, i32x4.eq(nextLow, movedLow));
      fitting = i32x4.sub(fitting, i32x4.eq(nextHigh, movedHigh));
      valuesAt += 32;
      addendAt += 32;
    }
    v128.store(RowUpdate.LANES, same, 48);
    v128.store(RowUpdate.LANES, fitting, 64);
  }

  /** N, or ⌊N/2^12⌋ where it is made in two pieces. */
  @inline
  private static product(values: v128, factors: v128, rounding: i32): v128 {
    if (rounding < SPLIT_STOCHASTIC) return i32x4.mul(values, factors);
    const upper = i32x4.mul(i32x4.shr_s(values, SPLIT_BITS), factors);
    return i32x4.add(upper, i32x4.shr_s(RowUpdate.lowerPiece(values, factors), SPLIT_BITS));
  }

  @inline
  private static lowerPiece(values: v128, factors: v128): v128 {
    return i32x4.mul(v128.and(values, i32x4.splat(LOWER_MASK)), factors);
  }

  /** old + N·2^−d, rounded. */
  @inline
  private static moved(
    old: v128,
    values: v128,
    factors: v128,
    addendAt: usize,
    rounding: i32,
  ): v128 {
    const dropBits = RowUpdate.dropBits;
    const negated = RowUpdate.product(values, factors, rounding);
    if (rounding == TRUNCATE || rounding == SPLIT_TRUNCATE)
      return i32x4.add(old, i32x4.shr_s(negated, dropBits));
    if (rounding == STOCHASTIC || rounding == SPLIT_STOCHASTIC) {
      const kept = i32x4.shr_s(negated, RowUpdate.cutBits);
      return i32x4.add(old, i32x4.shr_s(i32x4.add(kept, v128.load(addendAt)), dropBits));
    }
    const floor = i32x4.add(old, i32x4.shr_s(negated, dropBits));
    let correction = v128.and(floor, i32x4.splat(1));
    if (rounding == NEAREST) correction = i32x4.shr_s(floor, 31);
    else if (rounding != NEAREST_EVEN) {
      // Half less 1 carries as half does unless the lower piece is 0.
      const lower = v128.and(RowUpdate.lowerPiece(values, factors), i32x4.splat(LOWER_MASK));
      const isLess =
        rounding == SPLIT_NEAREST ? i32x4.shr_s(floor, 31) : i32x4.eq(correction, i32x4.splat(0));
      correction = v128.and(i32x4.eq(lower, i32x4.splat(0)), isLess);
    }
    const addends = i32x4.add(v128.load(RowUpdate.LANES, 32), correction);
    return i32x4.add(old, i32x4.shr_s(i32x4.add(negated, addends), dropBits));
  }

  @inline
  private static confined(values: v128): v128 {
    const bits = RowUpdate.unusedBits;
    if (RowUpdate.wraps) {
      const raised = i32x4.shl(values, bits);
      return RowUpdate.isSigned ? i32x4.shr_s(raised, bits) : i32x4.shr_u(raised, bits);
    }
    const lowest = v128.load(RowUpdate.LANES, 0);
    const highest = v128.load(RowUpdate.LANES, 16);
    return i32x4.max_s(i32x4.min_s(values, highest), lowest);
  }
}
