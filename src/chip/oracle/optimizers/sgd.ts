import type { Optimizer, OptimizerParts, Step } from './optimizer.js';

/** Plain gradient descent: u = η·G. Implements: docs/spec.md §2.11 (sgd). */
export class Sgd implements Optimizer {
  readonly keepsMomentum = false;
  readonly keepsSecondMoment = false;
  readonly direction: Optimizer['direction'];

  constructor({ checks }: OptimizerParts) {
    const { totalBits, fractionBits } = checks.gradient.format;
    this.direction = { bits: totalBits, fractionBits };
  }

  beginStep(): void {
    // Steps do not differ.
  }

  step(gradientRaw: bigint, state: Step['state']): Step {
    return { directionRaw: gradientRaw, state };
  }
}
