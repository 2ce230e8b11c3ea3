import { elementAt } from '../../../numerics/integer.js';
import { type AccessMeter, trainingFeedback } from '../../../ledger/access-meter.js';
import type { FeedbackMemory } from '../memories/feedback-memory.js';
import { atPosition } from '../core/wiring.js';
import type { LayerAbove } from './learning-rule.js';

/*
 * The exact sums of docs/spec.md §2.9 and §2.10. `operations` counts one operation a term.
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

/**
 * Σ over the visits of every input of the layer above, and over columns, of M[row][column]·δz: δh of the values that
 * leave a layer, by a matrix M in the shape of the next layer's weights (docs/spec.md §2.10).
 * @param readRow a row of M
 */
export function projectBack(
  above: LayerAbove,
  readRow: (row: number) => readonly bigint[],
  operations: AccessMeter,
): readonly bigint[] {
  const { wiring, inputCount } = above;
  const deltaZ = above.deltaZ();
  return Array.from({ length: inputCount }, (_, input) =>
    wiring.visits(input).reduce((sum, { row, position }) => {
      const errors = atPosition(deltaZ, position, wiring);
      return sum + dotProduct(readRow(row), errors, operations);
    }, 0n),
  );
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
