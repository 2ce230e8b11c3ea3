import { Lanes } from '../lanes';
import { SGD, STOCHASTIC } from '../numbers';
import { Chip, Layer, OverflowRecord, Steps, TensorFormat } from '../parameters';
import { Scalar } from '../scalar';
import { OptimizerStates } from '../states/optimizer-states';
import { WordWrites } from './word-writes';

/** The step of weights one after the other: right for every image. Implements: docs/spec.md §2.11. */
export class ScalarStep {
  /** All rows of a part. */
  static update(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const steps = changetype<Steps>(chip.stepsAt);
    const rowAt = layer.stepRowsAt as usize;
    const isPlain = steps.optimizer == SGD;
    for (let row = layer.firstRow; row < layer.rowEnd; row += 1) {
      let offset = (row as usize) * (layer.gradientPitchBytes as usize);
      let directionsAt = (layer.gradientsAt as usize) + offset;
      if (!isPlain) {
        const end = rowAt + ((layer.columnCount as usize) << 2);
        for (let at = rowAt; at < end; at += 4) {
          const gradient = load<i32>((layer.gradientsAt as usize) + offset) as i64;
          const direction = OptimizerStates.direction(chip, layer, steps, gradient, offset);
          store<i32>(at, direction as i32);
          offset += 4;
        }
        directionsAt = rowAt;
      }
      ScalarStep.updateRow(chip, layer, row, directionsAt, overflow);
    }
  }

  /** One row of a part: what takes the place of G in u = η·G is i32 per column from `directionsAt` on. */
  static updateRow(
    chip: Chip,
    layer: Layer,
    row: i32,
    directionsAt: usize,
    overflow: OverflowRecord,
  ): void {
    const format = changetype<TensorFormat>(chip.weightFormatAt);
    const mantissa: i64 = layer.rateMantissa;
    const weightBytes = layer.weightBytes;
    const isSigned = format.isSigned;
    const isStochastic = format.rounding == STOCHASTIC;
    const dropBits = layer.weightDropBits;
    const randomBits = chip.generatorBits;
    let nonZeroCount: i64 = 0;
    let changedCount: i64 = 0;
    let weightAt = (layer.weightsAt as usize) + (row as usize) * (layer.rowPitchBytes as usize);
    let lane: i32 = 0;
    WordWrites.openRow(row);
    for (let column: i32 = 0; column < layer.columnCount; column += 1) {
      const word = isStochastic ? Lanes.draw(chip, layer, lane) : 0;
      lane += 1;
      if (lane == layer.laneCount) lane = 0;
      const change = (load<i32>(directionsAt) as i64) * mantissa;
      directionsAt += 4;
      if (change != 0) {
        nonZeroCount += 1;
        const old = Scalar.loadWeight(weightAt, weightBytes, isSigned);
        const next = Scalar.subtract(old, change, dropBits, word, randomBits, format, overflow);
        if (next != old) {
          changedCount += 1;
          Scalar.storeWeight(weightAt, weightBytes, next);
          if (layer.hasWriteGating) WordWrites.mark(layer, column);
        }
      }
      weightAt += weightBytes;
    }
    store<i64>(layer.nonZeroUpdatesAt, load<i64>(layer.nonZeroUpdatesAt) + nonZeroCount);
    store<i64>(layer.changedUpdatesAt, load<i64>(layer.changedUpdatesAt) + changedCount);
  }
}
