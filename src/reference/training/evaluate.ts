import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend/backend.js';
import { type Loss, losses, rowOf } from '../loss.js';
import type { ReferenceLayer } from '../reference-layer.js';
import { chooseInputs, chooseLabels, type ReferenceSamples } from '../samples.js';
import type { TrainingState } from './training-state.js';

/** Samples to one forward pass: large enough for fast products, small enough for little memory (patches of CONV). */
const evaluationBatch = { fc: 500, conv: 100 };

/** 1 for each sample that is wrong, else 0: `outputs` (labels.length × C) predict their first largest class; none where all are NaN. */
function wrongOf(outputs: Float32Array, labels: Uint8Array): Uint8Array {
  const classCount = outputs.length / labels.length;
  return labels.map((label, row) => {
    let largest = -Infinity;
    let predicted = -1;
    rowOf(outputs, row, classCount).forEach((output, index) => {
      if (output > largest) {
        largest = output;
        predicted = index;
      }
    });
    return predicted === label ? 0 : 1;
  });
}

function sumOf(wrong: Uint8Array): number {
  return wrong.reduce((sum, isWrong) => sum + isWrong, 0);
}

/** How many samples are wrong, judged so. */
export function countErrors(outputs: Float32Array, labels: Uint8Array): number {
  return sumOf(wrongOf(outputs, labels));
}

/** Wrong samples, per cent of all. @param wrong 1 for each that is wrong, else 0 */
export function errorPercentOf(wrong: Uint8Array): number {
  return (100 * sumOf(wrong)) / wrong.length;
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

/** Sum of J over samples, each summed over the classes; `outputs` has shape (labels.length × C). */
export function lossSumOf(loss: Loss, outputs: Float32Array, labels: Uint8Array): number {
  const classCount = outputs.length / labels.length;
  return labels.reduce(
    (sum, label, row) => sum + loss.value(rowOf(outputs, row, classCount), label),
    0,
  );
}

/** What the network makes of samples. */
interface Judgement {
  /** 1 for each sample that is wrong, else 0, in their order. */
  readonly wrong: Uint8Array;
  /** Mean of J over the samples; null where it is no finite number. */
  readonly loss: number | null;
}

/** Judges samples without learning from them. */
export async function judgeSamples(
  { tf, layers, job }: Pick<TrainingState, 'tf' | 'layers' | 'job'>,
  samples: ReferenceSamples,
): Promise<Judgement> {
  const everySample = Uint32Array.from({ length: samples.sampleCount }, (_, index) => index);
  const wrong = new Uint8Array(samples.sampleCount);
  let lossSum = 0;
  await passForward(tf, layers, samples, everySample, (chosen, labels, outputs) => {
    wrong.set(wrongOf(outputs, labels), chosen[0]);
    lossSum += lossSumOf(losses[job.loss], outputs, labels);
  });
  const loss = lossSum / samples.sampleCount;
  return { wrong, loss: Number.isFinite(loss) ? loss : null };
}
