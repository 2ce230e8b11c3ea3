import type { Tensor2D } from '@tensorflow/tfjs';
import type { ActivationName } from '../network/topology.js';
import type { TensorFlow } from './backend.js';

/** An activation function f, once for numbers (rows of a training block), once for tensors (evaluation). */
export interface Activation {
  /** h = f(z). */
  readonly value: (z: number) => number;
  /** f′(z), from h. */
  readonly derivative: (h: number) => number;
  readonly tensor: (tf: TensorFlow, z: Tensor2D) => Tensor2D;
}

export const activations: Readonly<Record<ActivationName, Activation>> = {
  tanh: {
    value: (z) => Math.tanh(z),
    derivative: (h) => 1 - h * h,
    tensor: (tf, z) => tf.tanh(z),
  },
  sigmoid: {
    value: (z) => 1 / (1 + Math.exp(-z)),
    derivative: (h) => h * (1 - h),
    tensor: (tf, z) => tf.sigmoid(z),
  },
};
