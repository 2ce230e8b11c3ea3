import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend/backend.js';
import { rowOf } from '../loss.js';
import type { ReferenceLayer } from '../reference-layer.js';

/** Writes δz of one sample: its row in the block, its h, and where δz goes, both of shape (neuronCount). */
export type ErrorSignal = (row: number, h: Float32Array, deltaZ: Float32Array) => void;

/** later ← later − coupling·deltaZ. The hot loop: rows² · neurons / 2 of it in every block. */
function subtractScaled(later: Float32Array, coupling: number, deltaZ: Float32Array): void {
  for (let neuron = 0; neuron < later.length; neuron += 1) {
    later[neuron] = (later[neuron] ?? NaN) - coupling * (deltaZ[neuron] ?? NaN);
  }
}

/** The recurrence over the rows: fills `h`, overwrites `sums` by z, returns Δ. `couplings` is η·(X·Xᵀ + 1). */
function walkRows(
  layer: ReferenceLayer,
  sums: Float32Array,
  couplings: Float32Array,
  h: Float32Array,
  errorSignal: ErrorSignal,
): Float32Array {
  const { neuronCount } = layer.spec;
  const { value } = layer.activation;
  const rowCount = h.length / neuronCount;
  const deltaZ = new Float32Array(h.length);
  for (let row = 0; row < rowCount; row += 1) {
    const hRow = rowOf(h, row, neuronCount);
    const deltaRow = rowOf(deltaZ, row, neuronCount);
    rowOf(sums, row, neuronCount).forEach((z, neuron) => {
      hRow[neuron] = value(z);
    });
    errorSignal(row, hRow, deltaRow);
    for (let later = row + 1; later < rowCount; later += 1) {
      const coupling = couplings[row * rowCount + later] ?? NaN;
      subtractScaled(rowOf(sums, later, neuronCount), coupling, deltaRow);
    }
  }
  return deltaZ;
}

/**
 * Plain SGD of one fully-connected layer, sample after sample: W ← W − η·xᵀ·δz, b ← b − η·δz for each row x.
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
 * It needs δz of this layer to be independent of later layers within the block (a rule that waits for nothing).
 *
 * `inputs` (rows × inputCount) in the order of the samples; returns h (rows × neuronCount), each row from before its
 * own update.
 */
export async function learnOnline(
  tf: TensorFlow,
  layer: ReferenceLayer,
  inputs: Float32Array,
  learningRate: number,
  errorSignal: ErrorSignal,
): Promise<Float32Array> {
  const { inputCount, neuronCount } = layer.spec;
  const rowCount = inputs.length / inputCount;
  const products = tf.tidy(() => {
    const x = tf.tensor2d(inputs, [rowCount, inputCount]);
    const transposed = tf.transpose(x); // First: the wasm backend is ten times slower with matMul's own transposition.
    const gram = tf.add(tf.matMul(x, transposed), 1);
    return { transposed, sums: layer.sums(x), couplings: tf.mul(gram, learningRate) };
  });
  try {
    const sums = await products.sums.data<'float32'>();
    const couplings = await products.couplings.data<'float32'>();
    const h = new Float32Array(rowCount * neuronCount);
    const deltaZ = walkRows(layer, sums, couplings, h, errorSignal);
    tf.tidy(() => {
      const change: Tensor2D = tf.mul(tf.tensor2d(deltaZ, [rowCount, neuronCount]), learningRate);
      const { weights, biases } = layer;
      weights.replace(tf.sub(weights.value, tf.matMul(products.transposed, change)));
      biases.replace(tf.sub(biases.value, tf.sum(change, 0, true)));
    });
    return h;
  } finally {
    tf.dispose(products);
  }
}

/** h of a layer that does not learn, for inputs as in `learnOnline`. */
export async function passOnline(
  tf: TensorFlow,
  layer: ReferenceLayer,
  inputs: Float32Array,
): Promise<Float32Array> {
  const { inputCount } = layer.spec;
  const output = tf.tidy(
    () => layer.activity(tf.tensor2d(inputs, [inputs.length / inputCount, inputCount])).output,
  );
  const h = (await output.data<'float32'>()).slice();
  output.dispose();
  return h;
}
