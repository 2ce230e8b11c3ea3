import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { LearningRateFactor } from '../../../numerics/learning-rate.js';
import type { Place } from '../../../ledger/access-meter.js';
import type { ChipNumerics } from '../../image/chip-image.js';
import type { TensorChecks } from '../units/tensor-check.js';

/** What an optimizer remembers of one weight or bias, raw; what it does not keep stays 0. */
export interface OptimizerState {
  /** Velocity, or first moment. */
  readonly momentum: bigint;
  readonly secondMoment: bigint;
}

export const blankState: OptimizerState = { momentum: 0n, secondMoment: 0n };

/** The step of one parameter but for η. */
export interface Step {
  /** What η is multiplied with, raw in `Optimizer.direction`. */
  readonly directionRaw: bigint;
  readonly state: OptimizerState;
}

/**
 * Makes steps of gradients: one file an optimizer. It holds no memory of parameters; the learning path brings their
 * states and takes them back.
 *
 * Implements: docs/spec.md §2.11 (table of optimizers), §4.5 (operations of each step).
 */
export interface Optimizer {
  readonly keepsMomentum: boolean;
  readonly keepsSecondMoment: boolean;
  /** Bits and fraction bits of what η is multiplied with. */
  readonly direction: { readonly bits: number; readonly fractionBits: number };
  /** Before the first parameter of a step. */
  beginStep(): void;
  /** `gradientRaw`: G, raw in gradient. */
  step(gradientRaw: bigint, state: OptimizerState): Step;
}

/** Constructor arguments of an optimizer of one layer. */
export interface OptimizerParts {
  readonly gradientScale: LearningRateFactor;
  readonly checks: Pick<TensorChecks, 'gradient' | 'momentum' | 'secondMoment'>;
  readonly rounding: ChipNumerics['rounding'];
  readonly place: Place;
  readonly ledger: AccessLedger;
}
