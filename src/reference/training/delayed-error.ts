import { type Loss, rowOf } from '../loss.js';
import { type DefpVariant, keepsLastErrors } from '../../network/defp-variants.js';
import { keepOfVisit } from '../rules/defp.js';

/** All that the memory of delayed errors holds, copied. */
export interface DelayedErrorMemory {
  /** Shape (sampleCount × classCount). */
  readonly kept: Float32Array;
  readonly epochSum: number;
  readonly epochVisits: number;
  /** What `aggregated` takes in this epoch; of the last samples what they left. */
  readonly mean: number;
}

/** Which error is kept, and over how many samples it is averaged. */
interface DefpOptions {
  readonly variant: DefpVariant;
  readonly averageShift?: number;
}

/**
 * DEFP's memory: what each training sample's last visit left behind, shape (sampleCount × classCount) as in the
 * original, of which all variants but `fullVector` use the label's element only (one number a sample, on a chip).
 * `aggregated` uses the mean of the label's elements over the last epoch for every sample; what is of the last samples is one
 * number, too. Starts so that the first
 * epoch is DRTP: 1 everywhere, y* for `fullVector`.
 */
export class DelayedError {
  readonly #variant: DefpVariant;
  /** Of a new error in an average of the last ones. */
  readonly #share: number;
  readonly #loss: Loss;
  readonly #classCount: number;
  readonly #kept: Float32Array;
  #epochSum = 0;
  #epochVisits = 0;
  #mean = 1;

  constructor(
    { variant, averageShift = 0 }: DefpOptions,
    loss: Loss,
    labels: Uint8Array,
    classCount: number,
  ) {
    this.#variant = variant;
    this.#share = 2 ** -averageShift;
    this.#loss = loss;
    this.#classCount = classCount;
    this.#kept = new Float32Array(labels.length * classCount).fill(
      variant === 'fullVector' ? 0 : 1,
    );
    if (variant !== 'fullVector') return;
    labels.forEach((label, sample) => {
      rowOf(this.#kept, sample, classCount)[label] = 1;
    });
  }

  get #isOneForAll(): boolean {
    return this.#variant === 'aggregated' || keepsLastErrors(this.#variant);
  }

  /** What η is multiplied with: an average of the last errors, at most 1 and at least 0; but for `movingRate` 1. */
  get rateFactor(): number {
    return this.#variant === 'movingRate' ? Math.min(1, Math.max(0, this.#mean)) : 1;
  }

  /** Columns of `select`: classCount for `fullVector`, else 1. */
  get width(): number {
    return this.#variant === 'fullVector' ? this.#classCount : 1;
  }

  /** d of the samples `chosen`, shape (chosen.length × width). */
  select(chosen: Uint32Array, labels: Uint8Array): Float32Array {
    const selected = new Float32Array(chosen.length * this.width);
    chosen.forEach((sample, row) => {
      const kept = rowOf(this.#kept, sample, this.#classCount);
      if (this.#variant === 'fullVector') selected.set(kept, row * this.#classCount);
      else if (this.#isOneForAll) selected[row] = this.#mean;
      else selected[row] = kept[labels[row] ?? 0] ?? NaN;
    });
    return selected;
  }

  /** Keeps what the visit of `chosen` leaves behind; `outputs` (chosen.length × classCount) from before the update. */
  keep(chosen: Uint32Array, labels: Uint8Array, outputs: Float32Array): void {
    chosen.forEach((sample, row) => {
      const kept = rowOf(this.#kept, sample, this.#classCount);
      const label = labels[row] ?? 0;
      const y = rowOf(outputs, row, this.#classCount);
      keepOfVisit(this.#variant, this.#loss, y, label, kept);
      const error = kept[label] ?? NaN;
      this.#epochSum += error;
      this.#epochVisits += 1;
      if (keepsLastErrors(this.#variant)) this.#mean += (error - this.#mean) * this.#share;
    });
  }

  /**
   * d of the samples `chosen`, shape (chosen.length × 1), of which each sees what those before it in the batch leave behind;
   * null: the outputs of this batch decide nothing of it.
   */
  during(labels: Uint8Array, outputs: Float32Array): Float32Array | null {
    if (!keepsLastErrors(this.#variant)) return null;
    const left = new Float32Array(this.#classCount);
    let last = this.#mean;
    return Float32Array.from(labels, (label, row) => {
      const seen = last;
      const y = rowOf(outputs, row, this.#classCount);
      keepOfVisit(this.#variant, this.#loss, y, label, left);
      last += ((left[label] ?? NaN) - last) * this.#share;
      return seen;
    });
  }

  /** The mean over this epoch is what `aggregated` uses in the next. */
  endEpoch(): void {
    if (!keepsLastErrors(this.#variant)) this.#mean = this.#epochSum / this.#epochVisits;
    this.#epochSum = 0;
    this.#epochVisits = 0;
  }

  memory(): DelayedErrorMemory {
    return {
      kept: this.#kept.slice(),
      epochSum: this.#epochSum,
      epochVisits: this.#epochVisits,
      mean: this.#mean,
    };
  }

  /** Goes on where the memory of the same samples was. */
  restore({ kept, epochSum, epochVisits, mean }: DelayedErrorMemory): void {
    this.#kept.set(kept);
    this.#epochSum = epochSum;
    this.#epochVisits = epochVisits;
    this.#mean = mean;
  }

  /** All that is kept, copied: (sampleCount × classCount); for what is one for all that one. */
  values(): Float32Array {
    return this.#isOneForAll ? Float32Array.of(this.#mean) : this.#kept.slice();
  }
}
