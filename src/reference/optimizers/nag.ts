import type { Tensor2D } from '@tensorflow/tfjs-core';
import { momentumFactor } from './momentum.js';
import { type Optimizer, stateOf } from './optimizer.js';

/** SGD with Nesterov's momentum: m ← μ·m + g, w ← w − η·(g + μ·m) (PyTorch's form). */
export const nag: Optimizer = {
  stateCount: 1,
  update: (tf, step) => {
    const velocity: Tensor2D = tf.add(tf.mul(stateOf(step, 0), momentumFactor), step.gradient);
    const ahead: Tensor2D = tf.add(step.gradient, tf.mul(velocity, momentumFactor));
    return {
      parameter: tf.sub(step.parameter, tf.mul(ahead, step.learningRate)),
      state: [velocity],
    };
  },
};
