import { rescale } from '../../../numerics/rounding.js';
import { AccessMeter, trainingUpdate } from '../../../ledger/access-meter.js';
import { RateMultiplier } from '../learning/rate-multiplier.js';
import { mixture } from './decay.js';
import type { OptimizerParts } from './optimizer.js';

/**
 * What rmsprop and adam do alike before they differ: g = scale·G, and v, the running mean of g².
 *
 * Implements: docs/spec.md §2.11 (rmsprop, adam), §4.5: three multiplications and an addition.
 */
export class SecondMomentUnit {
  readonly #decay: bigint;
  readonly #parts: OptimizerParts;
  readonly #scale: RateMultiplier;
  readonly #isScaling: boolean;
  readonly #multiplications: AccessMeter;
  readonly #additions: AccessMeter;

  /** `operandBits`: S of docs/spec.md §4.5. */
  constructor(decayRaw: number, operandBits: number, parts: OptimizerParts) {
    const { gradientScale, checks, place, ledger } = parts;
    const gradientBits = checks.gradient.format.totalBits;
    this.#decay = BigInt(decayRaw);
    this.#parts = parts;
    this.#scale = new RateMultiplier(gradientScale, gradientBits, place, ledger);
    this.#isScaling = gradientScale.kind === 'factor' || gradientScale.shiftBits !== 0;
    this.#multiplications = new AccessMeter(ledger, place, 'datapath.multiply', operandBits);
    this.#additions = new AccessMeter(ledger, place, 'datapath.add', operandBits);
  }

  /** g = scale·G → gradient; where the scale is 1, G as it is. */
  scaled(gradientRaw: bigint): bigint {
    if (!this.#isScaling) return gradientRaw;
    const { checks, rounding } = this.#parts;
    const { fractionBits } = checks.gradient.format;
    const product = this.#scale.multiply(gradientRaw);
    const productFractionBits = fractionBits + this.#scale.gainedFractionBits;
    return checks.gradient.confine(
      rescale(product, productFractionBits, fractionBits, rounding.gradient),
    );
  }

  /** s = g² → secondMoment, v ← (β·v + (1 − β)·s) → secondMoment. */
  advance(secondMomentRaw: bigint, gradientRaw: bigint): bigint {
    const { gradient } = this.#parts.checks;
    const { fractionBits } = this.#parts.checks.secondMoment.format;
    this.#multiplications.add(trainingUpdate, 3);
    this.#additions.add(trainingUpdate, 1);
    const square = this.#keep(gradientRaw * gradientRaw, 2 * gradient.format.fractionBits);
    const mixed = mixture(
      this.#decay,
      { raw: secondMomentRaw, fractionBits },
      { raw: square, fractionBits },
    );
    return this.#keep(mixed.raw, mixed.fractionBits);
  }

  #keep(raw: bigint, fromFractionBits: number): bigint {
    const { checks, rounding } = this.#parts;
    const { fractionBits } = checks.secondMoment.format;
    return checks.secondMoment.confine(
      rescale(raw, fromFractionBits, fractionBits, rounding.secondMoment),
    );
  }
}
