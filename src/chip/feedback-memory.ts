import type { AccessLedger } from '../ledger/access-ledger.js';
import { ceilDiv, elementAt } from '../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from './access-meter.js';

export interface FeedbackMemorySpec {
  /** Classes; for rule fa the neurons of the layer. */
  readonly rowCount: number;
  /** The neurons of the layer; for rule fa those of the layer above. */
  readonly columnCount: number;
  readonly wordBits: number;
  /** Pf: whole feedback weights in a word. */
  readonly feedbacksPerWord: number;
}

/**
 * Feedback memory of one hidden layer: the fixed random matrix B_i, row = class, for rule fa row = neuron. It is only
 * ever read.
 *
 * Implements: docs/spec.md §1, §2.9 (shapes), §4.2 (feedback.read).
 */
export class FeedbackMemory {
  readonly #rows: readonly (readonly bigint[])[];
  readonly #wordsPerRow: number;
  readonly #reads: AccessMeter;

  /** `feedbackRaw`: shape (rowCount × columnCount), row-major. */
  constructor(
    spec: FeedbackMemorySpec,
    feedbackRaw: Int32Array,
    place: Place,
    ledger: AccessLedger,
  ) {
    const { rowCount, columnCount } = spec;
    this.#rows = Array.from({ length: rowCount }, (_, row) =>
      Array.from(feedbackRaw.subarray(row * columnCount, (row + 1) * columnCount), BigInt),
    );
    this.#wordsPerRow = ceilDiv(columnCount, spec.feedbacksPerWord);
    this.#reads = new AccessMeter(ledger, place, 'feedback.read', spec.wordBits);
  }

  /** One row of B_i, shape (columnCount): every word of it is read. */
  readRow(row: number, moment: Moment): readonly bigint[] {
    const values = elementAt(this.#rows, row, 'feedback memory row');
    this.#reads.add(moment, this.#wordsPerRow);
    return values;
  }
}
