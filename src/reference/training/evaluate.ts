import type { Tensor2D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../backend/backend.js';
import { rowOf } from '../loss.js';
import type { ReferenceLayer } from '../reference-layer.js';
import { chooseInputs, chooseLabels, type ReferenceSamples } from '../samples.js';

/** Samples to one forward pass: large enough for fast products, small enough for little memory (patches of CONV). */
const evaluationBatch = { fc: 500, conv: 100 };

/** How many samples are wrong: `outputs` (labels.length × C) predict their first largest class; none where all are NaN. */
export function countErrors(outputs: Float32Array, labels: Uint8Array): number {
  const classCount = outputs.length / labels.length;
  let errorCount = 0;
  labels.forEach((label, row) => {
    let largest = -Infinity;
    let predicted = -1;
    rowOf(outputs, row, classCount).forEach((output, index) => {
      if (output > largest) {
        largest = output;
        predicted = index;
      }
    });
    if (predicted !== label) errorCount += 1;
  });
  return errorCount;
}

/** Calls `judge` with the outputs of the samples `order`, part by part, without learning and without dropout. */
export async function passForward(
  tf: TensorFlow,
  layers: readonly ReferenceLayer[],
  samples: ReferenceSamples,
  order: Uint32Array,
  judge: (chosen: Uint32Array, labels: Uint8Array, outputs: Float32Array) => void,
): Promise<void> {
  const rows = evaluationBatch[layers[0]?.spec.kind ?? 'fc'];
  for (let start = 0; start < order.length; start += rows) {
    const chosen = order.subarray(start, start + rows);
    const output = tf.tidy(() => {
      const inputs = chooseInputs(samples, chosen);
      let h: Tensor2D = tf.tensor2d(inputs, [chosen.length, inputs.length / chosen.length]);
      for (const layer of layers) h = tf.tidy(() => layer.activity(h).output);
      return h;
    });
    judge(chosen, chooseLabels(samples, chosen), await output.data<'float32'>());
    output.dispose();
  }
}

/** Wrong samples, per cent of all, without learning. */
export async function evaluateErrorPercent(
  tf: TensorFlow,
  layers: readonly ReferenceLayer[],
  samples: ReferenceSamples,
): Promise<number> {
  const everySample = Uint32Array.from({ length: samples.sampleCount }, (_, index) => index);
  let errorCount = 0;
  await passForward(tf, layers, samples, everySample, (_, labels, outputs) => {
    errorCount += countErrors(outputs, labels);
  });
  return (100 * errorCount) / samples.sampleCount;
}
