import type { Optimizer } from './optimizer.js';

/** Plain stochastic gradient descent: w ← w − η·g. */
export const sgd: Optimizer = {
  stateCount: 0,
  update: (tf, { parameter, gradient, learningRate }) => ({
    parameter: tf.sub(parameter, tf.mul(gradient, learningRate)),
    state: [],
  }),
};
