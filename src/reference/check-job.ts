import { alternatives, factsOf, rulesWhere } from '../network/rule-facts.js';
import { checkFeedbackDraw, feedbackShape } from '../network/feedback.js';
import { weightShape } from '../network/topology.js';
import type { ReferenceJob } from './reference-job.js';
import type { ReferenceSamples } from './samples.js';

function checkLength(what: string, length: number, expected: number): void {
  if (length !== expected) {
    throw new RangeError(`reference: ${what} has ${length} values; it must have ${expected}`);
  }
}

function checkWhole(what: string, value: number, smallest: number): void {
  if (!Number.isInteger(value) || value < smallest) {
    throw new RangeError(
      `reference: ${what} is ${value}; it must be a whole number, at least ${smallest}`,
    );
  }
}

function checkSamples(
  name: string,
  samples: ReferenceSamples,
  inputCount: number,
  classCount: number,
): void {
  const { sampleCount, features, labels } = samples;
  checkLength(`${name}.features`, features.length, sampleCount * inputCount);
  checkLength(`${name}.labels`, labels.length, sampleCount);
  if (sampleCount === 0) {
    throw new RangeError(`reference: ${name} has no samples; give at least one`);
  }
  const strange = labels.find((label) => label >= classCount);
  if (strange !== undefined) {
    throw new RangeError(
      `reference: ${name}.labels holds ${strange}; the last layer has ${classCount} neurons, so labels end at ${classCount - 1}`,
    );
  }
}

function checkParameters(job: ReferenceJob): void {
  const { topology, initial } = job;
  const { feedback } = factsOf(job.rule.name);
  checkLength('initial', initial.length, topology.layers.length);
  topology.layers.forEach((layer, index) => {
    const parameters = initial[index];
    const name = `initial[${index}]`;
    const [rowCount, columnCount] = weightShape(layer);
    checkLength(`${name}.weights`, parameters?.weights.length ?? 0, rowCount * columnCount);
    checkLength(`${name}.biases`, parameters?.biases.length ?? 0, columnCount);
    const [feedbackRows, feedbackColumns] = feedbackShape(topology, index, feedback) ?? [0, 0];
    const feedbackCount = feedbackRows * feedbackColumns;
    checkLength(`${name}.feedback`, parameters?.feedback?.length ?? 0, feedbackCount);
  });
}

/** The rule with its network: what no training can mean. */
function checkRule(job: ReferenceJob): void {
  const { rule, topology, feedback, dyingReluGate } = job;
  const kind = factsOf(rule.name).feedback;
  const hidden = topology.layers.slice(0, -1);
  if (kind === 'weights' && hidden.length === 0) {
    throw new RangeError(
      `reference: rule ${rule.name} needs a hidden layer, whose error it carries back through B; add one or use bp`,
    );
  }
  if (feedback.kind !== 'fixed' && kind === 'none') {
    throw new RangeError(
      `reference: rule ${rule.name} has no feedback weights that could be ${feedback.kind}; use feedback fixed`,
    );
  }
  if (feedback.kind === 'transported' && hidden.some((layer) => layer.kind === 'conv')) {
    throw new RangeError(
      'reference: feedback weights of CONV layers cannot be transported: a kernel is used at many positions; use fixed or redrawn',
    );
  }
  if (dyingReluGate === 'none') return;
  if (kind !== 'classes') {
    throw new RangeError(
      `reference: dyingReluGate ${dyingReluGate} closes columns of B; rule ${rule.name} has none, use ${alternatives([...rulesWhere(({ feedback: shape }) => shape === 'classes'), 'none'])}`,
    );
  }
  if (hidden.every((layer) => layer.activation !== 'relu')) {
    throw new RangeError(
      `reference: dyingReluGate ${dyingReluGate} is for hidden relu layers, and there is none; use none`,
    );
  }
}

function checkExtras(job: ReferenceJob): void {
  const { schedule, feedback, dropout, frozenLayers, topology } = job;
  if (!Number.isFinite(job.learningRate) || job.learningRate <= 0) {
    throw new RangeError(`reference: learningRate is ${job.learningRate}; it must be above 0`);
  }
  if (!(dropout.rate >= 0 && dropout.rate < 1)) {
    throw new RangeError(`reference: dropout.rate is ${dropout.rate}; it must be in 0 ≤ rate < 1`);
  }
  if (schedule.name === 'step') checkWhole('schedule.everyEpochs', schedule.everyEpochs, 1);
  if (schedule.name === 'cosine') checkWhole('schedule.epochs', schedule.epochs, 1);
  if (schedule.name === 'plateau') checkWhole('schedule.patience', schedule.patience, 0);
  if ('factor' in schedule && !(schedule.factor > 0 && Number.isFinite(schedule.factor))) {
    throw new RangeError(`reference: schedule.factor is ${schedule.factor}; it must be above 0`);
  }
  if ('everyEpochs' in feedback) checkWhole('feedback.everyEpochs', feedback.everyEpochs, 1);
  if ('patience' in feedback) checkWhole('feedback.patience', feedback.patience, 0);
  if ('draw' in feedback) {
    checkFeedbackDraw(topology, { ...feedback.draw, kind: factsOf(job.rule.name).feedback });
  }
  const strange = frozenLayers.find(
    (layer) => !Number.isInteger(layer) || layer < 1 || layer > topology.layers.length,
  );
  if (strange !== undefined) {
    throw new RangeError(
      `reference: frozenLayers names layer ${strange}; layers are 1..${topology.layers.length}`,
    );
  }
}

/** @throws RangeError when the parts of a job do not fit each other. */
export function checkJob(job: ReferenceJob): void {
  const { topology } = job;
  const output = topology.layers.at(-1);
  if (output === undefined) throw new RangeError('reference: the network has no layers');
  if (output.kind !== 'fc') throw new RangeError('reference: the last layer must be FC');
  if (job.loss === 'bce' && output.activation !== 'sigmoid') {
    throw new RangeError(
      `reference: loss bce needs sigmoid outputs, the last layer has ${output.activation}; use mse or sigmoid`,
    );
  }
  checkWhole('batch', job.batch, 1);
  checkWhole('epochs', job.epochs, 1);
  checkWhole('probeSampleCount', job.probeSampleCount, 0);
  checkRule(job);
  checkExtras(job);
  checkParameters(job);
  checkSamples('train', job.train, topology.inputCount, output.neuronCount);
  checkSamples('test', job.test, topology.inputCount, output.neuronCount);
}
