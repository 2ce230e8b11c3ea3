import type { ReferenceJob } from '../../src/reference/reference-job.js';
import {
  addTo,
  at,
  carryBack,
  makeNaiveLayers,
  naiveFactor,
  naiveFunctions,
  type NaiveLayer,
  naiveLoss,
  naiveSlopeOfLoss,
  naiveSoftmax,
  type NaiveVisit,
  visitNetwork,
  zeros,
} from './naive-network.js';

/** Whether every |error| of a sample is below the limit: nothing is learned from it. */
function isSkipped(job: ReferenceJob, output: readonly number[], label: number): boolean {
  const { skipBelow, loss } = job;
  if (skipBelow === null) return false;
  const said = loss === 'ce' ? naiveSoftmax(output) : output;
  return said.every((value, c) => Math.abs(value - (c === label ? 1 : 0)) < skipBelow);
}

/** What DEFP remembers, restated. */
interface NaiveMemory {
  readonly kept: number[][];
  mean: number;
  readonly ofEpoch: number[];
  /** Errors of all samples so far, for the variants of the last ones. */
  readonly seen: number[];
}

/** The rule's δh of hidden layer `index` (before pooling), straight from the table of the rules. */
function hiddenDelta(
  job: ReferenceJob,
  layers: readonly NaiveLayer[],
  visits: readonly NaiveVisit[],
  index: number,
  sample: number,
  label: number,
  above: readonly number[],
  memory: NaiveMemory,
): number[] {
  const { rule } = job;
  const feedback = at(job.initial, index).feedback ?? new Float32Array();
  const neuronCount = at(layers, index).spec.neuronCount;
  const project = (vector: readonly number[]): number[] =>
    Array.from({ length: neuronCount }, (_, neuron) =>
      vector.reduce((sum, value, c) => sum + value * at(feedback, c * neuronCount + neuron), 0),
    );
  const output = at(visits, visits.length - 1).output;
  const isSoftmax = job.loss === 'ce' && at(layers, layers.length - 1).spec.activation === 'none';
  const y = isSoftmax ? naiveSoftmax(output) : output;
  const oneHot = y.map((_, c) => (c === label ? 1 : 0));
  const error = y.map((value, c) => value - at(oneHot, c));
  switch (rule.name) {
    case 'shallow':
      return zeros(neuronCount);
    case 'drtp':
      return project(oneHot);
    case 'dfa':
      return project(error);
    case 'sdfa':
      return project(error.map(Math.sign));
    case 'defp': {
      if (rule.variant === 'fullVector') return project(at(memory.kept, sample));
      if (rule.variant === 'movingRate') return project(oneHot);
      const isLast = rule.variant === 'lastLoss' || rule.variant === 'movingAverage';
      const ofAll = isLast ? averageOf(job, memory.seen) : memory.mean;
      const isOne = isLast || rule.variant === 'aggregated';
      const d = isOne ? ofAll : at(at(memory.kept, sample), label);
      return project(oneHot.map((value) => d * value));
    }
    case 'bp':
    case 'fa': {
      const next = at(layers, index + 1);
      const carried = carryBack(next, above, rule.name === 'bp' ? next.weights : feedback);
      const delta = zeros(neuronCount);
      at(visits, index).winners.forEach((neuron, window) => {
        addTo(delta, neuron, at(carried, window));
      });
      return delta;
    }
  }
}

/** What the samples seen leave behind, from 1: each new one weighs 2^−n. */
function averageOf({ rule }: ReferenceJob, seen: readonly number[]): number {
  const share = rule.name === 'defp' ? 2 ** -(rule.averageShift ?? 0) : 1;
  return seen.reduce((average, error) => (1 - share) * average + share * error, 1);
}

/** 1 − y of the label, for `lastLoss` the slope of the loss. */
function see(job: ReferenceJob, memory: NaiveMemory, sample: number, y: readonly number[]): void {
  const label = at(job.train.labels, sample);
  const isLoss = job.rule.name === 'defp' && job.rule.variant === 'lastLoss';
  memory.seen.push(isLoss ? -at(naiveSlopeOfLoss(job.loss, y, label), label) : 1 - at(y, label));
}

/** Gradients of one sample, added to `sums`. */
function addGradients(
  job: ReferenceJob,
  layers: readonly NaiveLayer[],
  visits: readonly NaiveVisit[],
  sample: number,
  batchCount: number,
  memory: NaiveMemory,
  sums: readonly { readonly weights: number[]; readonly biases: number[] }[],
): void {
  const label = at(job.train.labels, sample);
  let above: number[] = [];
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const layer = at(layers, index);
    const visit = at(visits, index);
    const { slope } = naiveFunctions[layer.spec.activation];
    const factor = naiveFactor(job.loss, job.lossReduction, batchCount, visit.output.length);
    const deltaH =
      index === layers.length - 1
        ? naiveSlopeOfLoss(job.loss, visit.output, label).map((value) => factor * value)
        : hiddenDelta(job, layers, visits, index, sample, label, above, memory);
    const deltaZ = deltaH.map((value, neuron) => value * slope(at(visit.z, neuron)));
    const { weights, biases } = at(sums, index);
    layer.neurons.forEach(({ bias, connections }, neuron) => {
      addTo(biases, bias, at(deltaZ, neuron));
      for (const { input, weight } of connections) {
        addTo(weights, weight, at(deltaZ, neuron) * at(visit.x, input));
      }
    });
    above = deltaZ;
  }
}

/** PyTorch's optimizers, number by number. */
function naiveUpdate(
  name: ReferenceJob['optimizer'],
  stated: number,
): (values: number[], gradient: readonly number[], scale: number) => number[] {
  let t = 0;
  let m: number[] | null = null;
  let v: number[] | null = null;
  return (values, gradient, scale) => {
    const rate = scale * stated;
    t += 1;
    const m0 = m ?? zeros(values.length);
    const v0 = v ?? zeros(values.length);
    const isAdam = name === 'adam';
    const newM = gradient.map((g, i) => (isAdam ? 0.9 * at(m0, i) + 0.1 * g : 0.9 * at(m0, i) + g));
    const beta = isAdam ? 0.999 : 0.99;
    const newV = gradient.map((g, i) => beta * at(v0, i) + (1 - beta) * g * g);
    [m, v] = [newM, newV];
    return values.map((value, i) => {
      const g = at(gradient, i);
      if (name === 'sgd') return value - rate * g;
      if (name === 'momentum') return value - rate * at(newM, i);
      if (name === 'nag') return value - rate * (g + 0.9 * at(newM, i));
      if (name === 'rmsprop') return value - (rate * g) / (Math.sqrt(at(newV, i)) + 1e-8);
      const mHat = at(newM, i) / (1 - 0.9 ** t);
      const vHat = at(newV, i) / (1 - 0.999 ** t);
      return value - (rate * mHat) / (Math.sqrt(vHat) + 1e-8);
    });
  };
}

function remember(
  job: ReferenceJob,
  memory: NaiveMemory,
  sample: number,
  y: readonly number[],
): void {
  const { rule, loss } = job;
  if (rule.name !== 'defp') return;
  const label = at(job.train.labels, sample);
  memory.ofEpoch.push(1 - at(y, label));
  if (rule.variant === 'lossValue') {
    memory.kept[sample] = y.map(() => naiveLoss(loss, y, label));
  } else if (rule.variant === 'loss') {
    memory.kept[sample] = naiveSlopeOfLoss(loss, y, label).map((value) => -value);
  } else {
    memory.kept[sample] = y.map((value, c) => (c === label ? 1 : 0) - value);
  }
}

function endEpoch(memory: NaiveMemory): void {
  memory.mean = memory.ofEpoch.reduce((sum, value) => sum + value, 0) / memory.ofEpoch.length;
  memory.ofEpoch.length = 0;
}

export function inputOf(job: ReferenceJob, sample: number): number[] {
  const { features, featureScale } = job.train;
  const { inputCount } = job.topology;
  const row = [...features.subarray(sample * inputCount, (sample + 1) * inputCount)];
  return row.map((feature) => feature * featureScale);
}

/**
 * Any job without dropout, schedules, gates and changing feedback, one update after the other in float64: the
 * independent calculation that `trainReference` is compared with (import rule `naive-trainer-knows-no-trainer`). Returns weights and biases of every layer, flat.
 */
export function trainNaively(job: ReferenceJob): { weights: number[]; biases: number[] }[] {
  const layers = makeNaiveLayers(job.topology, job.initial);
  const classCount = at(layers, layers.length - 1).spec.neuronCount;
  const isFull = job.rule.name === 'defp' && job.rule.variant === 'fullVector';
  const memory: NaiveMemory = {
    kept: [...job.train.labels].map((label) =>
      zeros(classCount).map((_, c) => (!isFull || c === label ? 1 : 0)),
    ),
    mean: 1,
    ofEpoch: [],
    seen: [],
  };
  const updates = layers.map(() => ({
    weights: naiveUpdate(job.optimizer, job.learningRate),
    biases: naiveUpdate(job.optimizer, job.learningRate),
  }));
  const outputsOf = (visits: readonly NaiveVisit[]): readonly number[] =>
    at(visits, visits.length - 1).output;
  if (job.rule.name === 'defp' && job.rule.init === 'measure') {
    for (const sample of job.orders(1)) {
      const y = outputsOf(visitNetwork(layers, inputOf(job, sample)));
      remember(job, memory, sample, y);
      see(job, memory, sample, y);
    }
    endEpoch(memory);
  }
  for (let epoch = 1; epoch <= job.epochs; epoch += 1) {
    const order = [...job.orders(epoch)];
    for (let start = 0; start < order.length; start += job.batch) {
      const batch = order.slice(start, start + job.batch);
      const sums = layers.map((layer) => ({
        weights: zeros(layer.weights.length),
        biases: zeros(layer.biases.length),
      }));
      const visited = batch.map((sample) => visitNetwork(layers, inputOf(job, sample)));
      const learned = batch.map((sample, row) => {
        const output = outputsOf(at(visited, row));
        return !isSkipped(job, output, at(job.train.labels, sample));
      });
      const isRate = job.rule.name === 'defp' && job.rule.variant === 'movingRate';
      const scale = isRate ? Math.min(1, Math.max(0, averageOf(job, memory.seen))) : 1;
      batch.forEach((sample, row) => {
        if (at(learned, row)) {
          addGradients(job, layers, at(visited, row), sample, batch.length, memory, sums);
        }
        see(job, memory, sample, outputsOf(at(visited, row)));
      });
      layers.forEach((layer, index) => {
        if (!learned.includes(true)) return;
        if (job.frozenLayers.includes(index + 1)) return;
        layer.weights = at(updates, index).weights(layer.weights, at(sums, index).weights, scale);
        layer.biases = at(updates, index).biases(layer.biases, at(sums, index).biases, scale);
      });
      batch.forEach((sample, row) => {
        remember(job, memory, sample, outputsOf(at(visited, row)));
      });
    }
    endEpoch(memory);
  }
  return layers.map(({ weights, biases }) => ({ weights, biases }));
}
