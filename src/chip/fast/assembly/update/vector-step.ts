import { STOCHASTIC } from '../numbers';
import { Chip, Layer, OverflowRecord, TensorFormat } from '../parameters';
import { RowJumps } from './row-jumps';
import { RowUpdate } from './row-update';

/** A gradient of 32 bits has at most this magnitude. */
const LARGEST_GRADIENT: i64 = 1 << 31;

/**
 * The step of sgd in lanes of 32 bits. Rows without an event since the last step have gradients of 0: only their words are
 * drawn. Implements: docs/spec.md §2.11, for weights stored in 8 or 16 bits.
 */
export class VectorStep {
  /** Whether every u of the step of sgd fits the lanes. */
  static fits(chip: Chip, layer: Layer): bool {
    const largest = VectorStep.largestGradient(layer);
    const factor: i64 = layer.rateMantissa;
    if (factor == 0) return false;
    return (
      largest <= RowUpdate.largestValue(chip, layer, factor) ||
      largest <= RowUpdate.largestSplitValue(chip, layer, factor)
    );
  }

  private static largestGradient(layer: Layer): i64 {
    return min(load<i64>(layer.gradientBoundAt as usize), LARGEST_GRADIENT);
  }

  /** `isCut`: other parts of the layer have the columns beside. */
  static update(chip: Chip, layer: Layer, isCut: bool, overflow: OverflowRecord): void {
    const draws = changetype<TensorFormat>(chip.weightFormatAt).rounding == STOCHASTIC;
    const jumps = draws && RowJumps.fits(layer);
    if (jumps) RowJumps.open(chip, layer);
    const largest = VectorStep.largestGradient(layer);
    if (largest <= RowUpdate.largestValue(chip, layer, layer.rateMantissa)) {
      RowUpdate.open(chip, layer);
    } else {
      RowUpdate.openSplit(chip, layer);
    }
    let rowCount: i32 = 0;
    let nonZeroCount: i64 = 0;
    for (let row = layer.firstRow; row < layer.rowEnd; row += 1) {
      if (!load<u8>((layer.touchedRowsAt + row) as usize)) {
        if (jumps) RowJumps.skipRow(chip, layer);
        else if (draws) RowUpdate.drawRow(chip, layer);
        continue;
      }
      const gradientsAt =
        (layer.gradientsAt as usize) + (row as usize) * (layer.gradientPitchBytes as usize);
      const valuesAt = isCut ? VectorStep.copyRow(layer, gradientsAt, 0) : gradientsAt;
      nonZeroCount += VectorStep.countNonZero(layer, valuesAt);
      RowUpdate.updateRow(chip, layer, row, valuesAt, layer.rateMantissa);
      rowCount += 1;
    }
    RowUpdate.close(layer, rowCount, overflow);
    store<i64>(layer.nonZeroUpdatesAt, load<i64>(layer.nonZeroUpdatesAt) + nonZeroCount);
  }

  /** The part's columns of a row of i32, followed by zeros, at one of the places for rows of a step. */
  static copyRow(layer: Layer, valuesAt: usize, place: i32): usize {
    const bytes = ((layer.columnCount + 7) & ~7) << 2;
    const ownBytes = layer.columnCount << 2;
    const rowAt = (layer.stepRowsAt + place * bytes) as usize;
    memory.copy(rowAt, valuesAt, ownBytes);
    memory.fill(rowAt + (ownBytes as usize), 0, bytes - ownBytes);
    return rowAt;
  }

  /** Values other than 0 in a row of i32, which has zeros past the part's last column. */
  static countNonZero(layer: Layer, valuesAt: usize): i64 {
    const zero = i32x4.splat(0);
    let counts = zero;
    const end = valuesAt + ((layer.columnCount as usize) << 2);
    for (let at = valuesAt; at < end; at += 16) {
      counts = i32x4.sub(counts, i32x4.ne(v128.load(at), zero));
    }
    const pairs = i32x4.add(counts, i64x2.shr_u(counts, 32));
    return (i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 2)) as i64;
  }
}
