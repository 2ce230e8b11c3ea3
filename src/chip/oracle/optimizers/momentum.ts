import { rescale } from '../../../numerics/rounding.js';
import { AccessMeter, trainingUpdate } from '../../../ledger/access-meter.js';
import type { OptimizerSpec } from '../../image/chip-image.js';
import { decayed, exactSum } from './decay.js';
import type { Optimizer, OptimizerParts, OptimizerState, Step } from './optimizer.js';

/**
 * Momentum: v ← (β·v + G) → momentum, u = η·v; with Nesterov u = η·n, n = (G + β·v) → momentum, of the new v.
 *
 * Implements: docs/spec.md §2.11 (momentum), §4.5: a multiplication and an addition, Nesterov two each.
 */
export class Momentum implements Optimizer {
  readonly keepsMomentum = true;
  readonly keepsSecondMoment = false;
  readonly direction: Optimizer['direction'];
  readonly #decay: bigint;
  readonly #isNesterov: boolean;
  readonly #parts: OptimizerParts;
  readonly #multiplications: AccessMeter;
  readonly #additions: AccessMeter;

  constructor(
    { decayRaw, isNesterov }: Extract<OptimizerSpec, { kind: 'momentum' }>,
    parts: OptimizerParts,
  ) {
    const { checks, place, ledger } = parts;
    const { totalBits, fractionBits } = checks.momentum.format;
    const widestBits = Math.max(checks.gradient.format.totalBits, totalBits);
    this.direction = { bits: totalBits, fractionBits };
    this.#decay = BigInt(decayRaw);
    this.#isNesterov = isNesterov;
    this.#parts = parts;
    this.#multiplications = new AccessMeter(ledger, place, 'datapath.multiply', widestBits);
    this.#additions = new AccessMeter(ledger, place, 'datapath.add', widestBits);
  }

  beginStep(): void {
    // Steps do not differ.
  }

  step(gradientRaw: bigint, state: OptimizerState): Step {
    const velocity = this.#advance(state.momentum, gradientRaw);
    const directionRaw = this.#isNesterov ? this.#advance(velocity, gradientRaw) : velocity;
    return { directionRaw, state: { ...state, momentum: velocity } };
  }

  /** (β·v + G) → momentum. */
  #advance(velocityRaw: bigint, gradientRaw: bigint): bigint {
    const { checks, rounding } = this.#parts;
    const { momentum, gradient } = checks;
    const { fractionBits } = momentum.format;
    this.#multiplications.add(trainingUpdate, 1);
    this.#additions.add(trainingUpdate, 1);
    const sum = exactSum(decayed(this.#decay, { raw: velocityRaw, fractionBits }), {
      raw: gradientRaw,
      fractionBits: gradient.format.fractionBits,
    });
    return momentum.confine(rescale(sum.raw, sum.fractionBits, fractionBits, rounding.momentum));
  }
}
