import { type LossName, rowOf, softmax } from '../loss.js';

/** Whether the error of each output of a sample, y − y* (loss ce: softmax(y) − y*), is smaller in magnitude than `limit`. */
function isBelow(y: Float32Array, label: number, loss: LossName, limit: number): boolean {
  const said = loss === 'ce' ? new Float32Array(y.length) : y;
  if (loss === 'ce') softmax(y, said);
  return said.every((value, index) => Math.abs(value - (index === label ? 1 : 0)) < limit);
}

/**
 * For every sample 1 where it is learned from, 0 where its errors are all below the limit; null: all are learned from.
 * `outputs` has shape (labels.length × classCount).
 */
export function learnedSamples(
  { loss, skipBelow }: { readonly loss: LossName; readonly skipBelow: number | null },
  labels: Uint8Array,
  outputs: Float32Array,
): Float32Array | null {
  if (skipBelow === null) return null;
  const classCount = outputs.length / labels.length;
  const isLearned = Float32Array.from(labels, (label, row) =>
    isBelow(rowOf(outputs, row, classCount), label, loss, skipBelow) ? 0 : 1,
  );
  return isLearned.every((one) => one === 1) ? null : isLearned;
}

/** Sets the rows of samples that are not learned from to 0; `values`: (samples × columns). */
export function clearSkipped(values: Float32Array, isLearned: Float32Array): void {
  const columnCount = values.length / isLearned.length;
  isLearned.forEach((one, row) => {
    if (one === 0) rowOf(values, row, columnCount).fill(0);
  });
}
