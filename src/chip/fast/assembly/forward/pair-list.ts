import { HalfSums } from './half-sums';

/** Bytes of two entries: two row addresses and two 16-bit values. */
export const PAIR_BYTES: usize = 12;
/** Bytes before the entries: how many there are. */
const HEAD_BYTES: usize = 4;

/**
 * Rows of values and what each is multiplied with, two by two as the sums on vectors want them (vector-forward.ts). The
 * driver reserves 4 bytes and 12 for two entries (src/chip/fast/layout/layer-memory.ts).
 */
export class PairList {
  @inline
  static clear(listAt: usize): void {
    store<u32>(listAt, 0);
  }

  /** Adds a row times a value of 16 bits. */
  @inline
  static put(listAt: usize, rowAt: usize, value: i32): void {
    const count = load<u32>(listAt) as usize;
    const pairAt = listAt + HEAD_BYTES + (count >> 1) * PAIR_BYTES;
    const isSecond = count & 1;
    store<u32>(pairAt + (isSecond << 2), rowAt as u32);
    store<i16>(pairAt + 8 + (isSecond << 1), value as i16);
    store<u32>(listAt, (count + 1) as u32);
  }

  /** An odd entry is paired with a value of 0. */
  @inline
  static close(listAt: usize): void {
    const count = load<u32>(listAt);
    if ((count & 1) == 0) return;
    const rowAt = load<u32>(listAt + HEAD_BYTES + ((count >> 1) as usize) * PAIR_BYTES) as usize;
    PairList.put(listAt, rowAt, 0);
  }

  /** Adds Σ row·value to i32 sums, 16 columns at a time, of rows of i16. */
  static sum(columnCount: i32, listAt: usize, sumsAt: usize): void {
    const pairsAt = listAt + HEAD_BYTES;
    const pairsEnd = pairsAt + ((load<u32>(listAt) >> 1) as usize) * PAIR_BYTES;
    HalfSums.add(((columnCount + 15) & ~15) as usize, sumsAt, pairsAt, pairsEnd);
  }
}
