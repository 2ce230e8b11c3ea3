import type { Tensor2D } from '@tensorflow/tfjs-core';
import { feedbackShape, type FeedbackKind } from '../network/feedback.js';
import type { LayerParameters } from '../network/parameters.js';
import {
  type NetworkLayer,
  type NetworkTopology,
  outputCount,
  weightShape,
} from '../network/topology.js';
import { type Activation, activations } from './activation.js';
import type { TensorFlow } from './backend/backend.js';
import { convolutionGeometry } from './layers/convolution-geometry.js';
import { fullyConnectedGeometry, type LayerGeometry } from './layers/layer-geometry.js';
import { LearnedTensor } from './training/learned-tensor.js';
import type { Optimizer } from './optimizers/optimizer.js';

/** What a forward pass leaves for the update of the same step; its owner disposes of the tensors. */
export type LayerActivity = {
  /** As they enter z = operands·W + b. */
  readonly operands: Tensor2D;
  /** Before pooling, in rows of `LayerGeometry`. */
  readonly h: Tensor2D;
  /** What the next layer sees (samples × outputCount). */
  readonly output: Tensor2D;
};

/** One layer as tensors: parameters, their optimizer's state, feedback weights, and the products of a batch. */
export class ReferenceLayer {
  readonly spec: NetworkLayer;
  readonly activation: Activation;
  /** Whether it learns now; layers may be frozen by epoch. */
  isTrainable: boolean;
  readonly weights: LearnedTensor;
  /** Shape (1 × columns of W). */
  readonly biases: LearnedTensor;
  readonly #tf: TensorFlow;
  readonly #geometry: LayerGeometry;
  #feedback: Tensor2D | null;

  constructor(
    tf: TensorFlow,
    setup: {
      readonly topology: NetworkTopology;
      readonly index: number;
      readonly spec: NetworkLayer;
      readonly initial: LayerParameters;
      readonly feedback: FeedbackKind;
      readonly optimizer: Optimizer;
      readonly isTrainable: boolean;
    },
  ) {
    const { topology, index, spec, initial, optimizer } = setup;
    const [rowCount, columnCount] = weightShape(spec);
    this.#tf = tf;
    this.spec = spec;
    this.isTrainable = setup.isTrainable;
    this.activation = activations[spec.activation];
    this.#geometry = spec.kind === 'conv' ? convolutionGeometry(tf, spec) : fullyConnectedGeometry;
    // Copied: the cpu backend would otherwise work in the caller's arrays.
    const weights = tf.tensor2d(initial.weights.slice(), [rowCount, columnCount]);
    this.weights = new LearnedTensor(tf, optimizer, weights);
    const biases = tf.tensor2d(initial.biases.slice(), [1, columnCount]);
    this.biases = new LearnedTensor(tf, optimizer, biases);
    const shape = feedbackShape(topology, index, setup.feedback);
    this.#feedback =
      initial.feedback === null || shape === null
        ? null
        : tf.tensor2d(initial.feedback.slice(), [...shape]);
  }

  /** B_i as the rule sees it now, or null. */
  get feedback(): Tensor2D | null {
    return this.#feedback;
  }

  /** Puts `feedback` in the place of B and takes it over. */
  replaceFeedback(feedback: Tensor2D): void {
    this.#feedback?.dispose();
    this.#feedback = this.#tf.keep(feedback);
  }

  /** Values that leave the layer, after pooling. */
  get outputCount(): number {
    return outputCount(this.spec);
  }

  /** Forward pass of inputs (samples × inputCount), with all that an update needs. */
  activity(inputs: Tensor2D): LayerActivity {
    const tf = this.#tf;
    const operands = this.#geometry.spread(inputs);
    const h = tf.tidy(() => this.activation.tensor(tf, this.sums(operands)));
    const output = tf.tidy(() => this.#geometry.pool(h));
    return { operands, h, output };
  }

  /** operands·W + b. */
  sums(operands: Tensor2D): Tensor2D {
    return this.#tf.add(this.#tf.matMul(operands, this.weights.value), this.biases.value);
  }

  /** δz = δh ⊙ f′ as rows, from δh (samples × neuronCount) in the order of B. */
  deltaZ(activity: LayerActivity, deltaH: Tensor2D): Tensor2D {
    return this.#timesSlope(activity.h, this.#geometry.toRows(deltaH));
  }

  /** δz as rows, from δ of what the next layer sees. */
  deltaZBelow(activity: LayerActivity, deltaOutput: Tensor2D): Tensor2D {
    return this.#timesSlope(activity.h, this.#geometry.unpool(activity.h, deltaOutput));
  }

  /** δh (samples × neuronCount) in the order of B, from δ of what the next layer sees. */
  deltaHBelow(activity: LayerActivity, deltaOutput: Tensor2D): Tensor2D {
    return this.inNeuronOrder(this.#geometry.unpool(activity.h, deltaOutput));
  }

  /** h or δz, which are rows of `LayerGeometry`, as (samples × neuronCount) in the order of B. */
  inNeuronOrder(rows: Tensor2D): Tensor2D {
    return this.#geometry.toNeurons(rows);
  }

  /** δ of the layer's inputs, from its δz through `carrier`, a matrix of the shape of W. */
  carryBack(deltaZ: Tensor2D, carrier: Tensor2D): Tensor2D {
    const tf = this.#tf;
    return this.#geometry.collect(tf.matMul(deltaZ, tf.transpose(carrier)));
  }

  /** One update from δz: ΔW ∝ operandsᵀ·δz, Δb ∝ Σ δz, summed over the batch and over a kernel's positions. */
  learn(activity: LayerActivity, deltaZ: Tensor2D, learningRate: number): void {
    const tf = this.#tf;
    // Transposed first: the wasm backend is ten times slower with matMul's own transposition.
    const gradient: Tensor2D = tf.matMul(tf.transpose(activity.operands), deltaZ);
    this.weights.learn(gradient, learningRate);
    this.biases.learn(tf.sum(deltaZ, 0, true), learningRate);
  }

  /** Largest h of each neuron over the samples, (1 × neuronCount) in the order of B. */
  largestH(activity: LayerActivity): Tensor2D {
    return this.#tf.max(this.inNeuronOrder(activity.h), 0, true);
  }

  /** The parameters as they are now, copied. */
  async parameters(): Promise<LayerParameters> {
    const read = async (tensor: Tensor2D): Promise<Float32Array> =>
      (await tensor.data<'float32'>()).slice();
    return {
      weights: await read(this.weights.value),
      biases: await read(this.biases.value),
      feedback: this.#feedback === null ? null : await read(this.#feedback),
    };
  }

  dispose(): void {
    this.weights.dispose();
    this.biases.dispose();
    this.#feedback?.dispose();
  }

  #timesSlope(h: Tensor2D, deltaH: Tensor2D): Tensor2D {
    return this.#tf.mul(deltaH, this.activation.derivativeTensor(this.#tf, h));
  }
}
