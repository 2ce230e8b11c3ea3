import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv } from '../../../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';

interface BiasMemorySpec {
  readonly wordBits: number;
  /** Pb: whole biases in a word. */
  readonly biasesPerWord: number;
}

/** Bias memory of one core. Implements: docs/spec.md §1, §4.2 (bias.read, bias.write). */
export class BiasMemory {
  readonly #wordCount: number;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;
  #biases: readonly bigint[];

  /** `biasesRaw`: shape (neuronCount); loading them is no access. */
  constructor(spec: BiasMemorySpec, biasesRaw: Int32Array, place: Place, ledger: AccessLedger) {
    this.#wordCount = ceilDiv(biasesRaw.length, spec.biasesPerWord);
    this.#reads = new AccessMeter(ledger, place, 'bias.read', spec.wordBits);
    this.#writes = new AccessMeter(ledger, place, 'bias.write', spec.wordBits);
    this.#biases = Array.from(biasesRaw, BigInt);
  }

  read(moment: Moment): readonly bigint[] {
    this.#reads.add(moment, this.#wordCount);
    return this.#biases;
  }

  write(biases: readonly bigint[], moment: Moment): void {
    this.#writes.add(moment, this.#wordCount);
    this.#biases = biases;
  }

  /** Shape (neuronCount). */
  biasesRaw(): Int32Array {
    return Int32Array.from(this.#biases, Number);
  }
}
