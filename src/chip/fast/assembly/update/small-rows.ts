import { Layer, OverflowRecord } from '../parameters';
import { VectorLanes } from '../vector-lanes';
import { EVENT_BYTES, OPERANDS } from './vector-rows';
import { WordWrites } from './word-writes';

/** Rows, and blocks of 16 columns, after which counters in lanes of 8 bits are emptied. */
const MOST_COUNTED: i32 = 255;
/** Lanes: weights of the open rows that stayed the same. */
const SAME: usize = memory.data(16, 16);

/**
 * The weight update of vector-rows.ts for `stochastic` in 16 lanes where |g·x| < 2^d: the frequent case, in two thirds of
 * its operations. Q is 0, or −1 where g·x is negative, so a byte per column says Q + 1 for events above 0, and another for those below:
 * a weight loses Q + [R > a], at most 1. What overflows stays as it is though it should have changed: overflows are the
 * weights that stayed the same, less those that lose nothing. Counted by column is [R ≤ a].
 */
export class SmallRows {
  private static sameCount: i64 = 0;
  /** Weights that lose nothing. */
  private static keptCount: i64 = 0;
  private static openBlocks: i32 = 0;
  /** Rows above and below 0 since the counters by column were emptied. */
  private static rowsAbove: i32 = 0;
  private static rowsBelow: i32 = 0;

  /** All rows of a sample, whose rates, events and operands stand written; `isFull`, a literal: weights of 8 bits. */
  @inline
  static update(layer: Layer, overflow: OverflowRecord, isFull: bool): void {
    const blockCount = load<i32>(OPERANDS, 120);
    const bytes = (blockCount as usize) << 4;
    const aboveAt = (layer.vectorRatesAt as usize) + (bytes << 1);
    const belowAt = aboveAt + (bytes << 1);
    SmallRows.writeSigns(layer, aboveAt, belowAt, bytes);
    SmallRows.sameCount = 0;
    SmallRows.keptCount = 0;
    const listAt = layer.eventListAt as usize;
    const listEnd = listAt + (layer.eventCount as usize) * EVENT_BYTES;
    for (let eventAt = listAt; eventAt < listEnd; eventAt += EVENT_BYTES) {
      SmallRows.openBlocks += blockCount;
      if (SmallRows.openBlocks > MOST_COUNTED) SmallRows.emptySame(blockCount);
      const isBelow = load<i16>(eventAt, 4) < 0;
      if (isBelow) SmallRows.rowsBelow += 1;
      else SmallRows.rowsAbove += 1;
      const rowAt = load<u32>(eventAt) as usize;
      if (layer.hasWriteGating) WordWrites.copyRow(layer, rowAt);
      SmallRows.updateRow(layer, eventAt, isBelow ? belowAt : aboveAt, bytes, isFull);
      if (layer.hasWriteGating) WordWrites.markEvent(layer, ((eventAt - listAt) as i32) >> 3);
      if (SmallRows.rowsAbove + SmallRows.rowsBelow == MOST_COUNTED) {
        SmallRows.emptyKept(aboveAt, belowAt, bytes);
      }
    }
    SmallRows.emptySame(0);
    SmallRows.emptyKept(aboveAt, belowAt, bytes);
    SmallRows.count(layer, overflow, blockCount);
  }

  /** Q + 1 of all columns for events above 0, then for those below; after each of them, counters by column. */
  private static writeSigns(layer: Layer, aboveAt: usize, belowAt: usize, bytes: usize): void {
    const ones = i8x16.splat(1);
    let rateAt = layer.vectorRatesAt as usize;
    for (let offset: usize = 0; offset < bytes; offset += 16) {
      const signs = i8x16.narrow_i16x8_s(v128.load(rateAt), v128.load(rateAt, 16));
      v128.store(aboveAt + offset, i8x16.add(ones, i8x16.lt_s(signs, i8x16.splat(0))));
      v128.store(belowAt + offset, i8x16.add(ones, i8x16.gt_s(signs, i8x16.splat(0))));
      rateAt += 32;
    }
    memory.fill(aboveAt + bytes, 0, bytes);
    memory.fill(belowAt + bytes, 0, bytes);
  }

  @inline
  private static updateRow(
    layer: Layer,
    eventAt: usize,
    signAt: usize,
    bytes: usize,
    isFull: bool,
  ): void {
    const lanesAt = layer.laneStatesAt as usize;
    const value = v128.load16_splat(eventAt, 6);
    const ones = v128.load(OPERANDS, 32);
    const mask = v128.load(OPERANDS, 16);
    const wholeEnd = signAt + (load<u32>(OPERANDS, 116) as usize);
    let low = v128.load(lanesAt);
    let high = v128.load(lanesAt, 16);
    let same = v128.load(SAME);
    let rateAt = layer.vectorRatesAt as usize;
    let weightAt = load<u32>(eventAt) as usize;
    for (; signAt < wholeEnd; signAt += 16) {
      low = VectorLanes.clock(low, ones, mask);
      high = VectorLanes.clock(high, ones, mask);
      const old = v128.load(weightAt);
      const next = SmallRows.next(old, rateAt, signAt, bytes, value, low, high, isFull);
      v128.store(weightAt, next);
      same = i8x16.sub(same, i8x16.eq(next, old));
      weightAt += 16;
      rateAt += 32;
    }
    if ((layer.neuronCount & 15) != 0) {
      // Columns past the last have a g of 0, and lanes that stand still.
      low = v128.bitselect(VectorLanes.clock(low, ones, mask), low, v128.load(OPERANDS, 80));
      high = v128.bitselect(VectorLanes.clock(high, ones, mask), high, v128.load(OPERANDS, 96));
      const old = v128.load(weightAt);
      const next = SmallRows.next(old, rateAt, signAt, bytes, value, low, high, isFull);
      v128.store(weightAt, next);
      same = i8x16.sub(same, i8x16.eq(next, old));
    }
    v128.store(SAME, same);
    v128.store(lanesAt, low);
    v128.store(lanesAt, high, 16);
  }

  /** The new weights of 16 columns. */
  @inline
  private static next(
    old: v128,
    rateAt: usize,
    signAt: usize,
    bytes: usize,
    value: v128,
    low: v128,
    high: v128,
    isFull: bool,
  ): v128 {
    // R − a where R is larger, else 0; narrowing keeps what is not 0.
    const moreLow = i16x8.sub_sat_u(i16x8.mul(v128.load(rateAt), value), low);
    const moreHigh = i16x8.sub_sat_u(i16x8.mul(v128.load(rateAt, 16), value), high);
    const isKept = i8x16.eq(i8x16.narrow_i16x8_s(moreLow, moreHigh), i8x16.splat(0));
    const counterAt = signAt + bytes;
    v128.store(counterAt, i8x16.sub(v128.load(counterAt), isKept));
    const next = i8x16.sub_sat_s(old, i8x16.add(v128.load(signAt), isKept));
    if (isFull) return next;
    return i8x16.max_s(i8x16.min_s(next, v128.load(OPERANDS, 64)), v128.load(OPERANDS, 48));
  }

  private static emptySame(openBlocks: i32): void {
    SmallRows.sameCount += VectorLanes.sumBytes(v128.load(SAME));
    SmallRows.openBlocks = openBlocks;
    v128.store(SAME, i8x16.splat(0));
  }

  private static emptyKept(aboveAt: usize, belowAt: usize, bytes: usize): void {
    SmallRows.emptyKeptOf(aboveAt, bytes, SmallRows.rowsAbove);
    SmallRows.emptyKeptOf(belowAt, bytes, SmallRows.rowsBelow);
    SmallRows.rowsAbove = 0;
    SmallRows.rowsBelow = 0;
  }

  private static emptyKeptOf(signAt: usize, bytes: usize, rowCount: i32): void {
    if (rowCount == 0) return;
    const rows = i8x16.splat(rowCount as i8);
    const end = signAt + bytes;
    for (; signAt < end; signAt += 16) {
      const counts = v128.load(signAt + bytes);
      // Where Q is 0 a weight loses nothing if R ≤ a, where it is −1 if not.
      const isZero = i8x16.eq(v128.load(signAt), i8x16.splat(1));
      const kept = v128.bitselect(counts, i8x16.sub(rows, counts), isZero);
      SmallRows.keptCount += VectorLanes.sumBytes(kept);
      v128.store(signAt + bytes, i8x16.splat(0));
    }
  }

  private static count(layer: Layer, overflow: OverflowRecord, blockCount: i32): void {
    const eventCount = layer.eventCount as i64;
    const changedCount = eventCount * ((blockCount << 4) as i64) - SmallRows.sameCount;
    store<i64>(layer.changedUpdatesAt, load<i64>(layer.changedUpdatesAt) + changedCount);
    const nonZeroCount = eventCount * layer.nonZeroRateCount;
    store<i64>(layer.nonZeroUpdatesAt, load<i64>(layer.nonZeroUpdatesAt) + nonZeroCount);
    const misfitCount = SmallRows.sameCount - SmallRows.keptCount;
    if (misfitCount == 0) return;
    overflow.add(misfitCount);
  }
}
