import type { AccessLedger } from '../ledger/access-ledger.js';
import { type ActivationTable, lookUp } from '../numerics/function-table.js';
import { AccessMeter, type Moment, type Place } from './access-meter.js';

/**
 * Look-up table of the activation function f, and f′ calculated from h.
 *
 * Implements: docs/spec.md §2.8 (look-up), §2.6 step 3 (f′: tanh 1 − h², sigmoid h·(1 − h)), §4.2.
 */
export class ActivationUnit {
  /** Fraction bits of f′: twice those of h, so that f′ is exact. */
  readonly derivativeFractionBits: number;
  readonly #table: ActivationTable;
  readonly #accumulatorFractionBits: number;
  readonly #one: bigint;
  readonly #lookUps: AccessMeter;
  readonly #multiplications: AccessMeter;
  readonly #additions: AccessMeter;

  constructor(
    table: ActivationTable,
    accumulatorFractionBits: number,
    place: Place,
    ledger: AccessLedger,
  ) {
    const { totalBits, fractionBits } = table.outputFormat;
    this.derivativeFractionBits = 2 * fractionBits;
    this.#table = table;
    this.#accumulatorFractionBits = accumulatorFractionBits;
    this.#one = 1n << BigInt(fractionBits);
    this.#lookUps = new AccessMeter(ledger, place, 'activation.lookup', totalBits);
    this.#multiplications = new AccessMeter(ledger, place, 'datapath.multiply', totalBits);
    this.#additions = new AccessMeter(ledger, place, 'datapath.add', totalBits);
  }

  /** h = f(z), raw in the layer's output format. */
  lookUp(accumulatorRaw: bigint, moment: Moment): bigint {
    this.#lookUps.add(moment, 1);
    return lookUp(this.#table, accumulatorRaw, this.#accumulatorFractionBits);
  }

  /** f′ from h, exact: one multiplication and one addition. */
  derivative(outputRaw: bigint, moment: Moment): bigint {
    this.#multiplications.add(moment, 1);
    this.#additions.add(moment, 1);
    return this.#table.function === 'tanh'
      ? this.#one * this.#one - outputRaw * outputRaw
      : outputRaw * (this.#one - outputRaw);
  }
}
