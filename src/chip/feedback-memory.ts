import type { AccessLedger } from '../ledger/access-ledger.js';
import { ceilDiv, elementAt } from '../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from './access-meter.js';

export interface FeedbackMemorySpec {
  readonly classCount: number;
  readonly neuronCount: number;
  readonly wordBits: number;
  /** Pf: whole feedback weights in a word. */
  readonly feedbacksPerWord: number;
}

/**
 * Feedback memory of one hidden layer: the fixed random matrix B_i, row = class. It is only ever read.
 *
 * Implements: docs/spec.md §1, §4.2 (feedback.read).
 */
export class FeedbackMemory {
  readonly #rows: readonly (readonly bigint[])[];
  readonly #wordsPerRow: number;
  readonly #reads: AccessMeter;

  /** `feedbackRaw`: shape (classCount × neuronCount), row-major. */
  constructor(
    spec: FeedbackMemorySpec,
    feedbackRaw: Int32Array,
    place: Place,
    ledger: AccessLedger,
  ) {
    const { classCount, neuronCount } = spec;
    this.#rows = Array.from({ length: classCount }, (_, row) =>
      Array.from(feedbackRaw.subarray(row * neuronCount, (row + 1) * neuronCount), BigInt),
    );
    this.#wordsPerRow = ceilDiv(neuronCount, spec.feedbacksPerWord);
    this.#reads = new AccessMeter(ledger, place, 'feedback.read', spec.wordBits);
  }

  /** Row `label` of B_i, shape (neuronCount). */
  readRow(label: number, moment: Moment): readonly bigint[] {
    const row = elementAt(this.#rows, label, 'feedback memory row');
    this.#reads.add(moment, this.#wordsPerRow);
    return row;
  }
}
