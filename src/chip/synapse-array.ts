import type { AccessLedger } from '../ledger/access-ledger.js';
import { ceilDiv, elementAt } from '../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from './access-meter.js';
import type { WearFigure } from './engine.js';

export interface SynapseArraySpec {
  readonly layer: number;
  /** Rows: axons. */
  readonly inputCount: number;
  /** Columns: neurons. */
  readonly neuronCount: number;
  readonly wordBits: number;
  /** P: whole weights in a word. */
  readonly weightsPerWord: number;
  /** A word is written only if a weight in it changed. */
  readonly hasWordWriteGating: boolean;
}

/**
 * Weight memory of one core: row = axon, column = neuron, R = ⌈N / P⌉ words a row.
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

  /** `weightsRaw`: shape (inputCount × neuronCount), row-major; loading them is no access. */
  constructor(spec: SynapseArraySpec, weightsRaw: Int32Array, place: Place, ledger: AccessLedger) {
    const { inputCount, neuronCount } = spec;
    this.#spec = spec;
    this.#rows = Array.from({ length: inputCount }, (_, axon) =>
      Array.from(weightsRaw.subarray(axon * neuronCount, (axon + 1) * neuronCount), BigInt),
    );
    this.#wordsPerRow = ceilDiv(neuronCount, spec.weightsPerWord);
    this.#wordWrites = new Float64Array(inputCount * this.#wordsPerRow);
    this.#reads = new AccessMeter(ledger, place, 'synapses.read', spec.wordBits);
    this.#writes = new AccessMeter(ledger, place, 'synapses.write', spec.wordBits);
  }

  /** The weights of one axon, shape (neuronCount): every word of the row is read. */
  readRow(axon: number, moment: Moment): readonly bigint[] {
    const row = elementAt(this.#rows, axon, 'synapse array row');
    this.#reads.add(moment, this.#wordsPerRow);
    return row;
  }

  /** Stores one axon's weights: every word of the row, with write gating only the words that differ. */
  writeRow(axon: number, rowRaw: readonly bigint[], moment: Moment): void {
    const { weightsPerWord, hasWordWriteGating } = this.#spec;
    const stored = elementAt(this.#rows, axon, 'synapse array row');
    for (let word = 0; word < this.#wordsPerRow; word += 1) {
      const first = word * weightsPerWord;
      const values = rowRaw.slice(first, first + weightsPerWord);
      const hasChanged = values.some((weight, column) => weight !== stored[first + column]);
      if (hasWordWriteGating && !hasChanged) continue;
      const address = axon * this.#wordsPerRow + word;
      this.#wordWrites[address] = elementAt(this.#wordWrites, address, 'word writes') + 1;
      this.#writes.add(moment, 1);
    }
    this.#rows[axon] = rowRaw;
  }

  /** Shape (inputCount × neuronCount), row-major. */
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
