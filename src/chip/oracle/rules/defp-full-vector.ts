import { type AccessMeter, trainingFeedback } from '../../../ledger/access-meter.js';
import type { FeedbackMemory } from '../memories/feedback-memory.js';
import type { RouterLink } from '../units/router-link.js';
import type { DefpSourceSpec } from './defp.js';
import type { ErrorSignal, ErrorSource } from './error-source.js';
import type { DelayedErrors } from './learning-rule.js';
import { project } from './projection.js';

/**
 * Delayed-error projection, the equation read literally: δh_i[n] = Σ_m d[m]·B_i[m][n], d the error vector t − y of this
 * sample's last visit.
 *
 * Implements: thesis eq. 4.3, docs/spec.md §2.9 (defp fullVector). Waits for: the layer's own forward pass only.
 */
export class DefpFullVector implements ErrorSource {
  readonly #spec: DefpSourceSpec;
  readonly #delayedErrors: DelayedErrors;
  readonly #feedback: FeedbackMemory;
  readonly #labelLink: RouterLink;
  readonly #multiplyAccumulates: AccessMeter;

  constructor(
    spec: DefpSourceSpec,
    delayedErrors: DelayedErrors,
    feedback: FeedbackMemory,
    labelLink: RouterLink,
    multiplyAccumulates: AccessMeter,
  ) {
    this.#spec = spec;
    this.#delayedErrors = delayedErrors;
    this.#feedback = feedback;
    this.#labelLink = labelLink;
    this.#multiplyAccumulates = multiplyAccumulates;
  }

  errorSignal(): ErrorSignal {
    const errors = this.#delayedErrors.current();
    // The label and the C values of d.
    this.#labelLink.carry(1 + errors.length, trainingFeedback);
    return {
      kind: 'deltaH',
      errorRaw: project(errors, this.#feedback, this.#multiplyAccumulates),
      fractionBits: this.#spec.productFractionBits,
    };
  }
}
