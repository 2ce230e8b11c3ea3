/*
 * The compiled engine: a batch of staged samples per call. Everything it works on was laid out in memory by the
 * driver. Implements: docs/spec.md §2.6 (order of the steps).
 */
import { ConvolutionForward } from './forward/convolution-forward';
import { DelayedErrorMemory } from './error/delayed-error-memory';
import { ErrorSignals } from './error/error-signals';
import { Events } from './forward/events';
import { GeneralForward } from './forward/general-forward';
import { GeneralUpdate } from './update/general-update';
import { GradientGroups } from './update/gradient-groups';
import { GradientMemory } from './update/gradient-memory';
import { Neurons } from './forward/neurons';
import { OptimizerStates } from './states/optimizer-states';
import { OptimizerStep } from './update/optimizer-step';
import { ACCUMULATOR, CE, INFERENCE, MEASURING, TRAINING, WEIGHT } from './numbers';
import { Chip, DelayedErrors, Layer, layerAt, overflowOf, partAt, Run, Steps } from './parameters';
import { Parts } from './parts';
import {
  FORWARD_PAIRS,
  FORWARD_PIECES,
  FORWARD_PRODUCTS,
  FORWARD_SCALAR,
  Paths,
  UPDATE_BYTES,
  UPDATE_SCALAR,
  UPDATE_WORDS,
} from './paths';
import { Pooling } from './forward/pooling';
import { ProductSums } from './forward/product-sums';
import { SharedEvents } from './forward/shared-events';
import { SkipGate } from './error/skip-gate';
import { Softmax } from './forward/softmax';
import { EXACT, EXACT_IN_VECTORS, proveSums, ROUNDED, UNPROVEN } from './forward/sum-proof';
import { VectorForward } from './forward/vector-forward';
import { VectorUpdate } from './update/vector-update';
import { WideUpdate } from './update/wide-update';
import { WordWrites } from './update/word-writes';

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
export function stepsBytes(): usize {
  return offsetof<Steps>();
}
export function layerFieldBytes(): usize {
  return offsetof<Layer>('eventCount');
}

/** Whether all `count` i32 values from `valuesAt` on lie in lowest..highest. */
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

/** Runs the staged samples, and leaves all gradients where the driver reads them; `firstTrainingSample` is the ordinal of the first of them where they train. */
export function run(chipAt: usize, sampleCount: i32, kind: i32, firstTrainingSample: i64): void {
  const chip = changetype<Chip>(chipAt);
  const isTraining = kind == TRAINING;
  for (let sample: i32 = 0; sample < sampleCount; sample += 1) {
    Run.trainingSample = isTraining ? firstTrainingSample + (sample as i64) : -1;
    forward(chip, sample, kind);
    const label = load<u8>((chip.labelsAt + sample) as usize) as i32;
    const isSkipped = latch(chip, label, kind);
    store<u8>((chip.verdictsAt + sample) as usize, isSkipped ? 1 : 0);
    if (isSkipped) SkipGate.skip(chip);
    else if (isTraining) learn(chip, sample, label);
    if (isTraining) endSample(chip, !isSkipped);
    if (chip.delayedErrorsAt != 0 && (isTraining || kind == MEASURING)) {
      DelayedErrorMemory.write(chip, sample, label);
    }
  }
  settleGradients(chipAt);
}

/** Leaves all gradients where the driver reads them. */
export function settleGradients(chipAt: usize): void {
  const chip = changetype<Chip>(chipAt);
  for (let index: i32 = 0; index < chip.layerCount; index += 1) {
    GradientGroups.flush(layerAt(chip, index));
  }
}

/**
 * Closes an epoch: the step of a batch that is not full, and the mean error of the epoch, which is the delayed error of
 * the next where the rule keeps a mean.
 */
export function endEpoch(chipAt: usize): void {
  const chip = changetype<Chip>(chipAt);
  Run.trainingSample = -1;
  closeBatch(chip);
  if (chip.delayedErrorsAt != 0) DelayedErrorMemory.endEpoch(chip);
}

/** What waits of an update is done: the next training sample shares no row with the one before (docs/spec.md §5.1). */
export function flushUpdates(chipAt: usize): void {
  const chip = changetype<Chip>(chipAt);
  for (let index: i32 = 0; index < chip.layerCount; index += 1) {
    SharedEvents.finish(layerAt(chip, index));
  }
}

/*
 * What `run` is made of, one part a call, for an engine that moves the parts through time. `trainingSample`: the ordinal
 * of the sample, −1 where it does not train.
 */

/** h of one layer from the values that enter it, one i32 per axon. */
export function forwardLayer(
  chipAt: usize,
  index: i32,
  valuesAt: usize,
  kind: i32,
  trainingSample: f64,
): void {
  const chip = changetype<Chip>(chipAt);
  Run.trainingSample = trainingSample as i64;
  forwardOf(chip, layerAt(chip, index), valuesAt, kind);
}

/** Where the values lie that leave a layer, one i32 each. */
export function leavingAddress(chipAt: usize, index: i32): usize {
  return layerAt(changetype<Chip>(chipAt), index).leavingAt as usize;
}

/** Where a layer has, one per neuron: z (i64), h before pooling (i32), and δz (i64) after `errorLayer`. */
export function sumsAddress(chipAt: usize, index: i32): usize {
  return layerAt(changetype<Chip>(chipAt), index).sumsAt as usize;
}

export function outputsAddress(chipAt: usize, index: i32): usize {
  return layerAt(changetype<Chip>(chipAt), index).outputsAt as usize;
}

export function deltasAddress(chipAt: usize, index: i32): usize {
  return layerAt(changetype<Chip>(chipAt), index).deltasAt as usize;
}

/** What is made of the outputs before any error signal; whether the sample trains and is not learned from. */
export function latchOutputs(chipAt: usize, label: i32, kind: i32, trainingSample: f64): bool {
  Run.trainingSample = trainingSample as i64;
  return latch(changetype<Chip>(chipAt), label, kind);
}

/** δz of one layer; `sample`: the place of its index among the staged ones. */
export function errorLayer(
  chipAt: usize,
  index: i32,
  sample: i32,
  label: i32,
  trainingSample: f64,
): void {
  Run.trainingSample = trainingSample as i64;
  ErrorSignals.ofLayer(changetype<Chip>(chipAt), index, sample, label);
}

/** New weights and biases of one layer, or its gradients. */
export function updateLayer(chipAt: usize, index: i32, trainingSample: f64): void {
  const chip = changetype<Chip>(chipAt);
  Run.trainingSample = trainingSample as i64;
  updateOf(chip, layerAt(chip, index));
}

/** What all layers share in their next step. */
export function openStep(chipAt: usize): void {
  OptimizerStates.correct(changetype<Steps>(changetype<Chip>(chipAt).stepsAt));
}

/** The step of one layer, by what `openStep` made. */
export function stepLayer(chipAt: usize, index: i32, trainingSample: f64): void {
  const chip = changetype<Chip>(chipAt);
  Run.trainingSample = trainingSample as i64;
  OptimizerStep.take(chip, layerAt(chip, index));
}

/** Keeps the delayed error of the sample whose outputs the output layer holds. */
export function keepDelayedError(
  chipAt: usize,
  sample: i32,
  label: i32,
  trainingSample: f64,
): void {
  Run.trainingSample = trainingSample as i64;
  DelayedErrorMemory.write(changetype<Chip>(chipAt), sample, label);
}

function forward(chip: Chip, sample: i32, kind: i32): void {
  const inputBytes = layerAt(chip, 0).inputCount << 2;
  let valuesAt = (chip.inputsAt + sample * inputBytes) as usize;
  for (let index: i32 = 0; index < chip.layerCount; index += 1) {
    const layer = layerAt(chip, index);
    forwardOf(chip, layer, valuesAt, kind);
    valuesAt = layer.leavingAt as usize;
  }
  const outputBytes = (chip.classCount as usize) << 2;
  memory.copy((chip.outputsAt as usize) + (sample as usize) * outputBytes, valuesAt, outputBytes);
}

function forwardOf(chip: Chip, layer: Layer, valuesAt: usize, kind: i32): void {
  Events.extract(chip, layer, valuesAt, kind);
  const path = layer.isConvolution ? sumPositions(chip, layer, valuesAt) : sumNeurons(chip, layer);
  Paths.countForward(layer, kind, path);
  Neurons.activate(chip, layer);
  if (layer.isConvolution) Pooling.pool(layer);
}

/** After the forward pass of all layers: what the outputs mean to the loss and to the rule; whether a training sample is skipped. */
function latch(chip: Chip, label: i32, kind: i32): bool {
  if (chip.loss == CE && kind != INFERENCE) {
    Softmax.make(chip, layerAt(chip, chip.layerCount - 1));
  }
  if (kind != TRAINING) return false;
  if (SkipGate.skips(chip, label)) return true;
  ErrorSignals.latch(chip, label);
  return false;
}

function learn(chip: Chip, sample: i32, label: i32): void {
  ErrorSignals.make(chip, sample, label);
  for (let index: i32 = 0; index < chip.layerCount; index += 1) {
    updateOf(chip, layerAt(chip, index));
  }
}

/** Returns the path taken (paths.ts). */
function sumNeurons(chip: Chip, layer: Layer): i32 {
  const proof = proveSums(chip, layer);
  const overflow = overflowOf(layer, ACCUMULATOR);
  if (proof == UNPROVEN || proof == ROUNDED) {
    if (ProductSums.fits(chip, layer, proof)) {
      ProductSums.sum(chip, layer, proof, overflow);
      return FORWARD_PRODUCTS;
    }
    GeneralForward.sumChecked(chip, layer, overflow);
    return FORWARD_SCALAR;
  }
  if (VectorForward.fits(layer)) {
    VectorForward.forward(chip, layer);
    return proof == EXACT_IN_VECTORS ? FORWARD_PAIRS : FORWARD_PIECES;
  }
  GeneralForward.sumProven(chip, layer);
  return FORWARD_SCALAR;
}

function sumPositions(chip: Chip, layer: Layer, valuesAt: usize): i32 {
  const proof = proveSums(chip, layer);
  if (proof == EXACT_IN_VECTORS) {
    ConvolutionForward.sumOnVectors(chip, layer, valuesAt);
    return FORWARD_PAIRS;
  }
  if (proof == EXACT) ConvolutionForward.sumProven(chip, layer);
  else ConvolutionForward.sumChecked(chip, layer, overflowOf(layer, ACCUMULATOR));
  return FORWARD_SCALAR;
}

function updateOf(chip: Chip, layer: Layer): void {
  if (!layer.learns) return;
  if (layer.learnsInSteps) GradientMemory.add(chip, layer);
  else updateAtOnce(chip, layer);
}

function updateAtOnce(chip: Chip, layer: Layer): void {
  Neurons.scale(chip, layer);
  const overflow = overflowOf(layer, WEIGHT);
  for (let index: i32 = 0; index < layer.partCount; index += 1) {
    const part = partAt(layer, index);
    if (layer.partCount > 1) Parts.takeRates(layer, part);
    if (part.vectorRounding >= 0 && VectorUpdate.fits(part)) {
      VectorUpdate.update(chip, part, overflow);
      Paths.count(part, UPDATE_BYTES);
    } else if (WideUpdate.fits(chip, part)) {
      WideUpdate.update(chip, part, overflow);
      Paths.count(part, UPDATE_WORDS);
    } else {
      GeneralUpdate.update(chip, part, overflow);
      Paths.count(part, UPDATE_SCALAR);
    }
    if (!part.hasWriteGating) WordWrites.writeAllRows(chip, part);
    if (part.isHome) Neurons.updateBiases(chip, part);
  }
}

/** After a training sample: the step of all layers that learn in steps, once a batch is full. */
function endSample(chip: Chip, isLearned: bool): void {
  const steps = changetype<Steps>(chip.stepsAt);
  if (!steps.isUsed) return;
  steps.sampleCount += 1;
  steps.learnedCount += isLearned ? 1 : 0;
  if (steps.sampleCount == steps.batchSize) closeBatch(chip);
}

/** The step of a batch, if any of its samples is learned from. */
function closeBatch(chip: Chip): void {
  const steps = changetype<Steps>(chip.stepsAt);
  if (steps.learnedCount > 0) takeStep(chip);
  steps.sampleCount = 0;
  steps.learnedCount = 0;
}

function takeStep(chip: Chip): void {
  const steps = changetype<Steps>(chip.stepsAt);
  OptimizerStates.correct(steps);
  for (let index: i32 = 0; index < chip.layerCount; index += 1) {
    const layer = layerAt(chip, index);
    if (layer.learnsInSteps) OptimizerStep.take(chip, layer);
  }
  steps.stepCount += 1;
}
