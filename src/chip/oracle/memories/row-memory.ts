import { type StepMemory } from '../../../ledger/components.js';
import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv, elementAt } from '../../../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';

interface RowMemorySpec {
  /** ρ rows of the weights, and one more where the core has biases. */
  readonly rowCount: number;
  readonly columnCount: number;
  readonly wordBits: number;
  /** Whole values in a word. */
  readonly valuesPerWord: number;
  /** False: values pass without being kept in a memory, and cost no access. */
  readonly isStored: boolean;
}

/**
 * A memory that holds a value for every weight of a core, and in a last row for every bias: the gradient memory and
 * the memory of optimizer states. It begins with one value everywhere.
 *
 * Implements: docs/spec.md §2.11, §4.5 (gradient.read, .write, optimizerState.read, .write).
 */
export class RowMemory<Value> {
  readonly #rows: (readonly Value[])[];
  readonly #wordsPerRow: number;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;

  constructor(
    component: StepMemory,
    spec: RowMemorySpec,
    first: Value,
    place: Place,
    ledger: AccessLedger,
  ) {
    const { rowCount, columnCount, wordBits, valuesPerWord, isStored } = spec;
    this.#rows = Array.from({ length: rowCount }, () =>
      Array.from({ length: columnCount }, () => first),
    );
    this.#wordsPerRow = isStored ? ceilDiv(columnCount, valuesPerWord) : 0;
    this.#reads = new AccessMeter(ledger, place, `${component}.read`, wordBits);
    this.#writes = new AccessMeter(ledger, place, `${component}.write`, wordBits);
  }

  /** Shape (columnCount): every word of the row is read. */
  readRow(row: number, moment: Moment): readonly Value[] {
    const values = elementAt(this.#rows, row, 'row');
    this.#reads.add(moment, this.#wordsPerRow);
    return values;
  }

  writeRow(row: number, values: readonly Value[], moment: Moment): void {
    this.#writes.add(moment, this.#wordsPerRow);
    this.#rows[row] = values;
  }

  /** All rows, one after the other. */
  contents(): readonly Value[] {
    return this.#rows.flat();
  }
}
