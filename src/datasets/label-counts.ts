import { elementAt } from '../numerics/integer.js';

/** Samples of class 0…classCount − 1; labels must be below it. */
export function countLabels(labels: Uint8Array, classCount: number): readonly number[] {
  const counts = Array.from({ length: classCount }, () => 0);
  for (const label of labels) counts[label] = elementAt(counts, label, 'label counts') + 1;
  return counts;
}
