import type { Activation } from './activation.js';

export const lossNames = ['bce', 'mse'] as const;
export type LossName = (typeof lossNames)[number];
export const lossReductions = ['sum', 'mean'] as const;
export type LossReduction = (typeof lossReductions)[number];

/** A loss J of outputs y against the one-hot target y*, per element. */
export interface Loss {
  /** J of one element. */
  readonly value: (y: number, target: 0 | 1) => number;
  /** ∂J/∂z of one element of the output layer. */
  readonly deltaZ: (y: number, target: 0 | 1, activation: Activation) => number;
}

/** PyTorch clamps the logarithms of BCE here, so that a saturated output costs 100 and not infinity. */
const smallestLog = -100;

export const losses: Readonly<Record<LossName, Loss>> = {
  /** −log y or −log(1 − y); δz = y − y*, which holds for sigmoid outputs only. */
  bce: {
    value: (y, target) => -Math.max(Math.log(target === 1 ? y : 1 - y), smallestLog),
    deltaZ: (y, target) => y - target,
  },
  /** (y − y*)²; δz = 2(y − y*)·f′. */
  mse: {
    value: (y, target) => (y - target) ** 2,
    deltaZ: (y, target, activation) => 2 * (y - target) * activation.derivative(y),
  },
};

/** 1/(batch·C) for the mean-reduced loss of the original codes, 1 for the sum. */
export function reductionFactor(
  reduction: LossReduction,
  sampleCount: number,
  classCount: number,
): number {
  return reduction === 'mean' ? 1 / (sampleCount * classCount) : 1;
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
  outputs.forEach((y, index) => {
    const label = labels[Math.floor(index / classCount)];
    sum += loss.value(y, index % classCount === label ? 1 : 0);
  });
  return sum * reductionFactor(reduction, labels.length, classCount);
}
