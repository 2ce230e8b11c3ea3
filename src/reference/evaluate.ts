import type { Tensor2D } from '@tensorflow/tfjs';
import type { TensorFlow } from './backend.js';
import { chooseInputs, chooseLabels, type ReferenceSamples } from './reference-job.js';
import type { ReferenceLayer } from './reference-layer.js';

/** Samples to one forward pass: large enough for fast products, small enough for little memory. */
const evaluationBatch = 500;

/** How many samples are wrong: `outputs` (labels.length × C) predict their first largest class; none where all are NaN. */
export function countErrors(outputs: Float32Array, labels: Uint8Array): number {
  const classCount = outputs.length / labels.length;
  let errorCount = 0;
  labels.forEach((label, row) => {
    let largest = -Infinity;
    let predicted = -1;
    outputs.subarray(row * classCount, (row + 1) * classCount).forEach((output, index) => {
      if (output > largest) {
        largest = output;
        predicted = index;
      }
    });
    if (predicted !== label) errorCount += 1;
  });
  return errorCount;
}

/** Wrong samples, per cent of all, without learning. */
export async function evaluateErrorPercent(
  tf: TensorFlow,
  layers: readonly ReferenceLayer[],
  samples: ReferenceSamples,
): Promise<number> {
  const { sampleCount } = samples;
  let errorCount = 0;
  for (let start = 0; start < sampleCount; start += evaluationBatch) {
    const length = Math.min(evaluationBatch, sampleCount - start);
    const chosen = Uint32Array.from({ length }, (_, row) => start + row);
    const outputs = tf.tidy(() => {
      const inputs = chooseInputs(samples, chosen);
      let h: Tensor2D = tf.tensor2d(inputs, [length, inputs.length / length]);
      for (const layer of layers) h = layer.forward(h);
      return h;
    });
    errorCount += countErrors(await outputs.data<'float32'>(), chooseLabels(samples, chosen));
    outputs.dispose();
  }
  return (100 * errorCount) / sampleCount;
}
