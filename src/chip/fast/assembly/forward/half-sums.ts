import { PAIR_BYTES } from './pair-list';

/** Adds Σ w·x of 16-bit weights over listed pairs of events, 16 neurons at a time in registers. Implements: docs/spec.md §2.6 step 1. */
export class HalfSums {
  static add(columnCount: usize, sumsAt: usize, pairsAt: usize, pairsEnd: usize): void {
    for (let column: usize = 0; column < columnCount; column += 16) {
      HalfSums.addBlock(pairsAt, pairsEnd, column << 1, sumsAt + (column << 2));
    }
  }

  private static addBlock(pairsAt: usize, pairsEnd: usize, offset: usize, sumsAt: usize): void {
    let sum0 = v128.load(sumsAt);
    let sum1 = v128.load(sumsAt, 16);
    let sum2 = v128.load(sumsAt, 32);
    let sum3 = v128.load(sumsAt, 48);
    for (let pairAt = pairsAt; pairAt < pairsEnd; pairAt += PAIR_BYTES) {
      const firstAt = (load<u32>(pairAt) as usize) + offset;
      const secondAt = (load<u32>(pairAt, 4) as usize) + offset;
      const values = v128.load32_splat(pairAt, 8);
      let first = v128.load(firstAt);
      let second = v128.load(secondAt);
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(HalfSums.pairLow(first, second), values));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(HalfSums.pairHigh(first, second), values));
      first = v128.load(firstAt, 16);
      second = v128.load(secondAt, 16);
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(HalfSums.pairLow(first, second), values));
      sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(HalfSums.pairHigh(first, second), values));
    }
    v128.store(sumsAt, sum0);
    v128.store(sumsAt, sum1, 16);
    v128.store(sumsAt, sum2, 32);
    v128.store(sumsAt, sum3, 48);
  }

  @inline
  private static pairLow(first: v128, second: v128): v128 {
    return i16x8.shuffle(first, second, 0, 8, 1, 9, 2, 10, 3, 11);
  }

  @inline
  private static pairHigh(first: v128, second: v128): v128 {
    return i16x8.shuffle(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
  }
}
