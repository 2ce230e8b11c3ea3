import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import { nearestQuotient } from '../../../numerics/divider.js';
import { correctionFractionBits, decayFractionBits } from '../../image/optimizer-formats.js';

/** Fraction bits of β^t. */
const powerFractionBits = 31;
/** Width of the multiplication and the reciprocal in the ledger. */
const operandBits = 32;

/** r where β^t has 31 fraction bits. */
function factorOf(power: bigint): bigint {
  const rest = (1n << BigInt(powerFractionBits)) - power;
  return nearestQuotient(1n << BigInt(powerFractionBits + correctionFractionBits), rest);
}

/** β·power, rounded to 31 fraction bits. */
function nextPower(power: bigint, decayRaw: bigint): bigint {
  const half = 1n << BigInt(decayFractionBits - 1);
  return (power * decayRaw + half) >> BigInt(decayFractionBits);
}

/**
 * r = 1/(1 − β^t) of step t, which corrects a running mean for having begun at 0.
 *
 * Implements: docs/spec.md §2.11 (adam's r₁ and r₂), §4.5: a multiplication and a reciprocal a step.
 */
export class BiasCorrection {
  readonly #decay: bigint;
  readonly #multiplications: AccessMeter;
  readonly #reciprocals: AccessMeter;
  /** β^t. */
  #power = 1n << BigInt(powerFractionBits);
  #factorRaw = 0n;

  constructor(decayRaw: number, place: Place, ledger: AccessLedger) {
    this.#decay = BigInt(decayRaw);
    this.#multiplications = new AccessMeter(ledger, place, 'datapath.multiply', operandBits);
    this.#reciprocals = new AccessMeter(ledger, place, 'datapath.reciprocal', operandBits);
  }

  /** r of the step in progress, 16 fraction bits. */
  get factorRaw(): bigint {
    return this.#factorRaw;
  }

  /** A step begins. */
  advance(): void {
    this.#multiplications.add(trainingUpdate, 1);
    this.#reciprocals.add(trainingUpdate, 1);
    this.#power = nextPower(this.#power, this.#decay);
    this.#factorRaw = factorOf(this.#power);
  }
}
