import { keepsDelayedErrors } from './rules/rules.js';
import { setImmediate } from 'node:timers/promises';
import { measureAlignment } from './alignment.js';
import { type BackendName, openBackend } from './backend/backend.js';
import { checkJob } from './check-job.js';
import {
  countErrors,
  errorPercentOf,
  judgeSamples,
  lossSumOf,
  passForward,
} from './training/evaluate.js';
import { learnBlock, usesOnlineBlocks } from './training/learn-block.js';
import { learnedSamples } from './training/skipped-samples.js';
import { losses, stepLoss } from './loss.js';
import type {
  LayerAlignment,
  ReferenceCallbacks,
  ReferenceCheckpoint,
  ReferenceEpoch,
  ReferenceJob,
  ReferenceResult,
} from './reference-job.js';
import { chooseLabels, firstSamples } from './samples.js';
import { checkForm } from './training/checkpoint-form.js';
import { TrainingState } from './training/training-state.js';

/**
 * Samples to one block of online learning (`learnOnline`). Larger blocks have faster products and a longer
 * recurrence: on wasm and one core, 784-500-10 takes 0.4 ms a sample with 16, 0.29 with 32, 0.22 with 64 and with 128.
 */
const onlineBlockRows = 64;

/** Samples between two progress reports, at least; then the process may also answer signals. */
const progressSamples = 1024;

/** Reports the steps of a block one by one. */
function reportSteps(
  job: ReferenceJob,
  outputs: Float32Array,
  labels: Uint8Array,
  report: NonNullable<ReferenceCallbacks['step']>,
): void {
  const classCount = outputs.length / labels.length;
  for (let start = 0; start < labels.length; start += job.batch) {
    const end = Math.min(start + job.batch, labels.length);
    const stepOutputs = outputs.subarray(start * classCount, end * classCount);
    const stepLabels = labels.subarray(start, end);
    report({
      loss: stepLoss(losses[job.loss], job.lossReduction, stepOutputs, stepLabels),
      outputs: stepOutputs,
    });
  }
}

/**
 * The blocks of an epoch: batches, or blocks of online learning. A delayed error is read before a block and kept after
 * it, so an online block ends before a sample that it already holds.
 */
function splitOrder(state: TrainingState, order: Uint32Array): readonly Uint32Array[] {
  const isOnline = usesOnlineBlocks(state);
  const rows = isOnline ? onlineBlockRows : state.job.batch;
  const blocks: Uint32Array[] = [];
  let start = 0;
  const seen = new Set<number>();
  order.forEach((sample, position) => {
    const isRepeat = isOnline && state.delayed !== null && seen.has(sample);
    if (position - start === rows || isRepeat) {
      blocks.push(order.subarray(start, position));
      start = position;
      seen.clear();
    }
    seen.add(sample);
  });
  blocks.push(order.subarray(start));
  return blocks;
}

/** The mean loss of the samples, summed over classes, how many of them were wrong, and how many were not learned from. */
interface EpochSums {
  lossSum: number;
  errorCount: number;
  skippedCount: number;
}

function judge(state: TrainingState, labels: Uint8Array, outputs: Float32Array): EpochSums {
  const lossSum = lossSumOf(losses[state.job.loss], outputs, labels);
  const isLearned = learnedSamples(state.job, labels, outputs) ?? new Float32Array(0);
  const skippedCount = isLearned.filter((one) => one === 0).length;
  return { lossSum, errorCount: countErrors(outputs, labels), skippedCount };
}

/** What an epoch of training was like. */
interface TrainedEpoch {
  /** Online, per cent. */
  readonly trainErrorPercent: number;
  /** Mean over its samples. */
  readonly trainingLoss: number;
  /** Samples that were not learned from. */
  readonly skippedCount: number;
}

async function trainEpoch(
  state: TrainingState,
  epoch: number,
  callbacks: ReferenceCallbacks,
): Promise<TrainedEpoch> {
  const { job } = state;
  const order = job.orders(epoch);
  if (order.length === 0) {
    throw new RangeError(
      `reference: the order of epoch ${epoch} is empty; show at least one sample`,
    );
  }
  state.beginEpoch(epoch);
  await state.upkeep.beforeEpoch(epoch);
  const samplesBefore = (epoch - 1) * order.length;
  const sums: EpochSums = { lossSum: 0, errorCount: 0, skippedCount: 0 };
  let doneCount = 0;
  let reportedCount = 0;
  for (const [number, chosen] of splitOrder(state, order).entries()) {
    const outputs = await learnBlock(state, { chosen, epoch, number });
    const labels = chooseLabels(job.train, chosen);
    const { lossSum, errorCount, skippedCount } = judge(state, labels, outputs);
    sums.lossSum += lossSum;
    sums.errorCount += errorCount;
    sums.skippedCount += skippedCount;
    if (callbacks.step !== undefined) reportSteps(job, outputs, labels, callbacks.step);
    doneCount += chosen.length;
    if (doneCount - reportedCount >= progressSamples || doneCount === order.length) {
      reportedCount = doneCount;
      callbacks.progress?.(samplesBefore + doneCount, job.epochs * order.length);
      await setImmediate();
    }
  }
  const trainingLoss = sums.lossSum / order.length;
  state.learningRate.endEpoch(trainingLoss);
  await state.upkeep.endEpoch(trainingLoss);
  state.delayed?.endEpoch();
  const { errorCount, skippedCount } = sums;
  return { trainErrorPercent: (100 * errorCount) / order.length, trainingLoss, skippedCount };
}

/** How well the rule's errors point on the first test samples, with the weights as they are. */
async function alignmentNow({ tf, job, layers }: TrainingState): Promise<LayerAlignment[]> {
  if (job.probeSampleCount === 0) return [];
  const samples = firstSamples(job.test, job.probeSampleCount);
  return measureAlignment({ tf, layers, rule: job.rule, loss: job.loss }, samples);
}

/** Error and loss of the first training samples with the weights as they are. */
async function judgedNow(state: TrainingState): Promise<ReferenceEpoch['trainAfter']> {
  const { judgedSampleCount, train } = state.job;
  if (judgedSampleCount === 0) return null;
  const { wrong, loss } = await judgeSamples(state, firstSamples(train, judgedSampleCount));
  return { errorPercent: errorPercentOf(wrong), loss };
}

/** DEFP's measuring epoch: the samples of epoch 1 leave their errors behind, nothing is updated. */
async function measureDelayed(state: TrainingState): Promise<void> {
  const { tf, job, layers, delayed } = state;
  await passForward(tf, layers, job.train, job.orders(1), (chosen, labels, outputs) => {
    delayed?.keep(chosen, labels, outputs);
  });
  delayed?.endEpoch();
}

/** How the epochs ended. */
type EpochsEnd = Pick<ReferenceResult, 'divergedInEpoch' | 'testWrong'>;

/** Trains epoch after epoch, up to the last or to the one that leaves no finite numbers. */
async function trainEpochs(
  state: TrainingState,
  backend: BackendName,
  epochs: ReferenceEpoch[],
  callbacks: ReferenceCallbacks,
): Promise<EpochsEnd> {
  const { job } = state;
  let testWrong: Uint8Array | null = null;
  for (let epoch = epochs.length + 1; epoch <= job.epochs; epoch += 1) {
    const trained = await trainEpoch(state, epoch, callbacks);
    const { trainErrorPercent, trainingLoss, skippedCount } = trained;
    if (!Number.isFinite(trainingLoss) || !(await state.isFinite())) {
      return { divergedInEpoch: epoch, testWrong: null };
    }
    const { wrong, loss: testLoss } = await judgeSamples(state, job.test);
    testWrong = wrong;
    const testErrorPercent = errorPercentOf(wrong);
    const [trainAfter, alignment] = [await judgedNow(state), await alignmentNow(state)];
    const record = {
      ...{ epoch, testErrorPercent, trainErrorPercent },
      ...{ testLoss, trainAfter, alignment },
      ...(job.skipBelow === null ? {} : { skippedSampleCount: skippedCount }),
    };
    epochs.push(record);
    callbacks.epoch?.(record);
    const take = async (): Promise<ReferenceCheckpoint> => {
      return { backend, epochs: [...epochs], memory: await state.memory() };
    };
    await callbacks.checkpoint?.(take);
  }
  // A checkpoint of the last epoch leaves none to train.
  testWrong ??= (await judgeSamples(state, job.test)).wrong;
  return { divergedInEpoch: null, testWrong };
}

/**
 * Trains the network in float32 on TensorFlow.js, on the same samples in the same order as the chip, which it knows
 * nothing of. The rules are in `rules/`, the optimizers in `optimizers/`, the products of a layer in `ReferenceLayer`.
 * One training at a time: TensorFlow.js has one backend a process.
 * @param from where an earlier training of the same job stood; it is used on the same backend only
 * @throws RangeError when the parts of the job do not fit; CheckpointMisfit when `from` is of another; BackendUnavailableError from `openBackend`.
 */
export async function trainReference(
  job: ReferenceJob,
  callbacks: ReferenceCallbacks = {},
  from: ReferenceCheckpoint | null = null,
): Promise<ReferenceResult> {
  checkJob(job);
  const { tf, name } = await openBackend(job.backend);
  const state = new TrainingState(tf, job);
  try {
    const epochs: ReferenceEpoch[] = [];
    if (from?.backend === name) {
      checkForm(from, await state.memory(), job.epochs);
      state.restore(from.memory);
      epochs.push(...from.epochs);
    } else if (keepsDelayedErrors(job.rule) && job.rule.init === 'measure') {
      await measureDelayed(state);
    }
    const end = await trainEpochs(state, name, epochs, callbacks);
    const parameters = [];
    for (const layer of state.layers) parameters.push(await layer.parameters());
    const delayed = state.delayed?.values() ?? null;
    return { backend: name, epochs, ...end, parameters, delayed };
  } finally {
    state.dispose();
  }
}
