/** What several loops do with the lanes of a vector. */
export class VectorLanes {
  /** Clocks 8 registers of 16 bits; `ones`: 1 in every lane (docs/spec.md §2.5). */
  @inline
  static clock(states: v128, ones: v128, mask: v128): v128 {
    const isOdd = i16x8.neg(v128.and(states, ones));
    return v128.xor(i16x8.shr_u(states, 1), v128.and(isOdd, mask));
  }

  /** Σ of 16 unsigned bytes. */
  static sumBytes(lanes: v128): i64 {
    const pairs = i16x8.extadd_pairwise_i8x16_u(lanes);
    return VectorLanes.sumWords(i32x4.extadd_pairwise_i16x8_u(pairs));
  }

  /** Σ of 4 signed words of 32 bits. */
  static sumWords(lanes: v128): i64 {
    return (
      (i32x4.extract_lane(lanes, 0) as i64) +
      i32x4.extract_lane(lanes, 1) +
      i32x4.extract_lane(lanes, 2) +
      i32x4.extract_lane(lanes, 3)
    );
  }

  /** Bytes of two rows in turns: the first 8 columns. */
  @inline
  static interleaveLow(first: v128, second: v128): v128 {
    return i8x16.shuffle(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  }

  /** Bytes of two rows in turns: the last 8 columns. */
  @inline
  static interleaveHigh(first: v128, second: v128): v128 {
    // prettier-ignore
    return i8x16.shuffle(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  }
}
