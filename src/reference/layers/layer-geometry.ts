import type { Tensor2D } from '@tensorflow/tfjs-core';

/**
 * How a kind of layer lays out the product z = operands·W + b. With it a convolution is a fully-connected layer that is
 * applied at each position: `operands` has a row for each sample and position, W a row for each value of a patch.
 * Between layers, and in B, values lie in the order (channel, row, column) of `NetworkTopology`.
 * Every method returns tensors of its own and is called inside tf.tidy.
 */
export interface LayerGeometry {
  /** Inputs (samples × inputCount) → operands (samples·positions × rows of W). */
  readonly spread: (inputs: Tensor2D) => Tensor2D;
  /** The adjoint of `spread`: δ of operands → δ of inputs, sums where patches overlap. */
  readonly collect: (deltaOperands: Tensor2D) => Tensor2D;
  /** (samples × neuronCount) in the order of B → (samples·positions × columns of W). */
  readonly toRows: (neurons: Tensor2D) => Tensor2D;
  /** The inverse of `toRows`. */
  readonly toNeurons: (rows: Tensor2D) => Tensor2D;
  /** h as rows → what the next layer sees (samples × outputCount). */
  readonly pool: (h: Tensor2D) => Tensor2D;
  /** The adjoint of `pool` at h: δ of the output → δh as rows. */
  readonly unpool: (h: Tensor2D, deltaOutput: Tensor2D) => Tensor2D;
}

function itself(values: Tensor2D): Tensor2D {
  return values.clone();
}

/** A fully-connected layer has one position, the whole input, and no pooling. */
export const fullyConnectedGeometry: LayerGeometry = {
  spread: itself,
  collect: itself,
  toRows: itself,
  toNeurons: itself,
  pool: itself,
  unpool: (_, deltaOutput) => itself(deltaOutput),
};
