import type { RoundingMode } from '../../../numerics/modes.js';
import { rescale, rescaleStochastically } from '../../../numerics/rounding.js';
import { trainingUpdate } from '../../../ledger/access-meter.js';
import type { RandomLanes } from './random-lanes.js';
import type { TensorCheck } from '../units/tensor-check.js';

/**
 * `stored − change` of weights or biases: both brought to the larger fraction exactly, one rounding, one check.
 *
 * Implements: docs/spec.md §2.6 steps 5 and 6, §2.5 (draws).
 */
export class ParameterUpdate {
  readonly #check: TensorCheck;
  readonly #mode: RoundingMode;
  readonly #randomLanes: RandomLanes;

  constructor(check: TensorCheck, mode: RoundingMode, randomLanes: RandomLanes) {
    this.#check = check;
    this.#mode = mode;
    this.#randomLanes = randomLanes;
  }

  /** `column`: of the synapse array; its lane draws the random word. */
  subtract(stored: bigint, change: bigint, changeFractionBits: number, column: number): bigint {
    const { fractionBits } = this.#check.format;
    const commonFractionBits = Math.max(fractionBits, changeFractionBits);
    const difference =
      (stored << BigInt(commonFractionBits - fractionBits)) -
      (change << BigInt(commonFractionBits - changeFractionBits));
    if (this.#mode !== 'stochastic') {
      return this.#check.confine(rescale(difference, commonFractionBits, fractionBits, this.#mode));
    }
    // Drawn even where no bit is dropped (§2.5), so that the sequence does not depend on the formats.
    const word = this.#randomLanes.draw(column, trainingUpdate);
    const { widthBits } = this.#randomLanes.spec;
    return this.#check.confine(
      rescaleStochastically(difference, commonFractionBits, fractionBits, word, widthBits),
    );
  }
}
