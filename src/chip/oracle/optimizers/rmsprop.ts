import type { OptimizerSpec } from '../../image/chip-image.js';
import type { Optimizer, OptimizerParts, OptimizerState, Step } from './optimizer.js';
import { ratioFormat } from '../../image/optimizer-formats.js';
import { RatioUnit } from './ratio-unit.js';
import { SecondMomentUnit } from './second-moment.js';

/**
 * RMSprop: the gradient divided by the root of the running mean of its squares, u = η·g/(√v + ε).
 *
 * Implements: docs/spec.md §2.11 (rmsprop).
 */
export class Rmsprop implements Optimizer {
  readonly keepsMomentum = false;
  readonly keepsSecondMoment = true;
  readonly direction = { bits: ratioFormat.totalBits, fractionBits: ratioFormat.fractionBits };
  readonly #checks: OptimizerParts['checks'];
  readonly #secondMoment: SecondMomentUnit;
  readonly #ratioUnit: RatioUnit;

  constructor(
    { decayRaw, epsilonRaw }: Extract<OptimizerSpec, { kind: 'rmsprop' }>,
    parts: OptimizerParts,
  ) {
    const { checks, place, ledger } = parts;
    const { gradient, secondMoment } = checks;
    const widestBits = Math.max(gradient.format.totalBits, secondMoment.format.totalBits);
    this.#checks = checks;
    this.#secondMoment = new SecondMomentUnit(decayRaw, widestBits, parts);
    this.#ratioUnit = new RatioUnit(epsilonRaw, widestBits, place, ledger);
  }

  beginStep(): void {
    // Steps do not differ.
  }

  step(gradientRaw: bigint, state: OptimizerState): Step {
    const { gradient, secondMoment } = this.#checks;
    const scaled = this.#secondMoment.scaled(gradientRaw);
    const moment = this.#secondMoment.advance(state.secondMoment, scaled);
    const directionRaw = this.#ratioUnit.ratio(
      { raw: scaled, fractionBits: gradient.format.fractionBits },
      { raw: moment, fractionBits: secondMoment.format.fractionBits },
    );
    return { directionRaw, state: { ...state, secondMoment: moment } };
  }
}
