import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { confine } from '../../../numerics/format.js';
import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import { nearestQuotient } from '../../../numerics/divider.js';
import { integerSquareRoot } from '../../../numerics/square-root.js';
import { ratioFormat, ratioGainedBits } from '../../image/optimizer-formats.js';
import type { FixedPointValue } from './decay.js';

/**
 * n / (√V + ε), as rmsprop and adam need it.
 *
 * Implements: docs/spec.md §2.11 (ratio), §4.5: a square root, an addition, a reciprocal and a multiplication.
 */
export class RatioUnit {
  readonly #epsilon: bigint;
  readonly #squareRoots: AccessMeter;
  readonly #additions: AccessMeter;
  readonly #reciprocals: AccessMeter;
  readonly #multiplications: AccessMeter;

  /** `operandBits`: S of docs/spec.md §4.5. */
  constructor(epsilonRaw: number, operandBits: number, place: Place, ledger: AccessLedger) {
    this.#epsilon = BigInt(epsilonRaw);
    this.#squareRoots = new AccessMeter(ledger, place, 'datapath.squareRoot', operandBits);
    this.#additions = new AccessMeter(ledger, place, 'datapath.add', operandBits);
    this.#reciprocals = new AccessMeter(ledger, place, 'datapath.reciprocal', operandBits);
    this.#multiplications = new AccessMeter(ledger, place, 'datapath.multiply', operandBits);
  }

  /** Raw in `ratioFormat`; `square`: V ≥ 0. */
  ratio(numerator: FixedPointValue, square: FixedPointValue): bigint {
    this.#squareRoots.add(trainingUpdate, 1);
    this.#additions.add(trainingUpdate, 1);
    this.#reciprocals.add(trainingUpdate, 1);
    this.#multiplications.add(trainingUpdate, 1);
    const isOdd = square.fractionBits % 2 !== 0;
    const root = integerSquareRoot(isOdd ? 2n * square.raw : square.raw);
    const gainedBits = ratioGainedBits(numerator.fractionBits, square.fractionBits);
    const quotient = nearestQuotient(numerator.raw << BigInt(gainedBits), root + this.#epsilon);
    return confine(quotient, ratioFormat, 'saturate').raw;
  }
}
