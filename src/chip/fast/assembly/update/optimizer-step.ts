import { GradientGroups } from './gradient-groups';
import { GradientMemory } from './gradient-memory';
import { Lanes } from '../lanes';
import { OptimizerStates } from '../states/optimizer-states';
import { BIAS, MOMENTUM, NESTEROV, SGD, STOCHASTIC, WEIGHT } from '../numbers';
import {
  Chip,
  Layer,
  OverflowRecord,
  overflowOf,
  partAt,
  Steps,
  TensorFormat,
} from '../parameters';
import { Paths, STEP_DOUBLES, STEP_MIXED, STEP_SCALAR, STEP_WORDS } from '../paths';
import { Scalar } from '../scalar';
import { ScalarStep } from './scalar-step';
import { StateBounds } from '../states/state-bounds';
import { StateStep } from '../states/state-step';
import { VectorStep } from './vector-step';
import { WordWrites } from './word-writes';

/** Weights and biases of a layer from its gradients. Implements: docs/spec.md §2.11 (step), §2.7, §4.5 (words). */
export class OptimizerStep {
  /** In each part rows ascending, columns ascending, then the biases; the gradients are 0 afterwards. */
  static take(chip: Chip, layer: Layer): void {
    GradientGroups.flush(layer);
    const isPlain = changetype<Steps>(chip.stepsAt).optimizer == SGD;
    const isOnVectors = isPlain ? VectorStep.fits(chip, layer) : StateStep.fits(chip, layer);
    const overflow = overflowOf(layer, WEIGHT);
    for (let index: i32 = 0; index < layer.partCount; index += 1) {
      const part = partAt(layer, index);
      const path = isOnVectors
        ? OptimizerStep.updateOnVectors(chip, part, isPlain, layer.partCount > 1)
        : STEP_SCALAR;
      if (path == STEP_SCALAR) ScalarStep.update(chip, part, overflow);
      Paths.count(part, path);
      if (!part.hasWriteGating) WordWrites.writeArray(part);
      if (part.isHome) OptimizerStep.updateBiases(chip, part);
    }
    if (isOnVectors) StateBounds.advance(layer);
    else StateBounds.forget(layer);
    GradientMemory.clear(layer);
  }

  /** Weights of a part whose step is proven to fit; returns the path taken (paths.ts). */
  private static updateOnVectors(chip: Chip, part: Layer, isPlain: bool, isCut: bool): i32 {
    const overflow = overflowOf(part, WEIGHT);
    if (isPlain) {
      VectorStep.update(chip, part, isCut, overflow);
      return STEP_WORDS;
    }
    const isWhole = StateStep.update(chip, part, isCut, overflow);
    const optimizer = changetype<Steps>(chip.stepsAt).optimizer;
    if (optimizer == MOMENTUM || optimizer == NESTEROV) return STEP_WORDS;
    return isWhole ? STEP_DOUBLES : STEP_MIXED;
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
