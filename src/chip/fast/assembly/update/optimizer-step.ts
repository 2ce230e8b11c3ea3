import { GradientGroups } from './gradient-groups';
import { GradientMemory } from './gradient-memory';
import { Lanes } from '../lanes';
import { OptimizerStates } from './optimizer-states';
import {
  BIAS,
  Chip,
  Layer,
  OverflowRecord,
  overflowOf,
  partAt,
  SGD,
  Steps,
  STOCHASTIC,
  TensorFormat,
  WEIGHT,
} from '../parameters';
import { Paths, STEP_SCALAR, STEP_WORDS } from '../paths';
import { Scalar } from '../scalar';
import { VectorStep } from './vector-step';
import { WordWrites } from './word-writes';

/** Weights and biases of a layer from its gradients. Implements: docs/spec.md §2.11 (step), §2.7, §4.5 (words). */
export class OptimizerStep {
  /** In each part rows ascending, columns ascending, then the biases; the gradients are 0 afterwards. */
  static take(chip: Chip, layer: Layer): void {
    GradientGroups.flush(layer);
    for (let index: i32 = 0; index < layer.partCount; index += 1) {
      const part = partAt(layer, index);
      const overflow = overflowOf(layer, WEIGHT);
      if (VectorStep.fits(chip, part)) {
        VectorStep.update(chip, part, layer.partCount > 1, overflow);
        Paths.count(part, STEP_WORDS);
      } else {
        OptimizerStep.updateWeights(chip, part, overflow);
        Paths.count(part, STEP_SCALAR);
      }
      if (!part.hasWriteGating) WordWrites.writeArray(part);
      if (part.isHome) OptimizerStep.updateBiases(chip, part);
    }
    GradientMemory.clear(layer);
  }

  private static updateWeights(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const format = changetype<TensorFormat>(chip.weightFormatAt);
    const steps = changetype<Steps>(chip.stepsAt);
    const isPlain = steps.optimizer == SGD;
    const mantissa: i64 = layer.rateMantissa;
    const weightBytes = layer.weightBytes;
    const isSigned = format.isSigned;
    const isStochastic = format.rounding == STOCHASTIC;
    const isGated = layer.hasWriteGating;
    const dropBits = layer.weightDropBits;
    const randomBits = chip.generatorBits;
    const columnCount = layer.columnCount;
    let nonZeroCount: i64 = 0;
    let changedCount: i64 = 0;
    for (let row = layer.firstRow; row < layer.rowEnd; row += 1) {
      let offset = (row as usize) * (layer.gradientPitchBytes as usize);
      let weightAt = (layer.weightsAt as usize) + (row as usize) * (layer.rowPitchBytes as usize);
      let lane: i32 = 0;
      WordWrites.openRow(row);
      for (let column: i32 = 0; column < columnCount; column += 1) {
        const word = isStochastic ? Lanes.draw(chip, layer, lane) : 0;
        lane += 1;
        if (lane == layer.laneCount) lane = 0;
        const gradient = load<i32>((layer.gradientsAt as usize) + offset) as i64;
        const direction = isPlain
          ? gradient
          : OptimizerStates.direction(chip, layer, steps, gradient, offset);
        const change = direction * mantissa;
        offset += 4;
        if (change != 0) {
          nonZeroCount += 1;
          const old = Scalar.loadWeight(weightAt, weightBytes, isSigned);
          const next = Scalar.subtract(old, change, dropBits, word, randomBits, format, overflow);
          if (next != old) {
            changedCount += 1;
            Scalar.storeWeight(weightAt, weightBytes, next);
            if (isGated) WordWrites.mark(layer, column);
          }
        }
        weightAt += weightBytes;
      }
    }
    store<i64>(layer.nonZeroUpdatesAt, load<i64>(layer.nonZeroUpdatesAt) + nonZeroCount);
    store<i64>(layer.changedUpdatesAt, load<i64>(layer.changedUpdatesAt) + changedCount);
  }

  private static updateBiases(chip: Chip, layer: Layer): void {
    const format = changetype<TensorFormat>(chip.biasFormatAt);
    const overflow: OverflowRecord = overflowOf(layer, BIAS);
    const steps = changetype<Steps>(chip.stepsAt);
    const mantissa: i64 = layer.rateMantissa;
    const isStochastic = format.rounding == STOCHASTIC;
    const dropBits = layer.biasDropBits;
    let offset = (layer.rowCount as usize) * (layer.gradientPitchBytes as usize);
    let lane: i32 = 0;
    for (let column: i32 = 0; column < layer.columnCount; column += 1) {
      const word = isStochastic ? Lanes.draw(chip, layer, lane) : 0;
      lane += 1;
      if (lane == layer.laneCount) lane = 0;
      const gradient = load<i32>((layer.gradientsAt as usize) + offset) as i64;
      const direction =
        steps.optimizer == SGD
          ? gradient
          : OptimizerStates.direction(chip, layer, steps, gradient, offset);
      const old = Scalar.loadBias(chip, layer, column);
      const change = direction * mantissa;
      const next = Scalar.subtract(
        old,
        change,
        dropBits,
        word,
        chip.generatorBits,
        format,
        overflow,
      );
      store<i32>((layer.biasesAt + (column << 2)) as usize, next as i32);
      offset += 4;
    }
  }
}
