import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { type LearningRateFactor, mantissaBits } from '../../../numerics/learning-rate.js';
import { rescale } from '../../../numerics/rounding.js';
import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';

/** What a delayed error makes of η. */
export interface RateScale {
  readonly raw: bigint;
  readonly fractionBits: number;
}

/**
 * Multiplies by η or by the scale of a gradient, exactly: a power of two only moves the binary point, a mantissa takes
 * a multiplier.
 *
 * Implements: docs/spec.md §2.6 step 4, §2.11, §4.2 and §4.5 (datapath.multiply by η, by scale).
 */
export class RateMultiplier {
  /** Fraction bits that a product has more than its operand. */
  readonly gainedFractionBits: number;
  readonly #statedMantissa: bigint | null;
  #mantissa: bigint | null;
  readonly #multiplications: AccessMeter;

  /** `operandBits`: of what is multiplied. */
  constructor(rate: LearningRateFactor, operandBits: number, place: Place, ledger: AccessLedger) {
    this.gainedFractionBits = rate.kind === 'shift' ? rate.shiftBits : rate.fractionBits;
    this.#statedMantissa = rate.kind === 'shift' ? null : BigInt(rate.mantissaRaw);
    this.#mantissa = this.#statedMantissa;
    const bits = Math.max(operandBits, mantissaBits);
    this.#multiplications = new AccessMeter(ledger, place, 'datapath.multiply', bits);
  }

  /**
   * η of a sample is the stated one times `raw`, at most the stated one and at least 0. Whoever makes the product books it.
   * Implements: docs/spec.md §2.9 (movingRate).
   */
  scaleBy({ raw, fractionBits }: RateScale): void {
    const stated = this.#statedMantissa;
    if (stated === null) return;
    const product = rescale(raw * stated, fractionBits, 0, 'nearest');
    this.#mantissa = product < 0n ? 0n : product > stated ? stated : product;
  }

  multiply(raw: bigint): bigint {
    if (this.#mantissa === null) return raw;
    this.#multiplications.add(trainingUpdate, 1);
    return this.#mantissa * raw;
  }
}
