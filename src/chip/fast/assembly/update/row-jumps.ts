import { Chip, Layer } from '../parameters';
import { VectorLanes } from '../vector-lanes';

/** Bits of a register of the lanes that jump, and lanes in a vector. */
const REGISTER_BITS: i32 = 16;
const VECTOR_LANES: i32 = 8;

/**
 * Clocks of a whole row at once, for rows in which no weight changes: the words are drawn all the same (docs/spec.md §2.11).
 * A clock is linear over single bits, so that q clocks are one product with a matrix: column i is bit i after q clocks.
 */
export class RowJumps {
  /** Clocks of every lane in a row, and lanes that are clocked once more. */
  private static clockCount: i32 = 0;
  private static moreLanes: i32 = 0;
  private static readonly COLUMNS: usize = memory.data(32, 16);

  /** Whether the layer's lanes can jump. */
  static fits(layer: Layer): bool {
    return layer.laneStateBytes == 2;
  }

  /** Before the rows of a step. */
  static open(chip: Chip, layer: Layer): void {
    RowJumps.clockCount = layer.columnCount / layer.laneCount;
    RowJumps.moreLanes = layer.columnCount - RowJumps.clockCount * layer.laneCount;
    const mask = i16x8.splat(chip.generatorMask as i16);
    let low = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
    let high = i16x8.shl(low, VECTOR_LANES);
    for (let clock: i32 = 0; clock < RowJumps.clockCount; clock += 1) {
      low = VectorLanes.clock(low, i16x8.splat(1), mask);
      high = VectorLanes.clock(high, i16x8.splat(1), mask);
    }
    v128.store(RowJumps.COLUMNS, low);
    v128.store(RowJumps.COLUMNS, high, 16);
  }

  /** All lanes as if the row had drawn a word for every column. */
  static skipRow(chip: Chip, layer: Layer): void {
    const mask = i16x8.splat(chip.generatorMask as i16);
    const places = i16x8(0, 1, 2, 3, 4, 5, 6, 7);
    for (let lane: i32 = 0; lane < layer.laneCount; lane += VECTOR_LANES) {
      const stateAt = (layer.laneStatesAt as usize) + ((lane as usize) << 1);
      const states = RowJumps.jump(v128.load(stateAt));
      const isOneOfMore = i16x8.gt_s(i16x8.splat((RowJumps.moreLanes - lane) as i16), places);
      v128.store(
        stateAt,
        v128.bitselect(VectorLanes.clock(states, i16x8.splat(1), mask), states, isOneOfMore),
      );
    }
  }

  @inline
  private static jump(states: v128): v128 {
    let jumped = i16x8.splat(0);
    for (let bit: i32 = 0; bit < REGISTER_BITS; bit += 1) {
      const column = v128.load16_splat(RowJumps.COLUMNS + ((bit as usize) << 1));
      const isSet = i16x8.shr_s(i16x8.shl(states, REGISTER_BITS - 1 - bit), REGISTER_BITS - 1);
      jumped = v128.xor(jumped, v128.and(isSet, column));
    }
    return jumped;
  }
}
