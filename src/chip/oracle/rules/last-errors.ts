import type { LearnedState } from '../../engine.js';
import type { DefpSpec } from '../../image/chip-image.js';
import {
  delayedErrorWords,
  keptErrorBits,
  learns,
  scalesRates,
} from '../../image/learning-layers.js';
import { isAveraged } from '../../../network/defp-variants.js';
import {
  AccessMeter,
  pins,
  trainingFeedback,
  trainingUpdate,
} from '../../../ledger/access-meter.js';
import { elementAt } from '../../../numerics/integer.js';
import { mantissaBits } from '../../../numerics/learning-rate.js';
import { type ErrorMeasure, errorMeasureOf, oneOf } from './error-measure.js';
import type { DelayedErrors, RuleParts, TrainingSample } from './learning-rule.js';

/** Operations of an average by shifts: S less its share, and the new error. */
const averageAdditions = 2;

/**
 * One delayed error for all samples, which the training samples before this one leave behind: that of the last one, or an
 * average by shifts, whose sum S is kept.
 *
 * Implements: docs/spec.md §2.9 (variants lastLoss, movingAverage, movingRate), and the rows booked once per sample in §4.2.
 */
export class LastErrors implements DelayedErrors {
  readonly #measure: ErrorMeasure;
  readonly #shift: bigint;
  readonly #first: bigint;
  readonly #wordCount: number;
  readonly #rateCount: number;
  readonly #additionCount: number;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;
  readonly #additions: AccessMeter;
  readonly #rateProducts: AccessMeter;
  /** Null: no sample has been visited. */
  #sum: bigint | null = null;
  #current = 0n;

  constructor(spec: DefpSpec, parts: RuleParts) {
    const { image, outputChecks, delayedErrors, ledger } = parts;
    const { delayedError } = image.numerics.formats;
    const { variant, averageShift = 0, wordBits } = spec;
    this.#measure = errorMeasureOf(variant === 'lastLoss' ? 'loss' : 'error', parts);
    this.#shift = BigInt(averageShift);
    this.#first = oneOf(outputChecks.delayedError) << this.#shift;
    this.#wordCount = delayedErrorWords(spec, image.classCount, delayedError);
    this.#rateCount = scalesRates(spec)
      ? image.layers.filter((layer) => learns(image, layer)).length
      : 0;
    this.#additionCount = isAveraged(variant) ? averageAdditions : 0;
    this.#reads = new AccessMeter(ledger, pins, 'delayedError.read', wordBits);
    this.#writes = new AccessMeter(ledger, pins, 'delayedError.write', wordBits);
    const sumBits = keptErrorBits(spec, delayedError);
    this.#additions = new AccessMeter(ledger, pins, 'datapath.add', sumBits);
    const rateBits = Math.max(delayedError.totalBits, mantissaBits);
    this.#rateProducts = new AccessMeter(ledger, pins, 'datapath.multiply', rateBits);
    if (delayedErrors?.isValid[0] === 1) {
      this.#sum = BigInt(elementAt(delayedErrors.raw, 0, 'delayed errors'));
    }
  }

  begin(): void {
    this.#reads.add(trainingFeedback, this.#wordCount);
    this.#rateProducts.add(trainingFeedback, this.#rateCount);
    this.#current = (this.#sum ?? this.#first) >> this.#shift;
  }

  current(): readonly bigint[] {
    return [this.#current];
  }

  finish({ label }: TrainingSample, outputsRaw: readonly bigint[]): void {
    const error = elementAt(this.#measure.next(label, outputsRaw), 0, 'errors');
    const sum = this.#sum ?? this.#first;
    this.#sum = sum - (sum >> this.#shift) + error;
    this.#additions.add(trainingUpdate, this.#additionCount);
    this.#writes.add(trainingUpdate, this.#wordCount);
  }

  endEpoch(): void {
    // The samples before are those of the epoch before, too.
  }

  contents(): NonNullable<LearnedState['delayedErrors']> {
    return {
      raw: Int32Array.of(Number(this.#sum ?? 0n)),
      isValid: Uint8Array.of(this.#sum === null ? 0 : 1),
    };
  }
}
