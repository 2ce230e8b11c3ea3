import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { LayerParameters } from '../network/parameters.js';
import type { FullyConnectedLayer } from '../network/topology.js';
import { type Activation, activations } from './activation.js';
import type { TensorFlow } from './backend.js';

/** Writes δz of one sample: its row in the block, its h, and where δz goes, both of shape (neuronCount). */
export type ErrorSignal = (row: number, h: Float32Array, deltaZ: Float32Array) => void;

/** How the samples of a block follow each other. */
export interface BlockStep {
  readonly rowCount: number;
  /** True: each sample sees the updates of those before it. False: all rows are one batch, with one update. */
  readonly isOnline: boolean;
  readonly learningRate: number;
}

/** later ← later − coupling·deltaZ. The hot loop: rows² · neurons / 2 of it in every block. */
function subtractScaled(later: Float32Array, coupling: number, deltaZ: Float32Array): void {
  for (let neuron = 0; neuron < later.length; neuron += 1) {
    later[neuron] = (later[neuron] ?? NaN) - coupling * (deltaZ[neuron] ?? NaN);
  }
}

/**
 * One fully-connected layer that learns by plain SGD, W ← W − η·Σ xᵀ·δz and b ← b − η·Σ δz, in the storage order
 * (inputCount × neuronCount) of `LayerParameters`; a sample is a row x.
 *
 * Online learning (batch 1) rewrites all of W for every sample, which for a large layer is nearly all of the time. A
 * block of K samples does the same with two matrix products, since W enters only through x·W:
 *
 *   z_t = x_t·W_0 + b_0 − η·Σ_{s<t} (x_s·x_t + 1)·δz_s       (the + 1 is the bias's share)
 *   W_K = W_0 − η·Xᵀ·Δ,  b_K = b_0 − η·Σ_t δz_t
 *
 * It is the same sequence of updates, summed in another order, so it differs from step by step by float32 rounding.
 * TensorFlow.js does X·W_0, the Gram matrix X·Xᵀ and Xᵀ·Δ; the recurrence over s < t, f and f′ are loops over rows of
 * at most `neuronCount` numbers, where calling TensorFlow.js costs more than the arithmetic.
 * It needs δz of this layer to be independent of later layers within the block (`LearningRule`).
 */
export class ReferenceLayer {
  readonly spec: FullyConnectedLayer;
  readonly activation: Activation;
  readonly #tf: TensorFlow;
  #weights: Tensor2D;
  #biases: Tensor1D;
  readonly feedback: Tensor2D | null;

  constructor(
    tf: TensorFlow,
    spec: FullyConnectedLayer,
    initial: LayerParameters,
    classCount: number,
  ) {
    const { inputCount, neuronCount } = spec;
    this.#tf = tf;
    this.spec = spec;
    this.activation = activations[spec.activation];
    // Copied: the cpu backend would otherwise work in the caller's arrays.
    this.#weights = tf.tensor2d(initial.weights.slice(), [inputCount, neuronCount]);
    this.#biases = tf.tensor1d(initial.biases.slice());
    this.feedback =
      initial.feedback === null
        ? null
        : tf.tensor2d(initial.feedback.slice(), [classCount, neuronCount]);
  }

  /** h of samples `inputs` (sampleCount × inputCount), without learning. */
  forward(inputs: Tensor2D): Tensor2D {
    const tf = this.#tf;
    return tf.tidy(() => this.activation.tensor(tf, this.#sums(inputs)));
  }

  /**
   * Learns one block: `inputs` (rowCount × inputCount), rows in the order of the samples.
   * @returns h (rowCount × neuronCount), each row from before its own update.
   */
  async learn(
    inputs: Float32Array,
    step: BlockStep,
    errorSignal: ErrorSignal,
  ): Promise<Float32Array> {
    const tf = this.#tf;
    const { rowCount, isOnline, learningRate } = step;
    const { inputCount, neuronCount } = this.spec;
    const h = new Float32Array(rowCount * neuronCount);
    const block = tf.tidy(() => {
      const x = tf.tensor2d(inputs, [rowCount, inputCount]);
      const transposed = tf.transpose(x); // First: the wasm backend is ten times slower with matMul's own transposition.
      const sums = this.#sums(x);
      const couplings = isOnline
        ? tf.mul(tf.add(tf.matMul(x, transposed), 1), learningRate)
        : undefined;
      return { transposed, sums, couplings };
    });
    const { transposed } = block;
    try {
      const [sums, couplings] = await Promise.all([
        block.sums.data<'float32'>(),
        block.couplings?.data<'float32'>() ?? null,
      ]);
      const deltaZ = this.#walkRows(rowCount, sums, couplings, h, errorSignal);
      const learned = tf.tidy(() => {
        const change = tf.mul<Tensor2D>(tf.tensor2d(deltaZ, [rowCount, neuronCount]), learningRate);
        return {
          weights: tf.sub<Tensor2D>(this.#weights, tf.matMul(transposed, change)),
          biases: tf.sub<Tensor1D>(this.#biases, tf.sum(change, 0)),
        };
      });
      this.#weights.dispose();
      this.#biases.dispose();
      this.#weights = learned.weights;
      this.#biases = learned.biases;
    } finally {
      tf.dispose(block);
    }
    return h;
  }

  /** The parameters as they are now, copied. */
  async parameters(): Promise<LayerParameters> {
    const read = async (tensor: Tensor1D | Tensor2D): Promise<Float32Array> =>
      (await tensor.data<'float32'>()).slice();
    return {
      weights: await read(this.#weights),
      biases: await read(this.#biases),
      feedback: this.feedback === null ? null : await read(this.feedback),
    };
  }

  dispose(): void {
    this.#weights.dispose();
    this.#biases.dispose();
    this.feedback?.dispose();
  }

  /** x·W + b. */
  #sums(inputs: Tensor2D): Tensor2D {
    return this.#tf.add(this.#tf.matMul(inputs, this.#weights), this.#biases);
  }

  /** The recurrence over the rows: fills `h`, overwrites `sums` by z, returns Δ. `couplings` is η·(X·Xᵀ + 1), or null for a batch. */
  #walkRows(
    rowCount: number,
    sums: Float32Array,
    couplings: Float32Array | null,
    h: Float32Array,
    errorSignal: ErrorSignal,
  ): Float32Array {
    const { neuronCount } = this.spec;
    const { value } = this.activation;
    const deltaZ = new Float32Array(h.length);
    const rowOf = (values: Float32Array, row: number): Float32Array =>
      values.subarray(row * neuronCount, (row + 1) * neuronCount);
    for (let row = 0; row < rowCount; row += 1) {
      const hRow = rowOf(h, row);
      const deltaRow = rowOf(deltaZ, row);
      rowOf(sums, row).forEach((z, neuron) => {
        hRow[neuron] = value(z);
      });
      errorSignal(row, hRow, deltaRow);
      if (couplings === null) continue;
      for (let later = row + 1; later < rowCount; later += 1) {
        subtractScaled(rowOf(sums, later), couplings[row * rowCount + later] ?? NaN, deltaRow);
      }
    }
    return deltaZ;
  }
}
