import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv, elementAt } from '../../../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';
import type { WearFigure } from '../../engine.js';

export interface SynapseArraySpec {
  readonly layer: number;
  /** ρ: axons; CONV: places of a kernel. */
  readonly rowCount: number;
  /** κ: neurons; CONV: channels out. */
  readonly columnCount: number;
  readonly wordBits: number;
  /** P: whole weights in a word. */
  readonly weightsPerWord: number;
  /** A word is written only if a weight in it changed. */
  readonly hasWordWriteGating: boolean;
}

/**
 * Weight memory of one core: row = axon, column = neuron, R = ⌈κ / P⌉ words a row; CONV: docs/spec.md §2.10.
 *
 * Implements: docs/spec.md §1 (layout), §4.2 (synapses.read, synapses.write), §4.4 (wear).
 * Not modelled: banks and their conflicts.
 */
export class SynapseArray {
  readonly #spec: SynapseArraySpec;
  readonly #rows: (readonly bigint[])[];
  readonly #wordsPerRow: number;
  readonly #wordWrites: Float64Array;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;

  /** `weightsRaw`: shape (rowCount × columnCount), row-major; loading them is no access. */
  constructor(spec: SynapseArraySpec, weightsRaw: Int32Array, place: Place, ledger: AccessLedger) {
    const { rowCount, columnCount } = spec;
    this.#spec = spec;
    this.#rows = Array.from({ length: rowCount }, (_, row) =>
      Array.from(weightsRaw.subarray(row * columnCount, (row + 1) * columnCount), BigInt),
    );
    this.#wordsPerRow = ceilDiv(columnCount, spec.weightsPerWord);
    this.#wordWrites = new Float64Array(rowCount * this.#wordsPerRow);
    this.#reads = new AccessMeter(ledger, place, 'synapses.read', spec.wordBits);
    this.#writes = new AccessMeter(ledger, place, 'synapses.write', spec.wordBits);
  }

  /** The weights of one row, shape (columnCount): every word of the row is read. */
  readRow(row: number, moment: Moment): readonly bigint[] {
    const weights = elementAt(this.#rows, row, 'synapse array row');
    this.#reads.add(moment, this.#wordsPerRow);
    return weights;
  }

  /** Stores one row's weights: every word of it, with write gating only the words that differ. */
  writeRow(row: number, rowRaw: readonly bigint[], moment: Moment): void {
    const { weightsPerWord, hasWordWriteGating } = this.#spec;
    const stored = elementAt(this.#rows, row, 'synapse array row');
    for (let word = 0; word < this.#wordsPerRow; word += 1) {
      const first = word * weightsPerWord;
      const values = rowRaw.slice(first, first + weightsPerWord);
      const hasChanged = values.some((weight, column) => weight !== stored[first + column]);
      if (hasWordWriteGating && !hasChanged) continue;
      const address = row * this.#wordsPerRow + word;
      this.#wordWrites[address] = elementAt(this.#wordWrites, address, 'word writes') + 1;
      this.#writes.add(moment, 1);
    }
    this.#rows[row] = rowRaw;
  }

  /** Shape (rowCount × columnCount), row-major. */
  weightsRaw(): Int32Array {
    return Int32Array.from(this.#rows.flat(), Number);
  }

  wear(): WearFigure {
    return {
      layer: this.#spec.layer,
      largestWritesPerWord: this.#wordWrites.reduce((most, writes) => Math.max(most, writes), 0),
      totalWrites: this.#wordWrites.reduce((total, writes) => total + writes, 0),
      wordCount: this.#wordWrites.length,
    };
  }
}
