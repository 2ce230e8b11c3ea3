import { type AccessMeter, trainingFeedback } from '../../../ledger/access-meter.js';
import type { FeedbackMemory } from '../memories/feedback-memory.js';
import type { RouterLink } from '../units/router-link.js';
import type { ErrorSignal, ErrorSource } from './error-source.js';
import type { LayerAbove } from './learning-rule.js';
import { projectBack } from './projection.js';

interface FaSpec {
  /** Of the product of a feedback weight and δz. */
  readonly productFractionBits: number;
}

/**
 * Feedback alignment: δh_i[n] = Σ_m B_i[n][m]·δz_{i+1}[m], B_i in the place of the weights of layer i + 1.
 *
 * Implements: docs/spec.md §2.9, §2.10 (fa). Waits for: δz of layer i + 1, so for the whole forward pass.
 */
export class Fa implements ErrorSource {
  readonly #spec: FaSpec;
  readonly #above: LayerAbove;
  readonly #feedback: FeedbackMemory;
  readonly #eventLink: RouterLink;
  readonly #multiplyAccumulates: AccessMeter;

  constructor(
    spec: FaSpec,
    above: LayerAbove,
    feedback: FeedbackMemory,
    eventLink: RouterLink,
    multiplyAccumulates: AccessMeter,
  ) {
    this.#spec = spec;
    this.#above = above;
    this.#feedback = feedback;
    this.#eventLink = eventLink;
    this.#multiplyAccumulates = multiplyAccumulates;
  }

  errorSignal(): ErrorSignal {
    this.#eventLink.carry(this.#above.deltaZ().length, trainingFeedback);
    const readRow = (row: number) => this.#feedback.readRow(row, trainingFeedback);
    const errorRaw = projectBack(this.#above, readRow, this.#multiplyAccumulates);
    return { kind: 'deltaOutput', errorRaw, fractionBits: this.#spec.productFractionBits };
  }
}
