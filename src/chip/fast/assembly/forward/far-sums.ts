import { VectorLanes } from '../vector-lanes';
import { PAIR_BYTES } from './pair-list';

/** Bytes of the pairs that are added at a time. */
export const FAR_SUMS_BYTES: usize = 4 * PAIR_BYTES;

/**
 * Adds Σ w·x of 8-bit weights over four listed pairs of events, row by row as they lie in memory: where weights are many, caches
 * fetch ahead of that. Implements: docs/spec.md §2.6 step 1.
 */
export class FarSums {
  static add(columnCount: usize, sumsAt: usize, pairAt: usize): void {
    const values0 = v128.load32_splat(pairAt, 8);
    const values1 = v128.load32_splat(pairAt + PAIR_BYTES, 8);
    const values2 = v128.load32_splat(pairAt + 2 * PAIR_BYTES, 8);
    const values3 = v128.load32_splat(pairAt + 3 * PAIR_BYTES, 8);
    const row0 = load<u32>(pairAt) as usize;
    const row1 = load<u32>(pairAt, 4) as usize;
    const row2 = load<u32>(pairAt + PAIR_BYTES) as usize;
    const row3 = load<u32>(pairAt + PAIR_BYTES, 4) as usize;
    const row4 = load<u32>(pairAt + 2 * PAIR_BYTES) as usize;
    const row5 = load<u32>(pairAt + 2 * PAIR_BYTES, 4) as usize;
    const row6 = load<u32>(pairAt + 3 * PAIR_BYTES) as usize;
    const row7 = load<u32>(pairAt + 3 * PAIR_BYTES, 4) as usize;
    for (let column: usize = 0; column < columnCount; column += 16) {
      let sum0 = v128.load(sumsAt);
      let sum1 = v128.load(sumsAt, 16);
      let sum2 = v128.load(sumsAt, 32);
      let sum3 = v128.load(sumsAt, 48);
      let first = v128.load(row0 + column);
      let second = v128.load(row1 + column);
      let low = VectorLanes.interleaveLow(first, second);
      let high = VectorLanes.interleaveHigh(first, second);
      sum0 = i32x4.add(sum0, FarSums.lowSums(low, values0));
      sum1 = i32x4.add(sum1, FarSums.highSums(low, values0));
      sum2 = i32x4.add(sum2, FarSums.lowSums(high, values0));
      sum3 = i32x4.add(sum3, FarSums.highSums(high, values0));
      first = v128.load(row2 + column);
      second = v128.load(row3 + column);
      low = VectorLanes.interleaveLow(first, second);
      high = VectorLanes.interleaveHigh(first, second);
      sum0 = i32x4.add(sum0, FarSums.lowSums(low, values1));
      sum1 = i32x4.add(sum1, FarSums.highSums(low, values1));
      sum2 = i32x4.add(sum2, FarSums.lowSums(high, values1));
      sum3 = i32x4.add(sum3, FarSums.highSums(high, values1));
      first = v128.load(row4 + column);
      second = v128.load(row5 + column);
      low = VectorLanes.interleaveLow(first, second);
      high = VectorLanes.interleaveHigh(first, second);
      sum0 = i32x4.add(sum0, FarSums.lowSums(low, values2));
      sum1 = i32x4.add(sum1, FarSums.highSums(low, values2));
      sum2 = i32x4.add(sum2, FarSums.lowSums(high, values2));
      sum3 = i32x4.add(sum3, FarSums.highSums(high, values2));
      first = v128.load(row6 + column);
      second = v128.load(row7 + column);
      low = VectorLanes.interleaveLow(first, second);
      high = VectorLanes.interleaveHigh(first, second);
      v128.store(sumsAt, i32x4.add(sum0, FarSums.lowSums(low, values3)));
      v128.store(sumsAt, i32x4.add(sum1, FarSums.highSums(low, values3)), 16);
      v128.store(sumsAt, i32x4.add(sum2, FarSums.lowSums(high, values3)), 32);
      v128.store(sumsAt, i32x4.add(sum3, FarSums.highSums(high, values3)), 48);
      sumsAt += 64;
    }
  }

  /** Products of 4 columns of a pair. */
  @inline
  private static lowSums(pairs: v128, values: v128): v128 {
    return i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(pairs), values);
  }

  @inline
  private static highSums(pairs: v128, values: v128): v128 {
    return i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(pairs), values);
  }
}
