import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type Optimizer, stateOf } from './optimizer.js';

/** α and ε, PyTorch's defaults. */
const smoothing = 0.99;
const epsilon = 1e-8;

/** RMSprop: v ← α·v + (1 − α)·g², w ← w − η·g/(√v + ε): ε is outside the root, as in PyTorch. */
export const rmsprop: Optimizer = {
  stateCount: 1,
  update: (tf, step) => {
    const { parameter, gradient, learningRate } = step;
    const square: Tensor2D = tf.add(
      tf.mul(stateOf(step, 0), smoothing),
      tf.mul(tf.square(gradient), 1 - smoothing),
    );
    const direction: Tensor2D = tf.div(gradient, tf.add(tf.sqrt(square), epsilon));
    return { parameter: tf.sub(parameter, tf.mul(direction, learningRate)), state: [square] };
  },
};
