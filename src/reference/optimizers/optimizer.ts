import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend/backend.js';

/** What one update of one parameter tensor starts from. */
export interface OptimizerStep {
  readonly parameter: Tensor2D;
  /** g, of the parameter's shape. */
  readonly gradient: Tensor2D;
  /** State tensors after the step before, as many as `stateCount`, zero before step 1. */
  readonly state: readonly Tensor2D[];
  /** η. */
  readonly learningRate: number;
  /** t = 1, 2, … */
  readonly stepNumber: number;
}

/** How a gradient changes a parameter: PyTorch's formulas, one file each. Called inside tf.tidy. */
export interface Optimizer {
  /** Tensors of the parameter's size that it remembers: memory, on a chip. */
  readonly stateCount: number;
  readonly update: (
    tf: TensorFlow,
    step: OptimizerStep,
  ) => { readonly parameter: Tensor2D; readonly state: readonly Tensor2D[] };
}

/** State tensor `index` of a step. */
export function stateOf(step: OptimizerStep, index: number): Tensor2D {
  const tensor = step.state[index];
  if (tensor === undefined) {
    throw new RangeError(
      `reference: the optimizer has ${step.state.length} state tensors, number ${index} was asked for`,
    );
  }
  return tensor;
}
