import { setImmediate } from 'node:timers/promises';
import { openBackend, type TensorFlow } from './backend.js';
import { countErrors, evaluateErrorPercent } from './evaluate.js';
import { losses, reductionFactor, stepLoss } from './loss.js';
import {
  checkJob,
  chooseInputs,
  chooseLabels,
  type ReferenceCallbacks,
  type ReferenceEpoch,
  type ReferenceJob,
  type ReferenceResult,
} from './reference-job.js';
import { type ErrorSignal, ReferenceLayer } from './reference-layer.js';
import { rules } from './rules/rules.js';

/**
 * Samples to one block of online learning (`ReferenceLayer`). Larger blocks have faster products and a longer
 * recurrence: on wasm and one core, 784-500-10 takes 0.4 ms a sample with 16, 0.29 with 32, 0.22 with 64 and with 128.
 */
const onlineBlockRows = 64;

/** Samples between two progress reports, at least; then the process may also answer signals. */
const progressSamples = 1024;

/** δz = δh ⊙ f′ with δh from the rule, for the rows with `labels`. */
async function hiddenErrorSignal(
  tf: TensorFlow,
  job: ReferenceJob,
  layer: ReferenceLayer,
  labels: Uint8Array,
): Promise<ErrorSignal> {
  const { neuronCount } = layer.spec;
  const { derivative } = layer.activation;
  const { feedback } = layer;
  if (feedback === null) throw new RangeError('reference: a hidden layer has no feedback weights');
  const selected = tf.tidy(() =>
    rules[job.rule].deltaH(tf, feedback, tf.tensor1d(labels, 'int32')),
  );
  const deltaH = await selected.data<'float32'>();
  selected.dispose();
  return (row, h, deltaZ) => {
    const start = row * neuronCount;
    h.forEach((value, neuron) => {
      deltaZ[neuron] = (deltaH[start + neuron] ?? NaN) * derivative(value);
    });
  };
}

/** δz of the output layer: the true gradient of the loss, times `factor` for its reduction. */
function outputErrorSignal(
  job: ReferenceJob,
  layer: ReferenceLayer,
  labels: Uint8Array,
  factor: number,
): ErrorSignal {
  const loss = losses[job.loss];
  return (row, h, deltaZ) => {
    h.forEach((value, neuron) => {
      const target = neuron === labels[row] ? 1 : 0;
      deltaZ[neuron] = factor * loss.deltaZ(value, target, layer.activation);
    });
  };
}

/** Learns the samples `chosen`, one batch or one block of online learning; returns the outputs before each update. */
async function learnBlock(
  tf: TensorFlow,
  job: ReferenceJob,
  layers: readonly ReferenceLayer[],
  chosen: Uint32Array,
): Promise<Float32Array> {
  const isOnline = job.batch === 1;
  const step = { rowCount: chosen.length, isOnline, learningRate: job.learningRate };
  const labels = chooseLabels(job.train, chosen);
  let h = chooseInputs(job.train, chosen);
  for (const layer of layers) {
    const stepSamples = isOnline ? 1 : chosen.length;
    const factor = reductionFactor(job.lossReduction, stepSamples, layer.spec.neuronCount);
    const signal =
      layer === layers.at(-1)
        ? outputErrorSignal(job, layer, labels, factor)
        : await hiddenErrorSignal(tf, job, layer, labels);
    h = await layer.learn(h, step, signal);
  }
  return h;
}

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

/** One epoch; returns the online training error, per cent. */
async function trainEpoch(
  tf: TensorFlow,
  job: ReferenceJob,
  layers: readonly ReferenceLayer[],
  epoch: number,
  callbacks: ReferenceCallbacks,
): Promise<number> {
  const order = job.orders(epoch);
  if (order.length === 0) {
    throw new RangeError(
      `reference: the order of epoch ${epoch} is empty; show at least one sample`,
    );
  }
  const blockRows = job.batch === 1 ? onlineBlockRows : job.batch;
  const samplesBefore = (epoch - 1) * order.length;
  let errorCount = 0;
  let reportedCount = 0;
  for (let start = 0; start < order.length; start += blockRows) {
    const chosen = order.subarray(start, start + blockRows);
    const outputs = await learnBlock(tf, job, layers, chosen);
    const labels = chooseLabels(job.train, chosen);
    errorCount += countErrors(outputs, labels);
    if (callbacks.step !== undefined) reportSteps(job, outputs, labels, callbacks.step);
    const doneCount = start + chosen.length;
    if (doneCount - reportedCount >= progressSamples || doneCount === order.length) {
      reportedCount = doneCount;
      callbacks.progress?.(samplesBefore + doneCount, job.epochs * order.length);
      await setImmediate();
    }
  }
  return (100 * errorCount) / order.length;
}

/**
 * Trains the network in float32 on TensorFlow.js, on the same samples in the same order as the chip, which it knows
 * nothing of. Plain SGD; the rules are in `rules/`, the arithmetic of a step in `ReferenceLayer`.
 * One training at a time: TensorFlow.js has one backend a process.
 * @throws RangeError when the parts of the job do not fit; BackendUnavailableError from `openBackend`.
 */
export async function trainReference(
  job: ReferenceJob,
  callbacks: ReferenceCallbacks = {},
): Promise<ReferenceResult> {
  checkJob(job);
  const { tf, name } = await openBackend(job.backend);
  const classCount = job.topology.layers.at(-1)?.neuronCount ?? 0;
  const layers: ReferenceLayer[] = [];
  try {
    job.topology.layers.forEach((spec, index) => {
      const initial = job.initial[index];
      if (initial !== undefined) layers.push(new ReferenceLayer(tf, spec, initial, classCount));
    });
    const epochs: ReferenceEpoch[] = [];
    for (let epoch = 1; epoch <= job.epochs; epoch += 1) {
      const trainErrorPercent = await trainEpoch(tf, job, layers, epoch, callbacks);
      const testErrorPercent = await evaluateErrorPercent(tf, layers, job.test);
      const record = { epoch, testErrorPercent, trainErrorPercent };
      epochs.push(record);
      callbacks.epoch?.(record);
    }
    const parameters = await Promise.all(layers.map((layer) => layer.parameters()));
    return { backend: name, epochs, parameters };
  } finally {
    for (const layer of layers) layer.dispose();
  }
}
