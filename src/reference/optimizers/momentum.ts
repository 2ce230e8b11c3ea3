import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type Optimizer, stateOf } from './optimizer.js';

/** μ, as in both original codes. */
export const momentumFactor = 0.9;

/** SGD with momentum: m ← μ·m + g, w ← w − η·m (PyTorch's form, no dampening). */
export const momentum: Optimizer = {
  stateCount: 1,
  update: (tf, step) => {
    const velocity: Tensor2D = tf.add(tf.mul(stateOf(step, 0), momentumFactor), step.gradient);
    return {
      parameter: tf.sub(step.parameter, tf.mul(velocity, step.learningRate)),
      state: [velocity],
    };
  },
};
