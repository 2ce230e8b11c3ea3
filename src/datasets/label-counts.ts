import { elementAt } from '../numerics/integer.js';

/** Samples of class 0…classCount − 1; labels must be below it. */
export function countLabels(labels: Uint8Array, classCount: number): readonly number[] {
  const counts = Array.from({ length: classCount }, () => 0);
  for (const label of labels) counts[label] = elementAt(counts, label, 'label counts') + 1;
  return counts;
}

/** Classes that no label names, ascending. */
export function missingClasses(labels: Uint8Array, classCount: number): readonly number[] {
  const counts = countLabels(labels, classCount);
  return [...counts.keys()].filter((label) => counts[label] === 0);
}

/** Classes in a sentence, the first of them where there are many: `1, 2, 5`. */
export function printClasses(classes: readonly number[]): string {
  const shown = classes.slice(0, 10).join(', ');
  return classes.length > 10 ? `${shown} and ${classes.length - 10} others` : shown;
}
