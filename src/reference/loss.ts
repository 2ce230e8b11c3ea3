import type { Activation } from './activation.js';

export const lossNames = ['bce', 'mse', 'ce'] as const;
export type LossName = (typeof lossNames)[number];
export const lossReductions = ['sum', 'mean'] as const;
export type LossReduction = (typeof lossReductions)[number];

/** A loss J of one sample: outputs y (classCount) against the label's one-hot target y*. */
export interface Loss {
  /** J, summed over the classes. */
  readonly value: (y: Float32Array, label: number) => number;
  /** ∂J/∂y, written to `deltaY`. */
  readonly deltaY: (y: Float32Array, label: number, deltaY: Float32Array) => void;
  /** ∂J/∂z of the output layer, written to `deltaZ`. */
  readonly deltaZ: (
    y: Float32Array,
    label: number,
    activation: Activation,
    deltaZ: Float32Array,
  ) => void;
  /** Elements of J that a sample has: what a mean also divides by. */
  readonly elementCount: (classCount: number) => number;
}

/** PyTorch clamps the logarithms of BCE here, so that a saturated output costs 100 and not infinity. */
const smallestLog = -100;

/** PyTorch's gradient of BCE divides by y(1 − y), at least by this. */
const smallestSlope = 1e-12;

function targetOf(index: number, label: number): 0 | 1 {
  return index === label ? 1 : 0;
}

/** −log y of the label, −log(1 − y) of the others. */
const bce: Loss = {
  value: (y, label) =>
    y.reduce((sum, value, index) => {
      const likelihood = index === label ? value : 1 - value;
      return sum - Math.max(Math.log(likelihood), smallestLog);
    }, 0),
  deltaY: (y, label, deltaY) => {
    y.forEach((value, index) => {
      const slope = Math.max(value * (1 - value), smallestSlope);
      deltaY[index] = (value - targetOf(index, label)) / slope;
    });
  },
  /** y − y*, which holds for sigmoid outputs only, also where they saturate. */
  deltaZ: (y, label, _, deltaZ) => {
    y.forEach((value, index) => {
      deltaZ[index] = value - targetOf(index, label);
    });
  },
  elementCount: (classCount) => classCount,
};

/** (y − y*)². */
const mse: Loss = {
  value: (y, label) =>
    y.reduce((sum, value, index) => sum + (value - targetOf(index, label)) ** 2, 0),
  deltaY: (y, label, deltaY) => {
    y.forEach((value, index) => {
      deltaY[index] = 2 * (value - targetOf(index, label));
    });
  },
  deltaZ: (y, label, activation, deltaZ) => {
    y.forEach((value, index) => {
      deltaZ[index] = 2 * (value - targetOf(index, label)) * activation.derivative(value);
    });
  },
  elementCount: (classCount) => classCount,
};

/** Probabilities from y, written to `probabilities`; returns log Σ e^y. */
export function softmax(y: Float32Array, probabilities: Float32Array): number {
  const largest = y.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = y.reduce((total, value) => total + Math.exp(value - largest), 0);
  y.forEach((value, index) => {
    probabilities[index] = Math.exp(value - largest) / sum;
  });
  return largest + Math.log(sum);
}

/**
 * −log softmax(y) of the label. As in PyTorch the softmax belongs to the loss: y is the network's output, whatever f
 * gives it, and ∂J/∂y = softmax(y) − y*. So this gradient also exists where the output layer has no softmax itself.
 */
const ce: Loss = {
  value: (y, label) => softmax(y, new Float32Array(y.length)) - (y[label] ?? NaN),
  deltaY: (y, label, deltaY) => {
    softmax(y, deltaY);
    deltaY[label] = (deltaY[label] ?? NaN) - 1;
  },
  deltaZ: (y, label, activation, deltaZ) => {
    ce.deltaY(y, label, deltaZ);
    y.forEach((value, index) => {
      deltaZ[index] = (deltaZ[index] ?? NaN) * activation.derivative(value);
    });
  },
  elementCount: () => 1,
};

export const losses: Readonly<Record<LossName, Loss>> = { bce, mse, ce };

/** 1/(batch·elements) for the mean-reduced loss of the original codes (CE: 1/batch), 1 for the sum. */
export function reductionFactor(
  loss: Loss,
  reduction: LossReduction,
  sampleCount: number,
  classCount: number,
): number {
  return reduction === 'mean' ? 1 / (sampleCount * loss.elementCount(classCount)) : 1;
}

/** Row `row` of `values` (rows × `columnCount`), not copied. */
export function rowOf(values: Float32Array, row: number, columnCount: number): Float32Array {
  return values.subarray(row * columnCount, (row + 1) * columnCount);
}

/** Loss of one update step; `outputs` has shape (labels.length × classCount). */
export function stepLoss(
  loss: Loss,
  reduction: LossReduction,
  outputs: Float32Array,
  labels: Uint8Array,
): number {
  const classCount = outputs.length / labels.length;
  let sum = 0;
  labels.forEach((label, row) => {
    sum += loss.value(rowOf(outputs, row, classCount), label);
  });
  return sum * reductionFactor(loss, reduction, labels.length, classCount);
}
