import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type Optimizer, stateOf } from './optimizer.js';

/** β₁, β₂ and ε, PyTorch's defaults. */
const meanSmoothing = 0.9;
const squareSmoothing = 0.999;
const epsilon = 1e-8;

/**
 * Adam: m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
 * w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
 */
export const adam: Optimizer = {
  stateCount: 2,
  update: (tf, step) => {
    const { parameter, gradient, learningRate, stepNumber } = step;
    const mean: Tensor2D = tf.add(
      tf.mul(stateOf(step, 0), meanSmoothing),
      tf.mul(gradient, 1 - meanSmoothing),
    );
    const square: Tensor2D = tf.add(
      tf.mul(stateOf(step, 1), squareSmoothing),
      tf.mul(tf.square(gradient), 1 - squareSmoothing),
    );
    const rootCorrection = Math.sqrt(1 - squareSmoothing ** stepNumber);
    const root: Tensor2D = tf.add(tf.mul(tf.sqrt(square), 1 / rootCorrection), epsilon);
    const rate = learningRate / (1 - meanSmoothing ** stepNumber);
    return {
      parameter: tf.sub(parameter, tf.mul(tf.div(mean, root), rate)),
      state: [mean, square],
    };
  },
};
