import { factsOf } from '../../network/rule-facts.js';
import type { BatchErrors, BatchInputs } from './batch-step.js';
import { losses, reductionFactor, rowOf, softmax } from '../loss.js';
import { type ErrorSignal, learnOnline, passOnline } from './online-block.js';
import type { ReferenceJob } from '../reference-job.js';
import type { ReferenceLayer } from '../reference-layer.js';
import { clearSkipped, learnedSamples } from './skipped-samples.js';
import { keepsLastErrors } from '../../network/defp-variants.js';
import { keepsDelayedErrors, ruleOf } from '../rules/rules.js';
import { chooseInputs, chooseLabels } from '../samples.js';
import type { TrainingState } from './training-state.js';

/** Some training samples that are learned together, and when. */
interface Block {
  readonly chosen: Uint32Array;
  readonly epoch: number;
  /** 0, 1, … in the epoch. */
  readonly number: number;
}

/**
 * Whether blocks of online learning may be used (`learnOnline`): their layers update one after the other, by plain SGD,
 * on signals that wait for nothing. Everything else is learned batch by batch, with the same results.
 */
export function usesOnlineBlocks({ job }: TrainingState): boolean {
  return (
    job.batch === 1 &&
    job.optimizer === 'sgd' &&
    job.dropout.rate === 0 &&
    job.dyingReluGate === 'none' &&
    job.skipBelow === null &&
    factsOf(job.rule.name).waitsFor === 'nothing' &&
    // Of the last samples: a layer needs the outputs of the sample before.
    !(keepsDelayedErrors(job.rule) && keepsLastErrors(job.rule.variant)) &&
    job.topology.layers.every((layer) => layer.kind === 'fc')
  );
}

/** What the error of a network's outputs depends on. */
interface OutputJudge {
  readonly job: Pick<ReferenceJob, 'loss' | 'lossReduction'>;
  readonly layers: readonly ReferenceLayer[];
  readonly classCount: number;
}

/** δz of the output layer, one row: the true gradient of the loss, times `factor` for its reduction. */
function outputDeltaZ(
  state: OutputJudge,
  y: Float32Array,
  label: number,
  factor: number,
  deltaZ: Float32Array,
): void {
  const layer = state.layers.at(-1);
  if (layer === undefined) return;
  losses[state.job.loss].deltaZ(y, label, layer.activation, deltaZ);
  deltaZ.forEach((value, index) => {
    deltaZ[index] = factor * value;
  });
}

/** y − y* and δz of the outputs of a batch. */
export function judgeOutputs(
  state: OutputJudge,
  labels: Uint8Array,
  outputs: Float32Array,
): BatchErrors {
  const { job, classCount, layers } = state;
  const factor = reductionFactor(losses[job.loss], job.lossReduction, labels.length, classCount);
  const isSoftmax = job.loss === 'ce' && layers.at(-1)?.spec.activation === 'none';
  const error = outputs.slice();
  const deltaZ = new Float32Array(outputs.length);
  labels.forEach((label, row) => {
    const y = rowOf(outputs, row, classCount);
    outputDeltaZ(state, y, label, factor, rowOf(deltaZ, row, classCount));
    const errorRow = rowOf(error, row, classCount);
    if (isSoftmax) softmax(y, errorRow);
    errorRow[label] = (errorRow[label] ?? NaN) - 1;
  });
  return { error, deltaZ };
}

/** The errors of a training batch: 0 in samples that are not learned from. */
function judgeTraining(
  state: TrainingState,
  labels: Uint8Array,
  outputs: Float32Array,
): BatchErrors {
  const errors = judgeOutputs(state, labels, outputs);
  const isLearned = learnedSamples(state.job, labels, outputs);
  if (isLearned === null) return errors;
  clearSkipped(errors.error, isLearned);
  clearSkipped(errors.deltaZ, isLearned);
  return { ...errors, isLearned };
}

/** δz = δh ⊙ f′ of a hidden layer with δh from the rule, for the rows of a block; null: the layer does not learn. */
async function hiddenErrorSignal(
  state: TrainingState,
  layer: ReferenceLayer,
  batch: BatchInputs,
): Promise<ErrorSignal | null> {
  const { tf, job } = state;
  const rule = ruleOf(job.rule);
  if (rule.waitsFor !== 'nothing' || !layer.isTrainable) return null;
  const selected = tf.tidy(() => {
    const { delayed } = batch;
    const rows = batch.labels.length;
    const deltaH = rule.deltaH(tf, {
      feedback: layer.feedback,
      labels: tf.tensor1d(batch.labels, 'int32'),
      delayed: delayed === null ? null : tf.tensor2d(delayed, [rows, delayed.length / rows]),
    });
    return deltaH ?? undefined; // A tidy scope returns no null.
  });
  if (selected === undefined) return null;
  const deltaH = await selected.data<'float32'>();
  selected.dispose();
  const { neuronCount } = layer.spec;
  const { derivative } = layer.activation;
  return (row, h, deltaZ) => {
    const start = row * neuronCount;
    h.forEach((value, neuron) => {
      deltaZ[neuron] = (deltaH[start + neuron] ?? NaN) * derivative(value);
    });
  };
}

/** One block of online learning: every sample is an update of its own. */
async function learnOnlineBlock(state: TrainingState, batch: BatchInputs): Promise<Float32Array> {
  const { tf, job, layers, classCount } = state;
  const factor = reductionFactor(losses[job.loss], job.lossReduction, 1, classCount);
  const outputSignal: ErrorSignal = (row, y, deltaZ) => {
    outputDeltaZ(state, y, batch.labels[row] ?? NaN, factor, deltaZ);
  };
  let h = batch.inputs;
  for (const layer of layers) {
    const isOutput = layer === layers.at(-1);
    const hidden = isOutput ? null : await hiddenErrorSignal(state, layer, batch);
    const signal = isOutput && layer.isTrainable ? outputSignal : hidden;
    h =
      signal === null
        ? await passOnline(tf, layer, h)
        : await learnOnline(tf, layer, h, state.learningRate.current, signal);
  }
  return h;
}

/**
 * Learns one block: one batch, or in online blocks many updates of one sample each.
 * Returns the outputs (chosen.length × classCount), each from before the update its sample took part in.
 */
export async function learnBlock(state: TrainingState, block: Block): Promise<Float32Array> {
  const { job, delayed } = state;
  const { chosen, epoch, number } = block;
  const labels = chooseLabels(job.train, chosen);
  const batch: BatchInputs = {
    labels,
    inputs: chooseInputs(job.train, chosen),
    delayed: delayed?.select(chosen, labels) ?? null,
    moment: { epoch, batch: number },
  };
  const outputs = usesOnlineBlocks(state)
    ? await learnOnlineBlock(state, batch)
    : await state.batchStep.learn(
        batch,
        state.learningRate.current * (delayed?.rateFactor ?? 1),
        (y) => ({
          ...judgeTraining(state, labels, y),
          delayed: delayed?.during(labels, y) ?? null,
        }),
      );
  delayed?.keep(chosen, labels, outputs);
  return outputs;
}
