import { NEAREST, STOCHASTIC } from '../numbers';
import { Layer, OverflowRecord } from '../parameters';
import { VectorLanes } from '../vector-lanes';
import { WordWrites } from './word-writes';

/** Blocks after which the 8-bit counters in lanes are emptied; no row has more (src/chip/fast/layout/vector-choice.ts). */
const BLOCKS_PER_COUNT: i32 = 255;

/** Where the dropped bits lie in 16-bit lanes: |P| < 2^d ≤ 2^16, so that Q is the sign; any other d ≤ 16; d > 16. */
export const SMALL: i32 = 0;
export const NEAR: i32 = 1;
export const FAR: i32 = 2;
/** The product needs 32-bit lanes, whatever d. */
export const WIDE: i32 = 3;

/** Bytes of an event in the update's list: row address, value, value raised to the top of 16 bits. */
export const EVENT_BYTES: usize = 8;
/**
 * Operands that stay the same through a sample, from vector-update.ts. They are read from memory, or the compiler would
 * make them anew in every block. Places: ones in lanes of 8 bits, the generator's mask, ones in lanes of 16 bits, ends of
 * the weights, neurons of the last block that exist; address after the lanes, columns in whole blocks, blocks, bits to
 * cut off below the 16 that decide (FAR, WIDE) or bits of R below Q (NEAR), bits to raise R by (WIDE).
 */
export const OPERANDS: usize = memory.data(144, 16);
/** The value of the event in flight in all lanes, and the same raised to the top. */
const EVENT: usize = memory.data(32, 16);
/** Counters in lanes of 8 bits: weights that stayed the same, and that did not overflow. */
const COUNTERS: usize = memory.data(32, 16);

/**
 * The weight update of 16 neurons at a time. Implements: docs/spec.md §2.5, §2.6 step 5 and §2.7 for saturating weights
 * of at most 8 bits.
 *
 * With P = g·x = Q·2^d + R, 0 ≤ R < 2^d, and a random word a aligned with R:
 * ⌊(w·2^d − P + a)/2^d⌋ = w − Q − [R > a]. R is shifted to the top of 16 bits and compared with the register itself:
 * where d < 16, the register's surplus low bits meet zeros of R and decide nothing. Where d > 16, the low d − 16 bits
 * of −P are cut off first, which is exact because a has zeros there: V = −⌊−P/2^(d−16)⌋ takes the place of P, and 16 that of d.
 * `truncate` is the word 0, `nearest` the word 2^15 with ties corrected.
 */
export class VectorRows {
  private static sameCount: i64 = 0;
  private static fitCount: i64 = 0;

  /** `rounding` and place as one literal, as the functions below want it. */
  @inline
  static kind(rounding: i32, place: i32): i32 {
    return (rounding << 2) | place;
  }

  /** All rows of a sample. `kind` and `inRegisters` are literals, the latter for 16 lanes: their states stay in two vectors. */
  @inline
  static update(layer: Layer, overflow: OverflowRecord, kind: i32, inRegisters: bool): void {
    const wholeBytes = load<u32>(OPERANDS, 116) as usize;
    const blockCount = load<i32>(OPERANDS, 120);
    const hasRest = wholeBytes < (layer.neuronCount as usize);
    const listAt = layer.eventListAt as usize;
    const listEnd = listAt + (layer.eventCount as usize) * EVENT_BYTES;
    let pendingBlocks: i32 = 0;
    VectorRows.sameCount = 0;
    VectorRows.fitCount = 0;
    for (let eventAt = listAt; eventAt < listEnd; eventAt += EVENT_BYTES) {
      pendingBlocks += blockCount;
      if (pendingBlocks > BLOCKS_PER_COUNT) {
        VectorRows.emptyCounters();
        pendingBlocks = blockCount;
      }
      const rowAt = load<u32>(eventAt) as usize;
      v128.store(EVENT, v128.load16_splat(eventAt, 4));
      v128.store(EVENT, v128.load16_splat(eventAt, 6), 16);
      if (layer.hasWriteGating) WordWrites.copyRow(layer, rowAt);
      if (inRegisters) VectorRows.updateSixteen(layer, rowAt, rowAt + wholeBytes, kind);
      else VectorRows.updateWhole(layer, rowAt, rowAt + wholeBytes, kind);
      if (hasRest) VectorRows.updateRest(layer, rowAt + wholeBytes, wholeBytes, kind);
      if (layer.hasWriteGating) WordWrites.markEvent(layer, ((eventAt - listAt) as i32) >> 3);
    }
    VectorRows.emptyCounters();
    VectorRows.count(layer, overflow, blockCount);
  }

  /** The whole blocks of a row by 16 lanes. */
  @inline
  private static updateSixteen(layer: Layer, rowAt: usize, rowEnd: usize, kind: i32): void {
    const lanesAt = layer.laneStatesAt as usize;
    let wordsLow = v128.load(lanesAt);
    let wordsHigh = v128.load(lanesAt, 16);
    let rateAt = layer.vectorRatesAt as usize;
    for (let weightAt = rowAt; weightAt < rowEnd; weightAt += 16) {
      wordsLow = VectorRows.clock(wordsLow);
      wordsHigh = VectorRows.clock(wordsHigh);
      VectorRows.updateBlock(weightAt, rateAt, wordsLow, wordsHigh, kind);
      rateAt += 32;
    }
    v128.store(lanesAt, wordsLow);
    v128.store(lanesAt, wordsHigh, 16);
  }

  /** The whole blocks of a row by any lanes, or without any. */
  @inline
  private static updateWhole(layer: Layer, rowAt: usize, rowEnd: usize, kind: i32): void {
    const lanesAt = layer.laneStatesAt as usize;
    const lanesEnd = load<u32>(OPERANDS, 112) as usize;
    let laneAt = lanesAt;
    let wordsLow = VectorRows.constantWord(kind);
    let wordsHigh = wordsLow;
    let rateAt = layer.vectorRatesAt as usize;
    for (let weightAt = rowAt; weightAt < rowEnd; weightAt += 16) {
      if (kind >> 2 == STOCHASTIC) {
        wordsLow = VectorRows.clock(v128.load(laneAt));
        v128.store(laneAt, wordsLow);
        laneAt = VectorRows.following(laneAt, lanesAt, lanesEnd);
        wordsHigh = VectorRows.clock(v128.load(laneAt));
        v128.store(laneAt, wordsHigh);
        laneAt = VectorRows.following(laneAt, lanesAt, lanesEnd);
      }
      VectorRows.updateBlock(weightAt, rateAt, wordsLow, wordsHigh, kind);
      rateAt += 32;
    }
  }

  /** The last neurons of a row, fewer than 16: the others that the block reaches have a g of 0, and lanes that stand still. */
  @inline
  private static updateRest(layer: Layer, weightAt: usize, wholeBytes: usize, kind: i32): void {
    let wordsLow = VectorRows.constantWord(kind);
    let wordsHigh = wordsLow;
    if (kind >> 2 == STOCHASTIC) {
      const lanesAt = layer.laneStatesAt as usize;
      const lanesEnd = load<u32>(OPERANDS, 112) as usize;
      let laneAt = lanesAt + ((wholeBytes << 1) % (lanesEnd - lanesAt));
      wordsLow = VectorRows.clockSome(v128.load(laneAt), v128.load(OPERANDS, 80));
      v128.store(laneAt, wordsLow);
      laneAt = VectorRows.following(laneAt, lanesAt, lanesEnd);
      wordsHigh = VectorRows.clockSome(v128.load(laneAt), v128.load(OPERANDS, 96));
      v128.store(laneAt, wordsHigh);
    }
    const rateAt = (layer.vectorRatesAt as usize) + (wholeBytes << 1);
    VectorRows.updateBlock(weightAt, rateAt, wordsLow, wordsHigh, kind);
  }

  /** 16 neurons. */
  @inline
  private static updateBlock(
    weightAt: usize,
    rateAt: usize,
    wordsLow: v128,
    wordsHigh: v128,
    kind: i32,
  ): void {
    const old = v128.load(weightAt);
    const low = VectorRows.changes(rateAt, wordsLow, kind);
    const high = VectorRows.changes(rateAt + 16, wordsHigh, kind);
    let changes = i8x16.add(i8x16.narrow_i16x8_s(low, high), v128.load(OPERANDS, 0));
    if (kind >> 2 == NEAREST) {
      // A half was rounded up; away from zero means down where the whole is negative, that is w − Q ≤ 0.
      const tiesLow = i16x8.eq(VectorRows.rests(rateAt, kind), wordsLow);
      const tiesHigh = i16x8.eq(VectorRows.rests(rateAt + 16, kind), wordsHigh);
      const isDown = i8x16.le_s(i8x16.sub_sat_s(old, changes), i8x16.splat(0));
      changes = i8x16.sub(changes, v128.and(i8x16.narrow_i16x8_s(tiesLow, tiesHigh), isDown));
    }
    const confined = i8x16.min_s(i8x16.sub_sat_s(old, changes), v128.load(OPERANDS, 64));
    const next = i8x16.max_s(confined, v128.load(OPERANDS, 48));
    v128.store(weightAt, next);
    const fits = i8x16.eq(next, i8x16.sub(old, changes));
    v128.store(COUNTERS, i8x16.sub(v128.load(COUNTERS), i8x16.eq(next, old)));
    v128.store(COUNTERS, i8x16.sub(v128.load(COUNTERS, 16), fits), 16);
  }

  /** Q + [R > a] − 1 of 8 neurons: what each weight loses, less one. */
  @inline
  private static changes(rateAt: usize, words: v128, kind: i32): v128 {
    // The comparison is −1 where a ≥ R: Q + 1 − [a ≥ R].
    const isKept = i16x8.ge_u(words, VectorRows.rests(rateAt, kind));
    return i16x8.add(VectorRows.floors(rateAt, kind), isKept);
  }

  /** Q of 8 neurons. */
  @inline
  private static floors(rateAt: usize, kind: i32): v128 {
    if ((kind & 3) == WIDE) {
      const low = VectorRows.wideLow(rateAt);
      const high = VectorRows.wideHigh(rateAt);
      return i16x8.narrow_i32x4_s(i32x4.shr_s(low, 16), i32x4.shr_s(high, 16));
    }
    if ((kind & 3) == FAR) return i16x8.shr_s(VectorRows.cut(rateAt), 15);
    const floorBits = (kind & 3) == NEAR ? load<i32>(OPERANDS, 124) : 15;
    return i16x8.shr_s(i16x8.mul(v128.load(rateAt), v128.load(EVENT)), floorBits);
  }

  /** R of 8 neurons, at the top of 16 bits. */
  @inline
  private static rests(rateAt: usize, kind: i32): v128 {
    if ((kind & 3) == WIDE) {
      const half = i32x4.splat(0xffff);
      const low = v128.and(VectorRows.wideLow(rateAt), half);
      return i16x8.narrow_i32x4_u(low, v128.and(VectorRows.wideHigh(rateAt), half));
    }
    if ((kind & 3) == FAR) return VectorRows.cut(rateAt);
    return i16x8.mul(v128.load(rateAt), v128.load(EVENT, 16));
  }

  /** FAR: V from −P. */
  @inline
  private static cut(rateAt: usize): v128 {
    const negated = i16x8.mul(v128.load(rateAt), v128.load(EVENT));
    return i16x8.neg(i16x8.shr_s(negated, load<i32>(OPERANDS, 124)));
  }

  /** WIDE: P, or V where bits are cut off, with R in the lower half and Q in the upper. */
  @inline
  private static wideLow(rateAt: usize): v128 {
    return VectorRows.alignWide(i32x4.extmul_low_i16x8_s(v128.load(rateAt), v128.load(EVENT)));
  }

  @inline
  private static wideHigh(rateAt: usize): v128 {
    return VectorRows.alignWide(i32x4.extmul_high_i16x8_s(v128.load(rateAt), v128.load(EVENT)));
  }

  /** From −P. */
  @inline
  private static alignWide(negated: v128): v128 {
    const cut = i32x4.neg(i32x4.shr_s(negated, load<i32>(OPERANDS, 124)));
    return i32x4.shl(cut, load<i32>(OPERANDS, 128));
  }

  /** Clocks 8 registers. */
  @inline
  private static clock(states: v128): v128 {
    return VectorLanes.clock(states, v128.load(OPERANDS, 32), v128.load(OPERANDS, 16));
  }

  /** Clocks those of 8 registers whose neurons exist. */
  @inline
  private static clockSome(states: v128, exists: v128): v128 {
    return v128.bitselect(VectorRows.clock(states), states, exists);
  }

  /** Address of the next 8 registers; after the last lane comes the first. */
  @inline
  private static following(laneAt: usize, lanesAt: usize, lanesEnd: usize): usize {
    const nextAt = laneAt + 16;
    return nextAt == lanesEnd ? lanesAt : nextAt;
  }

  /** The word that makes the rounding without a random one. */
  @inline
  private static constantWord(kind: i32): v128 {
    return i16x8.splat(kind >> 2 == NEAREST ? -0x8000 : 0);
  }

  private static emptyCounters(): void {
    VectorRows.sameCount += VectorLanes.sumBytes(v128.load(COUNTERS));
    VectorRows.fitCount += VectorLanes.sumBytes(v128.load(COUNTERS, 16));
    v128.store(COUNTERS, i8x16.splat(0));
    v128.store(COUNTERS, i8x16.splat(0), 16);
  }

  private static count(layer: Layer, overflow: OverflowRecord, blockCount: i32): void {
    const eventCount = layer.eventCount as i64;
    // Lanes past the last neuron have a g of 0: they neither change nor overflow.
    const laneUpdates = eventCount * ((blockCount << 4) as i64);
    const changedCount = laneUpdates - VectorRows.sameCount;
    store<i64>(layer.changedUpdatesAt, load<i64>(layer.changedUpdatesAt) + changedCount);
    const nonZeroCount = eventCount * layer.nonZeroRateCount;
    store<i64>(layer.nonZeroUpdatesAt, load<i64>(layer.nonZeroUpdatesAt) + nonZeroCount);
    const misfitCount = laneUpdates - VectorRows.fitCount;
    if (misfitCount == 0) return;
    overflow.add(misfitCount);
  }
}
