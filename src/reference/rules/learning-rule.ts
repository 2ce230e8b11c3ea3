import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend/backend.js';

/** What a sample's label gives a hidden layer before the sample has left the network. */
export interface LabelSignal {
  /** B_i (classCount × neuronCount), or null where the rule has none. */
  readonly feedback: Tensor2D | null;
  /** c of each sample, int32 (samples). */
  readonly labels: Tensor1D;
  /** DEFP's d: (samples × 1) of the label, or (samples × classCount) in full; null for other rules. */
  readonly delayed: Tensor2D | null;
}

/** What the network's outputs give a hidden layer. */
export interface OutputSignal {
  /** B_i (classCount × neuronCount). */
  readonly feedback: Tensor2D;
  /** y − y* (samples × classCount); with CE and no output activation y = softmax(output), as in the originals. */
  readonly error: Tensor2D;
}

/** What all rules state. */
interface RuleSign {
  /** Sign of B·… against BP's Wᵀ·(y − y*): −1 where +y* stands in the place of y − y*. Matters for transported B only. */
  readonly feedbackSign: 1 | -1;
}

/** A layer that may update as soon as its h is known. */
export interface LabelRule extends RuleSign {
  readonly waitsFor: 'nothing';
  /** Null: the layer does not learn. */
  readonly deltaH: (tf: TensorFlow, signal: LabelSignal) => Tensor2D | null;
}

/** A layer that waits for the network's outputs. */
export interface OutputRule extends RuleSign {
  readonly waitsFor: 'outputs';
  readonly deltaH: (tf: TensorFlow, signal: OutputSignal) => Tensor2D;
}

/** δz_{i+1} is carried back through a matrix of the shape of W_{i+1}, then through the pooling of layer i. */
export interface NextLayerRule extends RuleSign {
  readonly waitsFor: 'nextLayer';
  readonly carrier: (nextWeights: Tensor2D, feedback: Tensor2D | null) => Tensor2D;
}

/**
 * Where δh of a hidden layer comes from: all that the rules differ in. δh has shape (samples × neuronCount), neurons
 * before pooling in the order (channel, row, column), and is never divided by batch or classes. `waitsFor` names the form;
 * the registry holds it to the table of facts.
 */
export type LearningRule = LabelRule | OutputRule | NextLayerRule;

/** B of a rule that cannot do without it. */
export function needed(feedback: Tensor2D | null): Tensor2D {
  if (feedback === null) throw new RangeError('reference: a hidden layer has no feedback weights');
  return feedback;
}
