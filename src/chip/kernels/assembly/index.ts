/*
 * The fast engine's kernel: a batch of staged samples per call. Everything it works on was laid out in memory by the
 * driver. Implements: docs/spec.md §2.6 (order of the steps).
 */
import { DelayedErrorMemory } from './delayed-error-memory';
import { ErrorSignals } from './error-signals';
import { Events } from './events';
import { GeneralForward } from './general-forward';
import { GeneralUpdate } from './general-update';
import { Neurons } from './neurons';
import {
  ACCUMULATOR,
  Chip,
  DelayedErrors,
  Layer,
  layerAt,
  MEASURING,
  overflowOf,
  Run,
  TRAINING,
  WEIGHT,
} from './parameters';
import { EXACT, EXACT_IN_VECTORS, proveSums } from './sum-proof';
import { VectorForward } from './vector-forward';
import { VectorUpdate } from './vector-update';
import { WordWrites } from './word-writes';

/** First address that the driver may use. */
export function firstFreeAddress(): usize {
  return __heap_base;
}

/** Bytes of a parameter block, and of the fields at its start that the driver writes. */
export function chipBytes(): usize {
  return offsetof<Chip>();
}
export function layerBytes(): usize {
  return offsetof<Layer>();
}
export function delayedErrorsBytes(): usize {
  return offsetof<DelayedErrors>();
}
export function layerFieldBytes(): usize {
  return offsetof<Layer>('eventCount');
}

/** Whether so many i32 values all lie in lowest..highest. */
export function areWithin(valuesAt: usize, count: i32, lowest: i32, highest: i32): bool {
  const least = i32x4.splat(lowest);
  const most = i32x4.splat(highest);
  let misfits = i32x4.splat(0);
  const vectorEnd = valuesAt + (((count & ~3) as usize) << 2);
  let valueAt = valuesAt;
  for (; valueAt < vectorEnd; valueAt += 16) {
    const values = v128.load(valueAt);
    misfits = v128.or(misfits, v128.or(i32x4.lt_s(values, least), i32x4.gt_s(values, most)));
  }
  for (let rest = count & 3; rest > 0; rest -= 1) {
    const value = load<i32>(valueAt);
    if (value < lowest || value > highest) return false;
    valueAt += 4;
  }
  return !v128.any_true(misfits);
}

/** Runs the staged samples; `firstTrainingSample` is the ordinal of the first of them where they train. */
export function run(chipAt: usize, sampleCount: i32, kind: i32, firstTrainingSample: i64): void {
  const chip = changetype<Chip>(chipAt);
  const isTraining = kind == TRAINING;
  for (let sample: i32 = 0; sample < sampleCount; sample += 1) {
    Run.trainingSample = isTraining ? firstTrainingSample + (sample as i64) : -1;
    forward(chip, sample, kind);
    const label = load<u8>((chip.labelsAt + sample) as usize) as i32;
    if (isTraining) {
      ErrorSignals.make(chip, sample, label);
      update(chip);
    }
    if (chip.delayedErrorsAt != 0 && (isTraining || kind == MEASURING)) {
      DelayedErrorMemory.write(chip, sample, label);
    }
  }
}

/** Closes an epoch: the mean error of it is the delayed error of the next, where the rule keeps a mean. */
export function endEpoch(chipAt: usize): void {
  const chip = changetype<Chip>(chipAt);
  Run.trainingSample = -1;
  if (chip.delayedErrorsAt != 0) DelayedErrorMemory.endEpoch(chip);
}

function forward(chip: Chip, sample: i32, kind: i32): void {
  const inputBytes = layerAt(chip, 0).inputCount << 2;
  let valuesAt = (chip.inputsAt + sample * inputBytes) as usize;
  for (let index: i32 = 0; index < chip.layerCount; index += 1) {
    const layer = layerAt(chip, index);
    Events.extract(chip, layer, valuesAt, kind);
    const proof = proveSums(chip, layer);
    if (proof == EXACT_IN_VECTORS) VectorForward.forward(chip, layer);
    else if (proof == EXACT) GeneralForward.sumProven(chip, layer);
    else GeneralForward.sumChecked(chip, layer, overflowOf(layer, ACCUMULATOR));
    Neurons.activate(chip, layer);
    valuesAt = layer.outputsAt as usize;
  }
  const outputBytes = (chip.classCount as usize) << 2;
  memory.copy((chip.outputsAt as usize) + (sample as usize) * outputBytes, valuesAt, outputBytes);
}

function update(chip: Chip): void {
  for (let index: i32 = 0; index < chip.layerCount; index += 1) {
    const layer = layerAt(chip, index);
    if (!layer.learns) continue;
    Neurons.scale(chip, layer);
    const overflow = overflowOf(layer, WEIGHT);
    if (layer.vectorRounding >= 0 && VectorUpdate.fits(layer)) {
      VectorUpdate.update(chip, layer, overflow);
    } else {
      GeneralUpdate.update(chip, layer, overflow);
    }
    if (!layer.hasWriteGating) WordWrites.writeAllRows(chip, layer);
    Neurons.updateBiases(chip, layer);
  }
}
