import { trainingFeedback, trainingUpdate } from '../../../ledger/access-meter.js';
import type { DefpSpec } from '../../image/chip-image.js';
import { DelayedErrorMemory } from '../memories/delayed-error-memory.js';
import type { LearnedState } from '../../engine.js';
import { type ErrorMeasure, errorMeasureOf, type SampleVariant } from './error-measure.js';
import type { DelayedErrors, RuleParts, TrainingSample } from './learning-rule.js';

/**
 * One delayed error, or one vector of them, for every training sample: d of its last visit.
 *
 * Implements: docs/spec.md §2.9 (variants error, loss, fullVector), and the rows booked once per sample in §4.2.
 */
export class DelayedErrorPerSample implements DelayedErrors {
  readonly #memory: DelayedErrorMemory;
  readonly #measure: ErrorMeasure;
  #current: readonly bigint[] = [];

  constructor(spec: DefpSpec, variant: SampleVariant, parts: RuleParts) {
    const { sampleCount, wordBits, delayedErrorsPerWord: errorsPerWord } = spec;
    const errorsPerSample = variant === 'fullVector' ? parts.image.classCount : 1;
    const memorySpec = { sampleCount, errorsPerSample, wordBits, errorsPerWord };
    this.#memory = new DelayedErrorMemory(memorySpec, parts.delayedErrors, parts.ledger);
    this.#measure = errorMeasureOf(variant, parts);
  }

  begin({ index, label }: TrainingSample): void {
    this.#current = this.#memory.read(index, trainingFeedback) ?? this.#measure.first(label);
  }

  current(): readonly bigint[] {
    return this.#current;
  }

  finish({ index, label }: TrainingSample, outputsRaw: readonly bigint[]): void {
    this.#memory.write(index, this.#measure.next(label, outputsRaw), trainingUpdate);
  }

  endEpoch(): void {
    // Every sample has its own error already.
  }

  contents(): NonNullable<LearnedState['delayedErrors']> {
    return this.#memory.contents();
  }
}
