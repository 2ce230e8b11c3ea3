import { type AccessMeter, trainingFeedback } from '../../../ledger/access-meter.js';
import type { FeedbackMemory } from '../memories/feedback-memory.js';
import type { RouterLink } from '../units/router-link.js';
import type { ErrorSignal, ErrorSource } from './error-source.js';
import type { OutputErrors } from './learning-rule.js';
import type { FeedbackError } from './output-loss.js';
import { project } from './projection.js';

/** The signs of e, e exact: −1, 0 or 1 of every class. */
export class ErrorSigns implements OutputErrors {
  readonly #error: FeedbackError;
  #signs: readonly bigint[] = [];

  constructor(error: FeedbackError) {
    this.#error = error;
  }

  latch(label: number, outputsRaw: readonly bigint[]): void {
    const { errorRaw } = this.#error.of(label, outputsRaw);
    this.#signs = errorRaw.map((error) => (error > 0n ? 1n : error < 0n ? -1n : 0n));
  }

  /** Shape (classCount). */
  values(): readonly bigint[] {
    return this.#signs;
  }
}

interface SdfaSpec {
  readonly feedbackFractionBits: number;
}

/**
 * Direct feedback alignment with the sign of the error: δh_i[n] = Σ_m sign(y[m] − t[m])·B_i[m][n], additions only.
 *
 * Implements: docs/spec.md §2.9 (sdfa). Waits for: the whole forward pass.
 */
export class Sdfa implements ErrorSource {
  readonly #spec: SdfaSpec;
  readonly #signs: ErrorSigns;
  readonly #feedback: FeedbackMemory;
  readonly #eventLink: RouterLink;
  readonly #additions: AccessMeter;

  constructor(
    spec: SdfaSpec,
    signs: ErrorSigns,
    feedback: FeedbackMemory,
    eventLink: RouterLink,
    additions: AccessMeter,
  ) {
    this.#spec = spec;
    this.#signs = signs;
    this.#feedback = feedback;
    this.#eventLink = eventLink;
    this.#additions = additions;
  }

  errorSignal(): ErrorSignal {
    const signs = this.#signs.values();
    this.#eventLink.carry(signs.length, trainingFeedback);
    return {
      kind: 'deltaH',
      errorRaw: project(signs, this.#feedback, this.#additions),
      fractionBits: this.#spec.feedbackFractionBits,
    };
  }
}
