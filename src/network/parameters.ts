import {
  checkFeedbackDraw,
  drawFeedback,
  type FeedbackDraw,
  originalFeedback,
} from './feedback.js';
import { drawUniform } from './random-numbers.js';
import { type NetworkTopology, weightShape } from './topology.js';

/** Parameters of one layer as real numbers (float32), row = input as in the synapse array. */
export interface LayerParameters {
  /** Shape `weightShape`: FC (inputCount × neuronCount), CONV (channels·k·k × channels out). */
  readonly weights: Float32Array;
  /** Shape (neuronCount), CONV (channels out). */
  readonly biases: Float32Array;
  /** B_i, shape `feedbackShape`: (classCount × neuronCount) unless the rule says other; null in the output layer. */
  readonly feedback: Float32Array | null;
}

/** How W starts: uniform in ±1/√fan-in, or zero, which both original codes offer for FC layers (thesis eq. 3.11). */
export const weightInitialisations = ['uniform', 'zero'] as const;
export type WeightInitialisation = (typeof weightInitialisations)[number];

/** What `drawParameters` may be asked for. */
export interface ParameterDraw {
  /** `zero` starts the weights of FC layers at 0; biases and kernels stay as drawn. */
  readonly weights: WeightInitialisation;
  readonly feedback: FeedbackDraw;
}

const originalDraw: ParameterDraw = { weights: 'uniform', feedback: originalFeedback };

/**
 * Draws the initial parameters of every layer from `seed`: W and b uniform in ±1/√fan-in (PyTorch's default, both
 * original codes), B as `draw.feedback` says, Kaiming-uniform unless stated (rules of DRTP, Frenkel 2021).
 * Each tensor has a seed of its own, so that another topology of the other layers does not change it.
 * @throws RangeError when the widths of B do not fit the network.
 */
export function drawParameters(
  topology: NetworkTopology,
  seed: number,
  draw: ParameterDraw = originalDraw,
): readonly LayerParameters[] {
  checkFeedbackDraw(topology, draw.feedback);
  return topology.layers.map((layer, index) => {
    const name = `${seed}/layer${index + 1}`;
    const [rowCount, columnCount] = weightShape(layer);
    const bound = 1 / Math.sqrt(rowCount);
    const isZero = draw.weights === 'zero' && layer.kind === 'fc';
    return {
      weights: isZero
        ? new Float32Array(rowCount * columnCount)
        : drawUniform(`${name}/weight`, rowCount * columnCount, bound),
      biases: drawUniform(`${name}/bias`, columnCount, bound),
      feedback: drawFeedback(topology, index, draw.feedback, `${name}/feedback`),
    };
  });
}
