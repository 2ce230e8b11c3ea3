import { elementAt } from '../../../numerics/integer.js';
import { nearestQuotient } from '../../../numerics/divider.js';
import type { LearnedState } from '../../engine.js';
import type { TensorCheck } from '../units/tensor-check.js';
import { oneOf } from './error-measure.js';
import type { DelayedErrors, RuleParts, TrainingSample } from './learning-rule.js';

/**
 * One delayed error for all samples: the mean of 1 − y_c over the last epoch, 1 before. It lives in a register.
 *
 * Implements: docs/spec.md §2.9 (variant aggregated).
 */
export class AggregatedDelayedError implements DelayedErrors {
  readonly #check: TensorCheck;
  readonly #outputFractionBits: number;
  #mean: bigint | null = null;
  #errorSum = 0n;
  #sampleCount = 0;

  constructor({
    outputChecks: { delayedError, output },
    delayedErrors,
  }: Pick<RuleParts, 'outputChecks' | 'delayedErrors'>) {
    this.#check = delayedError;
    this.#outputFractionBits = output.format.fractionBits;
    if (delayedErrors?.isValid[0] === 1) {
      this.#mean = BigInt(elementAt(delayedErrors.raw, 0, 'delayed errors'));
    }
  }

  begin(): void {
    // The register is at hand.
  }

  current(): readonly bigint[] {
    return [this.#mean ?? oneOf(this.#check)];
  }

  finish({ label }: TrainingSample, outputsRaw: readonly bigint[]): void {
    const y = elementAt(outputsRaw, label, 'outputs');
    this.#errorSum += (1n << BigInt(this.#outputFractionBits)) - y;
    this.#sampleCount += 1;
  }

  /** An epoch without samples has no mean: d stays. */
  endEpoch(): void {
    if (this.#sampleCount === 0) return;
    const gainedBits = this.#check.format.fractionBits - this.#outputFractionBits;
    const sum = this.#errorSum << BigInt(Math.max(0, gainedBits));
    const divisor = BigInt(this.#sampleCount) << BigInt(Math.max(0, -gainedBits));
    this.#mean = this.#check.confine(nearestQuotient(sum, divisor));
    this.#errorSum = 0n;
    this.#sampleCount = 0;
  }

  contents(): NonNullable<LearnedState['delayedErrors']> {
    return {
      raw: Int32Array.of(Number(this.#mean ?? 0n)),
      isValid: Uint8Array.of(this.#mean === null ? 0 : 1),
    };
  }
}
