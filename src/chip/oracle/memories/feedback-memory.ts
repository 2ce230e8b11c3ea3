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
 * Feedback memory of one hidden layer: the matrix B_i, row = class, for rule fa in the shape of the next
 * layer's weights. Samples only read it, or have it generated in place of that; between epochs it may be written. A column
 * that is closed is read as 0, whatever lies there.
 *
 * Implements: docs/spec.md §1, §2.9 (shapes), §2.14, §2.16, §4.2 (feedback.read), §4.5 (feedback.generate).
 * Not modelled: the generator's register; src/mapping fills the image with the values it makes.
 */
export class FeedbackMemory {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly #rows: (readonly bigint[])[];
  readonly #isOpen: boolean[];
  readonly #accessesPerRow: number;
  readonly #accesses: AccessMeter;
  /** Null: there is nothing to write. */
  readonly #writes: AccessMeter | null;

  /** `feedbackRaw`: shape (rowCount × columnCount), row-major. */
  constructor(
    spec: FeedbackMemorySpec,
    feedbackRaw: Int32Array,
    place: Place,
    ledger: AccessLedger,
  ) {
    const { rowCount, columnCount, isGenerated } = spec;
    this.rowCount = rowCount;
    this.columnCount = columnCount;
    this.#rows = Array.from({ length: rowCount }, (_, row) =>
      Array.from(feedbackRaw.subarray(row * columnCount, (row + 1) * columnCount), BigInt),
    );
    this.#isOpen = Array.from({ length: columnCount }, () => true);
    this.#writes = isGenerated
      ? null
      : new AccessMeter(ledger, place, 'feedback.write', spec.wordBits);
    this.#accessesPerRow = isGenerated ? columnCount : ceilDiv(columnCount, spec.feedbacksPerWord);
    this.#accesses = isGenerated
      ? new AccessMeter(ledger, place, 'feedback.generate', spec.feedbackBits)
      : new AccessMeter(ledger, place, 'feedback.read', spec.wordBits);
  }

  /** One row of B_i, shape (columnCount): every word of it is read, or every value generated. */
  readRow(row: number, moment: Moment): readonly bigint[] {
    this.#accesses.add(moment, this.#accessesPerRow);
    return this.rowAsMet(row);
  }

  /** What lies in a row, closed columns included: what its product with the weights below is made of. */
  readStoredRow(row: number, moment: Moment): readonly bigint[] {
    this.#accesses.add(moment, this.#accessesPerRow);
    return elementAt(this.#rows, row, 'feedback memory row');
  }

  /** Every word of a row is written; of a generator nothing, whose seed is another. */
  writeRow(row: number, values: readonly bigint[], moment: Moment): void {
    this.#writes?.add(moment, this.#accessesPerRow);
    this.#rows[row] = [...values];
  }

  /** Opens or closes each column, shape (columnCount). */
  gate(isOpen: readonly boolean[]): void {
    this.#isOpen.splice(0, this.#isOpen.length, ...isOpen);
  }

  /** A row as errors meet it; nothing is booked. */
  rowAsMet(row: number): readonly bigint[] {
    const values = elementAt(this.#rows, row, 'feedback memory row');
    return values.map((value, column) => (this.#isOpen[column] === true ? value : 0n));
  }
}
