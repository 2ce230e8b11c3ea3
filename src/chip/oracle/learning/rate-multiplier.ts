import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { LearningRateFactor } from '../../../numerics/learning-rate.js';
import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';

/** Width of a mantissa (docs/spec.md §2.6 step 4). */
const mantissaBits = 16;

/**
 * Multiplies by η or by the scale of a gradient, exactly: a power of two only moves the binary point, a mantissa takes
 * a multiplier.
 *
 * Implements: docs/spec.md §2.6 step 4, §2.11, §4.2 and §4.5 (datapath.multiply by η, by scale).
 */
export class RateMultiplier {
  /** Fraction bits that a product has more than its operand. */
  readonly gainedFractionBits: number;
  readonly #mantissa: bigint | null;
  readonly #multiplications: AccessMeter;

  /** `operandBits`: of what is multiplied. */
  constructor(rate: LearningRateFactor, operandBits: number, place: Place, ledger: AccessLedger) {
    this.gainedFractionBits = rate.kind === 'shift' ? rate.shiftBits : rate.fractionBits;
    this.#mantissa = rate.kind === 'shift' ? null : BigInt(rate.mantissaRaw);
    const bits = Math.max(operandBits, mantissaBits);
    this.#multiplications = new AccessMeter(ledger, place, 'datapath.multiply', bits);
  }

  multiply(raw: bigint): bigint {
    if (this.#mantissa === null) return raw;
    this.#multiplications.add(trainingUpdate, 1);
    return this.#mantissa * raw;
  }
}
