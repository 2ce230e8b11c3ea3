import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { ActivationName } from '../network/topology.js';
import type { TensorFlow } from './backend/backend.js';

/** An activation function f and its f′ from h, once for numbers (online blocks, outputs), once for tensors (batches). */
export interface Activation {
  /** h = f(z). */
  readonly value: (z: number) => number;
  /** f′(z), from h. */
  readonly derivative: (h: number) => number;
  readonly tensor: (tf: TensorFlow, z: Tensor2D) => Tensor2D;
  readonly derivativeTensor: (tf: TensorFlow, h: Tensor2D) => Tensor2D;
}

export const activations: Readonly<Record<ActivationName, Activation>> = {
  tanh: {
    value: (z) => Math.tanh(z),
    derivative: (h) => 1 - h * h,
    tensor: (tf, z) => tf.tanh(z),
    derivativeTensor: (tf, h) => tf.sub(1, tf.square(h)),
  },
  sigmoid: {
    value: (z) => 1 / (1 + Math.exp(-z)),
    derivative: (h) => h * (1 - h),
    tensor: (tf, z) => tf.sigmoid(z),
    derivativeTensor: (tf, h) => tf.mul(h, tf.sub(1, h)),
  },
  /** f′(0) = 0, as in PyTorch. */
  relu: {
    value: (z) => Math.max(z, 0),
    derivative: (h) => (h > 0 ? 1 : 0),
    tensor: (tf, z) => tf.relu(z),
    derivativeTensor: (tf, h) => tf.cast(tf.greater(h, 0), 'float32'),
  },
  none: {
    value: (z) => z,
    derivative: () => 1,
    tensor: (tf, z) => tf.clone(z),
    derivativeTensor: (tf, h) => tf.onesLike(h),
  },
};
