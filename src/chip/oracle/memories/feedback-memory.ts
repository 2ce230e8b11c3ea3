import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv, elementAt } from '../../../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';

interface FeedbackMemorySpec {
  /** Classes; for rule fa the rows of the next layer's synapse array. */
  readonly rowCount: number;
  /** The neurons of the layer; for rule fa the columns of the next layer's synapse array. */
  readonly columnCount: number;
  readonly wordBits: number;
  readonly feedbackBits: number;
  /** A generator makes the values anew whenever they are used; there is no memory (docs/spec.md §2.14). */
  readonly isGenerated: boolean;
  /** Pf: whole feedback weights in a word. */
  readonly feedbacksPerWord: number;
}

/**
 * Feedback memory of one hidden layer: the fixed random matrix B_i, row = class, for rule fa in the shape of the next
 * layer's weights. It is only ever read, or generated in place of that.
 *
 * Implements: docs/spec.md §1, §2.9 (shapes), §2.14, §4.2 (feedback.read), §4.5 (feedback.generate).
 * Not modelled: the generator's register; src/mapping fills the image with the values it makes.
 */
export class FeedbackMemory {
  readonly #rows: readonly (readonly bigint[])[];
  readonly #accessesPerRow: number;
  readonly #accesses: AccessMeter;

  /** `feedbackRaw`: shape (rowCount × columnCount), row-major. */
  constructor(
    spec: FeedbackMemorySpec,
    feedbackRaw: Int32Array,
    place: Place,
    ledger: AccessLedger,
  ) {
    const { rowCount, columnCount, isGenerated } = spec;
    this.#rows = Array.from({ length: rowCount }, (_, row) =>
      Array.from(feedbackRaw.subarray(row * columnCount, (row + 1) * columnCount), BigInt),
    );
    this.#accessesPerRow = isGenerated ? columnCount : ceilDiv(columnCount, spec.feedbacksPerWord);
    this.#accesses = isGenerated
      ? new AccessMeter(ledger, place, 'feedback.generate', spec.feedbackBits)
      : new AccessMeter(ledger, place, 'feedback.read', spec.wordBits);
  }

  /** One row of B_i, shape (columnCount): every word of it is read, or every value generated. */
  readRow(row: number, moment: Moment): readonly bigint[] {
    const values = elementAt(this.#rows, row, 'feedback memory row');
    this.#accesses.add(moment, this.#accessesPerRow);
    return values;
  }
}
