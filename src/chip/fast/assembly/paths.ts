import { Layer } from './parameters';

/*
 * Which loops did the work, for the record: counters of 64 bits after those of the updates, numbered as in the driver
 * (src/chip/fast/layout/engine-paths.ts). Forward sums are counted for each kind of run, four places each.
 */

/** Sums of pairs of products; the same in pieces that fit 32 bits; one product at a time on vectors; one by one. */
export const FORWARD_PAIRS: i32 = 0;
export const FORWARD_PIECES: i32 = 1;
export const FORWARD_PRODUCTS: i32 = 2;
export const FORWARD_SCALAR: i32 = 3;
const FORWARD_PLACES: i32 = 4;
/** Weight updates in lanes of 8 and of 32 bits, or one by one. */
export const UPDATE_BYTES: i32 = 12;
export const UPDATE_WORDS: i32 = 13;
export const UPDATE_SCALAR: i32 = 14;
/** Gradients added for groups of samples or of positions, row by row, or one by one. */
export const GRADIENT_GROUPS: i32 = 15;
export const GRADIENT_ROWS: i32 = 16;
export const GRADIENT_SCALAR: i32 = 17;
/** Steps in lanes of 32 bits; in doubles; in doubles where some rows went one by one; one by one. */
export const STEP_WORDS: i32 = 18;
export const STEP_DOUBLES: i32 = 19;
export const STEP_MIXED: i32 = 20;
export const STEP_SCALAR: i32 = 21;

export class Paths {
  /** A layer, or a part of one, did this for one sample or one step. */
  @inline
  static count(layer: Layer, path: i32): void {
    const countAt = (layer.pathsAt + (path << 3)) as usize;
    store<i64>(countAt, load<i64>(countAt) + 1);
  }

  /** The forward sums of a sample in a `kind` of run. */
  @inline
  static countForward(layer: Layer, kind: i32, path: i32): void {
    Paths.count(layer, kind * FORWARD_PLACES + path);
  }
}
