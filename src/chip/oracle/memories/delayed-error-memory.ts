import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv, elementAt } from '../../../numerics/integer.js';
import { AccessMeter, type Moment, pins } from '../../../ledger/access-meter.js';
import type { LearnedState } from '../../engine.js';

interface DelayedErrorMemorySpec {
  /** Training samples that have a place. */
  readonly sampleCount: number;
  /** Delayed errors a sample: 1, for the full vector C. */
  readonly errorsPerSample: number;
  readonly wordBits: number;
  /** Pd: whole delayed errors in a word. A sample begins a word of its own. */
  readonly errorsPerWord: number;
}

/**
 * Delayed-error memory of the chip: what each training sample erred at its last visit, and a valid bit that says
 * whether it has been visited. It belongs to no core.
 *
 * Implements: docs/spec.md §2.9, §4.2 (delayedError.read, delayedError.write).
 */
export class DelayedErrorMemory {
  readonly #visits: (readonly bigint[] | null)[];
  readonly #errorsPerSample: number;
  readonly #wordsPerSample: number;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;

  /** `contents`: to begin with; null: no sample has been visited. Loading them is no access. */
  constructor(
    spec: DelayedErrorMemorySpec,
    contents: LearnedState['delayedErrors'],
    ledger: AccessLedger,
  ) {
    const { errorsPerSample } = spec;
    this.#visits = Array.from({ length: spec.sampleCount }, (_, sample) => {
      if (contents?.isValid[sample] !== 1) return null;
      const first = sample * errorsPerSample;
      return Array.from(contents.raw.subarray(first, first + errorsPerSample), BigInt);
    });
    this.#errorsPerSample = errorsPerSample;
    this.#wordsPerSample = ceilDiv(errorsPerSample, spec.errorsPerWord);
    this.#reads = new AccessMeter(ledger, pins, 'delayedError.read', spec.wordBits);
    this.#writes = new AccessMeter(ledger, pins, 'delayedError.write', spec.wordBits);
  }

  /** The errors of a sample, shape (errorsPerSample), raw; null where its valid bit is 0. The words are read either way. */
  read(sampleIndex: number, moment: Moment): readonly bigint[] | null {
    const errors = elementAt(this.#visits, sampleIndex, 'delayed-error memory');
    this.#reads.add(moment, this.#wordsPerSample);
    return errors;
  }

  /** Keeps the errors of a sample and sets its valid bit. */
  write(sampleIndex: number, errorsRaw: readonly bigint[], moment: Moment): void {
    elementAt(this.#visits, sampleIndex, 'delayed-error memory');
    this.#writes.add(moment, this.#wordsPerSample);
    this.#visits[sampleIndex] = errorsRaw;
  }

  /** Words never written hold 0. */
  contents(): NonNullable<LearnedState['delayedErrors']> {
    const blank = Array.from({ length: this.#errorsPerSample }, () => 0n);
    return {
      raw: Int32Array.from(
        this.#visits.flatMap((errors) => errors ?? blank),
        Number,
      ),
      isValid: Uint8Array.from(this.#visits, (errors) => (errors === null ? 0 : 1)),
    };
  }
}
