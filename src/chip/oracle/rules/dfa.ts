import { rescale } from '../../../numerics/rounding.js';
import { type AccessMeter, trainingFeedback } from '../../../ledger/access-meter.js';
import type { ChipNumerics } from '../../image/chip-image.js';
import type { FeedbackMemory } from '../memories/feedback-memory.js';
import type { RouterLink } from '../units/router-link.js';
import type { TensorCheck } from '../units/tensor-check.js';
import type { ErrorSignal, ErrorSource } from './error-source.js';
import type { OutputErrors } from './learning-rule.js';
import type { FeedbackError } from './output-loss.js';
import { project } from './projection.js';

/** e → delta, made once per sample at the output and sent to all hidden layers as C values. */
export class ErrorsInDelta implements OutputErrors {
  readonly #error: FeedbackError;
  readonly #delta: TensorCheck;
  readonly #rounding: ChipNumerics['rounding']['delta'];
  #errors: readonly bigint[] = [];

  /** `delta`: of the output layer. */
  constructor(
    error: FeedbackError,
    delta: TensorCheck,
    rounding: ChipNumerics['rounding']['delta'],
  ) {
    this.#error = error;
    this.#delta = delta;
    this.#rounding = rounding;
  }

  latch(label: number, outputsRaw: readonly bigint[]): void {
    const { errorRaw, fractionBits } = this.#error.of(label, outputsRaw);
    const deltaFractionBits = this.#delta.format.fractionBits;
    this.#errors = errorRaw.map((error) =>
      this.#delta.confine(rescale(error, fractionBits, deltaFractionBits, this.#rounding)),
    );
  }

  /** Shape (classCount), raw in delta. */
  values(): readonly bigint[] {
    return this.#errors;
  }
}

interface DfaSpec {
  /** Of the product of e and a feedback weight. */
  readonly productFractionBits: number;
}

/**
 * Direct feedback alignment: δh_i[n] = Σ_m e[m]·B_i[m][n].
 *
 * Implements: docs/spec.md §2.9 (dfa). Waits for: the whole forward pass.
 */
export class Dfa implements ErrorSource {
  readonly #spec: DfaSpec;
  readonly #errors: ErrorsInDelta;
  readonly #feedback: FeedbackMemory;
  readonly #eventLink: RouterLink;
  readonly #multiplyAccumulates: AccessMeter;

  constructor(
    spec: DfaSpec,
    errors: ErrorsInDelta,
    feedback: FeedbackMemory,
    eventLink: RouterLink,
    multiplyAccumulates: AccessMeter,
  ) {
    this.#spec = spec;
    this.#errors = errors;
    this.#feedback = feedback;
    this.#eventLink = eventLink;
    this.#multiplyAccumulates = multiplyAccumulates;
  }

  errorSignal(): ErrorSignal {
    const errors = this.#errors.values();
    this.#eventLink.carry(errors.length, trainingFeedback);
    return {
      kind: 'deltaH',
      errorRaw: project(errors, this.#feedback, this.#multiplyAccumulates),
      fractionBits: this.#spec.productFractionBits,
    };
  }
}
