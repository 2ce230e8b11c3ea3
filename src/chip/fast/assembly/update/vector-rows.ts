import { Layer, NEAREST, OverflowRecord, Run, STOCHASTIC } from '../parameters';
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
/** Operands that stay the same through a sample. They are read from memory, or the compiler would make them anew in every block. */
export const OPERANDS: usize = memory.data(144, 16);

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
  /** All rows of a sample. `inRegisters`: there are 16 lanes, whose states stay in two vectors throughout. Rounding, place and lanes are literals. */
  @inline
  static update(
    layer: Layer,
    overflow: OverflowRecord,
    rounding: i32,
    place: i32,
    inRegisters: bool,
  ): void {
    const ones = v128.load(OPERANDS, 0);
    const mask = v128.load(OPERANDS, 16);
    const oddBits = v128.load(OPERANDS, 32);
    const lowest = v128.load(OPERANDS, 48);
    const highest = v128.load(OPERANDS, 64);
    const existsLow = v128.load(OPERANDS, 80);
    const existsHigh = v128.load(OPERANDS, 96);
    const lanesEnd = load<u32>(OPERANDS, 112) as usize;
    const wholeBytes = load<u32>(OPERANDS, 116) as usize;
    const blockCount = load<i32>(OPERANDS, 120);
    // Bits to cut off below the 16 that decide (FAR, WIDE), or the bits of R below Q (NEAR); bits to raise R by (WIDE).
    const shiftBits = load<i32>(OPERANDS, 124);
    const raiseBits = load<i32>(OPERANDS, 128);
    const lanesAt = layer.laneStatesAt as usize;
    const ratesAt = layer.vectorRatesAt as usize;
    const hasRest = wholeBytes < (layer.neuronCount as usize);
    const isGated = layer.hasWriteGating;
    let wordsLow = inRegisters ? v128.load(lanesAt) : VectorRows.constantWord(rounding);
    let wordsHigh = inRegisters ? v128.load(lanesAt, 16) : wordsLow;
    let sameLanes = i8x16.splat(0);
    let fitLanes = i8x16.splat(0);
    let pendingBlocks: i32 = 0;
    let sameCount: i64 = 0;
    let fitCount: i64 = 0;
    const listAt = layer.eventListAt as usize;
    const listEnd = listAt + (layer.eventCount as usize) * EVENT_BYTES;
    for (let eventAt = listAt; eventAt < listEnd; eventAt += EVENT_BYTES) {
      const value = v128.load16_splat(eventAt, 4);
      const raisedValue = v128.load16_splat(eventAt, 6);
      let weightAt = load<u32>(eventAt) as usize;
      const wholeEnd = weightAt + wholeBytes;
      let rateAt = ratesAt;
      let laneAt = lanesAt;
      pendingBlocks += blockCount;
      if (pendingBlocks > BLOCKS_PER_COUNT) {
        sameCount += VectorRows.sumLanes(sameLanes);
        fitCount += VectorRows.sumLanes(fitLanes);
        sameLanes = i8x16.splat(0);
        fitLanes = i8x16.splat(0);
        pendingBlocks = blockCount;
      }
      if (isGated) WordWrites.copyRow(layer, weightAt);
      for (; weightAt < wholeEnd; weightAt += 16) {
        if (inRegisters) {
          wordsLow = VectorRows.clock(wordsLow, mask, oddBits);
          wordsHigh = VectorRows.clock(wordsHigh, mask, oddBits);
        } else if (rounding == STOCHASTIC) {
          wordsLow = VectorRows.clock(v128.load(laneAt), mask, oddBits);
          v128.store(laneAt, wordsLow);
          laneAt = VectorRows.following(laneAt, lanesAt, lanesEnd);
          wordsHigh = VectorRows.clock(v128.load(laneAt), mask, oddBits);
          v128.store(laneAt, wordsHigh);
          laneAt = VectorRows.following(laneAt, lanesAt, lanesEnd);
        }
        const old = v128.load(weightAt);
        const changes = VectorRows.changes(
          old,
          rateAt,
          value,
          raisedValue,
          wordsLow,
          wordsHigh,
          ones,
          shiftBits,
          raiseBits,
          rounding,
          place,
        );
        const next = VectorRows.settle(old, changes, lowest, highest);
        v128.store(weightAt, next);
        sameLanes = i8x16.sub(sameLanes, i8x16.eq(next, old));
        fitLanes = i8x16.sub(fitLanes, i8x16.eq(next, i8x16.sub(old, changes)));
        rateAt += 32;
      }
      if (hasRest) {
        if (inRegisters) {
          wordsLow = VectorRows.clockSome(wordsLow, mask, oddBits, existsLow);
          wordsHigh = VectorRows.clockSome(wordsHigh, mask, oddBits, existsHigh);
        } else if (rounding == STOCHASTIC) {
          wordsLow = VectorRows.clockSome(v128.load(laneAt), mask, oddBits, existsLow);
          v128.store(laneAt, wordsLow);
          laneAt = VectorRows.following(laneAt, lanesAt, lanesEnd);
          wordsHigh = VectorRows.clockSome(v128.load(laneAt), mask, oddBits, existsHigh);
          v128.store(laneAt, wordsHigh);
        }
        const old = v128.load(weightAt);
        const changes = VectorRows.changes(
          old,
          rateAt,
          value,
          raisedValue,
          wordsLow,
          wordsHigh,
          ones,
          shiftBits,
          raiseBits,
          rounding,
          place,
        );
        const next = VectorRows.settle(old, changes, lowest, highest);
        v128.store(weightAt, next);
        sameLanes = i8x16.sub(sameLanes, i8x16.eq(next, old));
        fitLanes = i8x16.sub(fitLanes, i8x16.eq(next, i8x16.sub(old, changes)));
      }
      if (isGated) {
        const event = (eventAt - listAt) >> 3;
        const axon = load<i32>((layer.eventAxonsAt as usize) + (event << 2));
        WordWrites.markChanged(layer, axon);
      }
    }
    if (inRegisters) {
      v128.store(lanesAt, wordsLow);
      v128.store(lanesAt, wordsHigh, 16);
    }
    sameCount += VectorRows.sumLanes(sameLanes);
    fitCount += VectorRows.sumLanes(fitLanes);
    VectorRows.count(layer, overflow, blockCount, sameCount, fitCount);
  }

  /** Q + [R > a] of 16 neurons: what each weight loses. */
  @inline
  private static changes(
    old: v128,
    rateAt: usize,
    value: v128,
    raisedValue: v128,
    wordsLow: v128,
    wordsHigh: v128,
    ones: v128,
    shiftBits: i32,
    raiseBits: i32,
    rounding: i32,
    place: i32,
  ): v128 {
    const ratesLow = v128.load(rateAt);
    const ratesHigh = v128.load(rateAt, 16);
    let floorsLow: v128;
    let floorsHigh: v128;
    let restsLow: v128;
    let restsHigh: v128;
    if (place == WIDE) {
      const first = VectorRows.alignWide(
        i32x4.extmul_low_i16x8_s(ratesLow, value),
        shiftBits,
        raiseBits,
      );
      const second = VectorRows.alignWide(
        i32x4.extmul_high_i16x8_s(ratesLow, value),
        shiftBits,
        raiseBits,
      );
      const third = VectorRows.alignWide(
        i32x4.extmul_low_i16x8_s(ratesHigh, value),
        shiftBits,
        raiseBits,
      );
      const fourth = VectorRows.alignWide(
        i32x4.extmul_high_i16x8_s(ratesHigh, value),
        shiftBits,
        raiseBits,
      );
      floorsLow = VectorRows.upperHalves(first, second);
      floorsHigh = VectorRows.upperHalves(third, fourth);
      restsLow = VectorRows.lowerHalves(first, second);
      restsHigh = VectorRows.lowerHalves(third, fourth);
    } else {
      let productsLow = i16x8.mul(ratesLow, value);
      let productsHigh = i16x8.mul(ratesHigh, value);
      if (place == FAR) {
        productsLow = i16x8.neg(i16x8.shr_s(productsLow, shiftBits));
        productsHigh = i16x8.neg(i16x8.shr_s(productsHigh, shiftBits));
        restsLow = productsLow;
        restsHigh = productsHigh;
      } else {
        restsLow = i16x8.mul(ratesLow, raisedValue);
        restsHigh = i16x8.mul(ratesHigh, raisedValue);
      }
      const floorBits = place == NEAR ? shiftBits : 15;
      floorsLow = i16x8.shr_s(productsLow, floorBits);
      floorsHigh = i16x8.shr_s(productsHigh, floorBits);
    }
    // The comparison is −1 where a ≥ R: Q + 1 − [a ≥ R].
    const changesLow = i16x8.add(floorsLow, i16x8.ge_u(wordsLow, restsLow));
    const changesHigh = i16x8.add(floorsHigh, i16x8.ge_u(wordsHigh, restsHigh));
    const changes = i8x16.add(i8x16.narrow_i16x8_s(changesLow, changesHigh), ones);
    if (rounding != NEAREST) return changes;
    // A half was rounded up; away from zero means down where the whole is negative, that is w − Q ≤ 0.
    const ties = i8x16.narrow_i16x8_s(i16x8.eq(restsLow, wordsLow), i16x8.eq(restsHigh, wordsHigh));
    const isDown = i8x16.le_s(i8x16.sub_sat_s(old, changes), i8x16.splat(0));
    return i8x16.sub(changes, v128.and(ties, isDown));
  }

  /** From −P in 32 bits: P, or V where bits are cut off, with R in the lower half and Q in the upper. */
  @inline
  private static alignWide(negated: v128, cutBits: i32, raiseBits: i32): v128 {
    return i32x4.shl(i32x4.neg(i32x4.shr_s(negated, cutBits)), raiseBits);
  }

  @inline
  private static upperHalves(low: v128, high: v128): v128 {
    return i16x8.narrow_i32x4_s(i32x4.shr_s(low, 16), i32x4.shr_s(high, 16));
  }

  @inline
  private static lowerHalves(low: v128, high: v128): v128 {
    const half = i32x4.splat(0xffff);
    return i16x8.narrow_i32x4_u(v128.and(low, half), v128.and(high, half));
  }

  /** old − changes, saturated to the weight's format. */
  @inline
  private static settle(old: v128, changes: v128, lowest: v128, highest: v128): v128 {
    return i8x16.max_s(i8x16.min_s(i8x16.sub_sat_s(old, changes), highest), lowest);
  }

  /** Clocks 8 registers. */
  @inline
  private static clock(states: v128, mask: v128, oddBits: v128): v128 {
    const isOdd = i16x8.neg(v128.and(states, oddBits));
    return v128.xor(i16x8.shr_u(states, 1), v128.and(isOdd, mask));
  }

  /** Clocks those of 8 registers whose neurons exist. */
  @inline
  private static clockSome(states: v128, mask: v128, oddBits: v128, exists: v128): v128 {
    return v128.bitselect(VectorRows.clock(states, mask, oddBits), states, exists);
  }

  /** Address of the next 8 registers; after the last lane comes the first. */
  @inline
  private static following(laneAt: usize, lanesAt: usize, lanesEnd: usize): usize {
    const nextAt = laneAt + 16;
    return nextAt == lanesEnd ? lanesAt : nextAt;
  }

  /** The word that makes the rounding without a random one. */
  @inline
  private static constantWord(rounding: i32): v128 {
    return i16x8.splat(rounding == NEAREST ? -0x8000 : 0);
  }

  private static count(
    layer: Layer,
    overflow: OverflowRecord,
    blockCount: i32,
    sameCount: i64,
    fitCount: i64,
  ): void {
    const eventCount = layer.eventCount as i64;
    // Lanes past the last neuron hold weight 0 and g 0: they neither change nor overflow.
    const laneUpdates = eventCount * ((blockCount << 4) as i64);
    store<i64>(layer.changedUpdatesAt, load<i64>(layer.changedUpdatesAt) + laneUpdates - sameCount);
    store<i64>(
      layer.nonZeroUpdatesAt,
      load<i64>(layer.nonZeroUpdatesAt) + eventCount * layer.nonZeroRateCount,
    );
    if (laneUpdates == fitCount) return;
    overflow.count += laneUpdates - fitCount;
    if (overflow.firstTrainingSample < 0) overflow.firstTrainingSample = Run.trainingSample;
  }

  private static sumLanes(lanes: v128): i64 {
    const pairs = i16x8.extadd_pairwise_i8x16_u(lanes);
    const quads = i32x4.extadd_pairwise_i16x8_u(pairs);
    return (
      (i32x4.extract_lane(quads, 0) as i64) +
      i32x4.extract_lane(quads, 1) +
      i32x4.extract_lane(quads, 2) +
      i32x4.extract_lane(quads, 3)
    );
  }
}
