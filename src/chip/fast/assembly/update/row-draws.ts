import { Chip, Layer } from '../parameters';
import { VectorLanes } from '../vector-lanes';

/** Registers in a vector where they have 16 bits, and where they have 32. */
const HALF_LANES: i32 = 8;
const WORD_LANES: i32 = 4;

/**
 * The random words of one row, a word for each column, as the addends of its roundings: i32 without their surplus low bits,
 * which decide nothing. Implements: docs/spec.md §2.5 for any number of lanes and any width of their registers.
 */
export class RowDraws {
  /** Clocks the lanes of all columns. */
  static fill(chip: Chip, layer: Layer, surplusBits: i32): void {
    if (layer.laneStateBytes == 4) RowDraws.fillWords(chip, layer, surplusBits);
    else if (layer.laneCount == 2 * HALF_LANES) RowDraws.fillSixteen(chip, layer, surplusBits);
    else RowDraws.fillHalves(chip, layer, surplusBits);
  }

  /** Sixteen registers of 16 bits stay in two vectors. */
  private static fillSixteen(chip: Chip, layer: Layer, surplusBits: i32): void {
    const mask = i16x8.splat(chip.generatorMask as i16);
    const statesAt = layer.laneStatesAt as usize;
    let low = v128.load(statesAt);
    let high = v128.load(statesAt, 16);
    let wordAt = layer.addendsAt as usize;
    const wholeEnd = wordAt + (((layer.columnCount & ~15) as usize) << 2);
    for (; wordAt < wholeEnd; wordAt += 64) {
      low = VectorLanes.clock(low, i16x8.splat(1), mask);
      high = VectorLanes.clock(high, i16x8.splat(1), mask);
      RowDraws.storeHalves(wordAt, low, surplusBits);
      RowDraws.storeHalves(wordAt + 32, high, surplusBits);
    }
    const rest = layer.columnCount & 15;
    if (rest > 0) {
      low = RowDraws.clockSomeHalves(low, mask, rest);
      high = RowDraws.clockSomeHalves(high, mask, rest - HALF_LANES);
      RowDraws.storeHalves(wordAt, low, surplusBits);
      RowDraws.storeHalves(wordAt + 32, high, surplusBits);
    }
    v128.store(statesAt, low);
    v128.store(statesAt, high, 16);
  }

  /** All lanes again and again; the words of a vector past the last lane are overwritten by the first lanes. */
  private static fillHalves(chip: Chip, layer: Layer, surplusBits: i32): void {
    const mask = i16x8.splat(chip.generatorMask as i16);
    const statesAt = layer.laneStatesAt as usize;
    const laneCount = layer.laneCount;
    for (let first: i32 = 0; first < layer.columnCount; first += laneCount) {
      const count = min(layer.columnCount - first, laneCount);
      for (let lane: i32 = 0; lane < count; lane += HALF_LANES) {
        const stateAt = statesAt + ((lane as usize) << 1);
        const wordAt = (layer.addendsAt as usize) + (((first + lane) as usize) << 2);
        const states = RowDraws.clockSomeHalves(v128.load(stateAt), mask, count - lane);
        v128.store(stateAt, states);
        RowDraws.storeHalves(wordAt, states, surplusBits);
      }
    }
  }

  /** The same for registers of up to 32 bits. */
  private static fillWords(chip: Chip, layer: Layer, surplusBits: i32): void {
    const mask = i32x4.splat(chip.generatorMask);
    const statesAt = layer.laneStatesAt as usize;
    const laneCount = layer.laneCount;
    for (let first: i32 = 0; first < layer.columnCount; first += laneCount) {
      const count = min(layer.columnCount - first, laneCount);
      for (let lane: i32 = 0; lane < count; lane += WORD_LANES) {
        const stateAt = statesAt + ((lane as usize) << 2);
        const wordAt = (layer.addendsAt as usize) + (((first + lane) as usize) << 2);
        const old = v128.load(stateAt);
        const isOdd = i32x4.neg(v128.and(old, i32x4.splat(1)));
        const clocked = v128.xor(i32x4.shr_u(old, 1), v128.and(isOdd, mask));
        const exists = i32x4.gt_s(i32x4.splat(count - lane), i32x4(0, 1, 2, 3));
        const states = v128.bitselect(clocked, old, exists);
        v128.store(stateAt, states);
        v128.store(wordAt, i32x4.shr_u(states, surplusBits));
      }
    }
  }

  /** Clocks the first `count` of 8 registers, or all. */
  @inline
  private static clockSomeHalves(states: v128, mask: v128, count: i32): v128 {
    const exists = i16x8.gt_s(i16x8.splat(count as i16), i16x8(0, 1, 2, 3, 4, 5, 6, 7));
    return v128.bitselect(VectorLanes.clock(states, i16x8.splat(1), mask), states, exists);
  }

  @inline
  private static storeHalves(wordAt: usize, states: v128, surplusBits: i32): void {
    const words = i16x8.shr_u(states, surplusBits);
    v128.store(wordAt, i32x4.extend_low_i16x8_u(words));
    v128.store(wordAt, i32x4.extend_high_i16x8_u(words), 16);
  }
}
