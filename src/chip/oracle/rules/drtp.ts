import { trainingFeedback } from '../../../ledger/access-meter.js';
import type { FeedbackMemory } from '../memories/feedback-memory.js';
import type { RouterLink } from '../units/router-link.js';
import type { ErrorSignal, ErrorSource } from './error-source.js';

interface DrtpSpec {
  readonly feedbackFractionBits: number;
  /** The label, and with defp movingRate η behind it. */
  readonly packetCount: 1 | 2;
}

/**
 * Direct random target projection: δh_i = row c of B_i, selected by the label c and multiplied by nothing.
 *
 * Implements: thesis eq. 3.14, docs/spec.md §2.6 step 3. Waits for: the layer's own forward pass only.
 */
export class Drtp implements ErrorSource {
  readonly #spec: DrtpSpec;
  readonly #feedback: FeedbackMemory;
  readonly #labelLink: RouterLink;

  constructor(spec: DrtpSpec, feedback: FeedbackMemory, labelLink: RouterLink) {
    this.#spec = spec;
    this.#feedback = feedback;
    this.#labelLink = labelLink;
  }

  errorSignal(label: number): ErrorSignal {
    this.#labelLink.carry(this.#spec.packetCount, trainingFeedback);
    return {
      kind: 'deltaH',
      errorRaw: this.#feedback.readRow(label, trainingFeedback),
      fractionBits: this.#spec.feedbackFractionBits,
    };
  }
}
