import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { confine, type FixedPointFormat } from '../../../numerics/format.js';
import { lookUp } from '../../../numerics/function-table.js';
import { rescale } from '../../../numerics/rounding.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';
import type { ActivationUnitImage } from '../../image/chip-image.js';
import { exactActivation } from './exact-functions.js';

interface ActivationUnitSpec {
  readonly unit: ActivationUnitImage;
  readonly accumulatorFractionBits: number;
  /** Of h. */
  readonly outputFormat: FixedPointFormat;
}

/**
 * The activation function f, and f′ calculated from h.
 *
 * Implements: docs/spec.md §2.8 (table), §2.12 (linear and exact), §2.6 step 3 (f′: tanh 1 − h², sigmoid h·(1 − h)),
 * §4.2, §4.5 (linear units).
 */
export class ActivationUnit {
  /** Fraction bits of f′, so that it is exact: twice those of h; 0 where it is 1 or 0. */
  readonly derivativeFractionBits: number;
  /** f′ is 1, or 0 or 1: to multiply by it takes no multiplier. */
  readonly isLinear: boolean;
  readonly #spec: ActivationUnitSpec;
  readonly #one: bigint;
  readonly #lookUps: AccessMeter;
  readonly #multiplications: AccessMeter;
  readonly #additions: AccessMeter;
  readonly #comparisons: AccessMeter;
  /** Values of an exact function already worked out. */
  readonly #known = new Map<bigint, bigint>();

  constructor(spec: ActivationUnitSpec, place: Place, ledger: AccessLedger) {
    const { totalBits, fractionBits } = spec.outputFormat;
    this.isLinear = spec.unit.kind === 'linear';
    this.derivativeFractionBits = this.isLinear ? 0 : 2 * fractionBits;
    this.#spec = spec;
    this.#one = 1n << BigInt(fractionBits);
    this.#lookUps = new AccessMeter(ledger, place, 'activation.lookup', totalBits);
    this.#multiplications = new AccessMeter(ledger, place, 'datapath.multiply', totalBits);
    this.#additions = new AccessMeter(ledger, place, 'datapath.add', totalBits);
    this.#comparisons = new AccessMeter(ledger, place, 'datapath.compare', totalBits);
  }

  /** h = f(z), raw in the layer's output format. */
  lookUp(accumulatorRaw: bigint, moment: Moment): bigint {
    const { unit, accumulatorFractionBits } = this.#spec;
    this.#lookUps.add(moment, 1);
    switch (unit.kind) {
      case 'table':
        return lookUp(unit, accumulatorRaw, accumulatorFractionBits);
      case 'linear':
        return this.#linear(unit.function === 'relu' && accumulatorRaw < 0n ? 0n : accumulatorRaw);
      case 'exact': {
        const known = this.#known.get(accumulatorRaw);
        const output = known ?? this.#exact(unit.function, accumulatorRaw);
        this.#known.set(accumulatorRaw, output);
        return output;
      }
    }
  }

  /**
   * f′ from h, exact. tanh and sigmoid: one multiplication and one addition; relu: one comparison, f′ = 1 where h > 0,
   * else 0; none: f′ = 1.
   */
  derivative(outputRaw: bigint, moment: Moment): bigint {
    const { unit } = this.#spec;
    if (unit.function === 'none') return 1n;
    if (unit.function === 'relu') {
      this.#comparisons.add(moment, 1);
      return outputRaw > 0n ? 1n : 0n;
    }
    this.#multiplications.add(moment, 1);
    this.#additions.add(moment, 1);
    return unit.function === 'tanh'
      ? this.#one * this.#one - outputRaw * outputRaw
      : outputRaw * (this.#one - outputRaw);
  }

  /** The sum itself, rounded nearest and saturated; the saturation is the function's own and not counted. */
  #linear(raw: bigint): bigint {
    const { accumulatorFractionBits, outputFormat } = this.#spec;
    const { fractionBits } = outputFormat;
    const rounded = rescale(raw, accumulatorFractionBits, fractionBits, 'nearest');
    return confine(rounded, outputFormat, 'saturate').raw;
  }

  #exact(name: 'tanh' | 'sigmoid', raw: bigint): bigint {
    const { accumulatorFractionBits, outputFormat } = this.#spec;
    const { fractionBits } = outputFormat;
    const rounded = exactActivation(name, raw, accumulatorFractionBits, fractionBits);
    return confine(rounded, outputFormat, 'saturate').raw;
  }
}
