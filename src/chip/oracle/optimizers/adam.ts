import { rescale } from '../../../numerics/rounding.js';
import { AccessMeter, trainingUpdate } from '../../../ledger/access-meter.js';
import type { OptimizerSpec } from '../../image/chip-image.js';
import { correctionFractionBits, ratioFormat } from '../../image/optimizer-formats.js';
import { BiasCorrection } from './bias-correction.js';
import { mixture } from './decay.js';
import type { Optimizer, OptimizerParts, OptimizerState, Step } from './optimizer.js';
import { RatioUnit } from './ratio-unit.js';
import { SecondMomentUnit } from './second-moment.js';

/**
 * Adam: running means of the gradient and of its squares, both corrected for having begun at 0,
 * u = η·m̂/(√v̂ + ε).
 *
 * Implements: docs/spec.md §2.11 (adam), §4.5: with the units it uses eight multiplications and three additions.
 */
export class Adam implements Optimizer {
  readonly keepsMomentum = true;
  readonly keepsSecondMoment = true;
  readonly direction = { bits: ratioFormat.totalBits, fractionBits: ratioFormat.fractionBits };
  readonly #firstDecay: bigint;
  readonly #parts: OptimizerParts;
  readonly #secondMoment: SecondMomentUnit;
  readonly #ratioUnit: RatioUnit;
  readonly #firstCorrection: BiasCorrection;
  readonly #secondCorrection: BiasCorrection;
  readonly #multiplications: AccessMeter;
  readonly #additions: AccessMeter;

  constructor(
    { firstDecayRaw, secondDecayRaw, epsilonRaw }: Extract<OptimizerSpec, { kind: 'adam' }>,
    parts: OptimizerParts,
  ) {
    const { checks, place, ledger } = parts;
    const { gradient, momentum, secondMoment } = checks;
    const widestBits = Math.max(
      gradient.format.totalBits,
      momentum.format.totalBits,
      secondMoment.format.totalBits,
    );
    this.#firstDecay = BigInt(firstDecayRaw);
    this.#parts = parts;
    this.#secondMoment = new SecondMomentUnit(secondDecayRaw, widestBits, parts);
    this.#ratioUnit = new RatioUnit(epsilonRaw, widestBits, place, ledger);
    this.#firstCorrection = new BiasCorrection(firstDecayRaw, place, ledger);
    this.#secondCorrection = new BiasCorrection(secondDecayRaw, place, ledger);
    this.#multiplications = new AccessMeter(ledger, place, 'datapath.multiply', widestBits);
    this.#additions = new AccessMeter(ledger, place, 'datapath.add', widestBits);
  }

  beginStep(): void {
    this.#firstCorrection.advance();
    this.#secondCorrection.advance();
  }

  step(gradientRaw: bigint, state: OptimizerState): Step {
    const { momentum: momentumCheck, secondMoment: secondMomentCheck } = this.#parts.checks;
    const momentumFraction = momentumCheck.format.fractionBits;
    const secondMomentFraction = secondMomentCheck.format.fractionBits;
    const scaled = this.#secondMoment.scaled(gradientRaw);
    const momentum = this.#advanceFirst(state.momentum, scaled);
    const secondMoment = this.#secondMoment.advance(state.secondMoment, scaled);
    // m·r₁ and v·r₂.
    this.#multiplications.add(trainingUpdate, 2);
    const corrected = rescale(
      momentum * this.#firstCorrection.factorRaw,
      momentumFraction + correctionFractionBits,
      momentumFraction,
      'nearest',
    );
    const directionRaw = this.#ratioUnit.ratio(
      { raw: corrected, fractionBits: momentumFraction },
      {
        raw: secondMoment * this.#secondCorrection.factorRaw,
        fractionBits: secondMomentFraction + correctionFractionBits,
      },
    );
    return { directionRaw, state: { momentum, secondMoment } };
  }

  /** m ← (β₁·m + (1 − β₁)·g) → momentum. */
  #advanceFirst(momentumRaw: bigint, gradientRaw: bigint): bigint {
    const { checks, rounding } = this.#parts;
    const { momentum, gradient } = checks;
    const { fractionBits } = momentum.format;
    this.#multiplications.add(trainingUpdate, 2);
    this.#additions.add(trainingUpdate, 1);
    const mixed = mixture(
      this.#firstDecay,
      { raw: momentumRaw, fractionBits },
      { raw: gradientRaw, fractionBits: gradient.format.fractionBits },
    );
    return momentum.confine(
      rescale(mixed.raw, mixed.fractionBits, fractionBits, rounding.momentum),
    );
  }
}
