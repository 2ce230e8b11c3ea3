import { elementAt } from '../../numerics/integer.js';
import { type AccessMeter, trainingFeedback } from '../access-meter.js';
import type { FeedbackMemory } from '../feedback-memory.js';

/*
 * The exact sums of docs/spec.md §2.9. `operations` counts one operation a term.
 */

/** Σ_m vector[m]·B[m][n] for every column n: reads all rows of B. */
export function project(
  vector: readonly bigint[],
  feedback: FeedbackMemory,
  operations: AccessMeter,
): readonly bigint[] {
  const rows = vector.map((_, row) => feedback.readRow(row, trainingFeedback));
  return elementAt(rows, 0, 'feedback rows').map((_, column) => {
    const terms = rows.map((row) => elementAt(row, column, 'feedback row'));
    return dotProduct(terms, vector, operations);
  });
}

/** Σ_m row[m]·vector[m]. */
export function dotProduct(
  row: readonly bigint[],
  vector: readonly bigint[],
  operations: AccessMeter,
): bigint {
  operations.add(trainingFeedback, row.length);
  return row.reduce((sum, factor, index) => sum + factor * elementAt(vector, index, 'vector'), 0n);
}
