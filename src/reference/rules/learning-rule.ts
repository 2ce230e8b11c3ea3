import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../backend.js';

/**
 * Where the error signal of hidden layers comes from. A rule of this kind needs nothing of later layers, so a layer
 * may update as soon as its h is known: that is what lets `ReferenceLayer` work through a block of samples by itself.
 */
export interface LearningRule {
  /**
   * δh of one hidden layer, shape (sampleCount × neuronCount), for samples with `labels` (sampleCount, int32), from
   * its `feedback` B (classCount × neuronCount). Never divided by batch or classes: weight gradients sum over the batch.
   */
  readonly deltaH: (tf: TensorFlow, feedback: Tensor2D, labels: Tensor1D) => Tensor2D;
}
