import { elementAt } from '../../../numerics/integer.js';
import { type AccessMeter, trainingFeedback } from '../../../ledger/access-meter.js';
import type { FeedbackMemory } from '../memories/feedback-memory.js';
import type { RouterLink } from '../units/router-link.js';
import type { ErrorSignal, ErrorSource } from './error-source.js';
import type { DelayedErrors } from './learning-rule.js';

export interface DefpSourceSpec {
  /** Of the product of d and a feedback weight. */
  readonly productFractionBits: number;
}

/**
 * Delayed-error projection: δh_i = d · row c of B_i, d what this sample erred at its last visit.
 *
 * Implements: docs/spec.md §2.9 (defp error, loss, aggregated). Waits for: the layer's own forward pass only.
 */
export class Defp implements ErrorSource {
  readonly #spec: DefpSourceSpec;
  readonly #delayedErrors: DelayedErrors;
  readonly #feedback: FeedbackMemory;
  readonly #labelLink: RouterLink;
  readonly #multiplications: AccessMeter;

  constructor(
    spec: DefpSourceSpec,
    delayedErrors: DelayedErrors,
    feedback: FeedbackMemory,
    labelLink: RouterLink,
    multiplications: AccessMeter,
  ) {
    this.#spec = spec;
    this.#delayedErrors = delayedErrors;
    this.#feedback = feedback;
    this.#labelLink = labelLink;
    this.#multiplications = multiplications;
  }

  errorSignal(label: number): ErrorSignal {
    // The label and d.
    this.#labelLink.carry(2, trainingFeedback);
    const error = elementAt(this.#delayedErrors.current(), 0, 'delayed error');
    const row = this.#feedback.readRow(label, trainingFeedback);
    this.#multiplications.add(trainingFeedback, row.length);
    return {
      kind: 'deltaH',
      errorRaw: row.map((weight) => error * weight),
      fractionBits: this.#spec.productFractionBits,
    };
  }
}
