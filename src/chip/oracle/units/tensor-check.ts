import {
  confine,
  type FixedPointFormat,
  maximumRaw,
  minimumRaw,
} from '../../../numerics/format.js';
import type { OverflowMode } from '../../../numerics/modes.js';
import type { ChipNumerics, TensorName } from '../../image/chip-image.js';
import type { TensorHealth } from '../../engine.js';

/** The sample the chip works on: its training ordinal (0-based), null during inference. */
export interface SampleInFlight {
  readonly trainingOrdinal: number | null;
}

/**
 * Keeps the values of one tensor of one layer inside their format and counts what did not fit.
 *
 * Implements: docs/spec.md §2.3. One call of `confine` is one check of §2.6.
 */
export class TensorCheck {
  readonly format: FixedPointFormat;
  readonly #layer: number;
  readonly #tensor: TensorName;
  readonly #overflow: OverflowMode;
  readonly #sample: SampleInFlight;
  readonly #lowest: bigint;
  readonly #highest: bigint;
  /** Of a sample whose work is made up for; undefined: work is that of the sample in flight. */
  #otherOrdinal: number | null | undefined;
  #overflowCount = 0;
  #firstTrainingSample: number | null = null;

  constructor(layer: number, tensor: TensorName, numerics: ChipNumerics, sample: SampleInFlight) {
    this.format = numerics.formats[tensor];
    this.#layer = layer;
    this.#tensor = tensor;
    this.#overflow = numerics.overflow[tensor];
    this.#sample = sample;
    this.#lowest = minimumRaw(this.format);
    this.#highest = maximumRaw(this.format);
  }

  /** Ordinal of the training sample that an overflow belongs to; null: to none. */
  get trainingOrdinal(): number | null {
    return this.#otherOrdinal === undefined ? this.#sample.trainingOrdinal : this.#otherOrdinal;
  }

  /** Result of work that belongs to another sample than the one in flight, as its overflows do. */
  ofSample<Result>(trainingOrdinal: number | null, work: () => Result): Result {
    this.#otherOrdinal = trainingOrdinal;
    const result = work();
    this.#otherOrdinal = undefined;
    return result;
  }

  /** The raw value, saturated or wrapped into the format if it lies outside. */
  confine(raw: bigint): bigint {
    if (raw >= this.#lowest && raw <= this.#highest) return raw;
    this.#overflowCount += 1;
    this.#firstTrainingSample ??= this.trainingOrdinal;
    return confine(raw, this.format, this.#overflow).raw;
  }

  /** Values that did not fit before they came to the chip, and belong to no sample. */
  add(overflowCount: number): void {
    this.#overflowCount += overflowCount;
  }

  health(): TensorHealth {
    const saturates = this.#overflow === 'saturate';
    return {
      layer: this.#layer,
      tensor: this.#tensor,
      saturationCount: saturates ? this.#overflowCount : 0,
      wrapCount: saturates ? 0 : this.#overflowCount,
      firstTrainingSample: this.#firstTrainingSample,
    };
  }
}

/** One check for every tensor of a layer. */
export type TensorChecks = Readonly<Record<TensorName, TensorCheck>>;

/** Delayed errors saturate whatever the chip has for other tensors (docs/spec.md §2.9). */
function withSaturatingError(numerics: ChipNumerics): ChipNumerics {
  return { ...numerics, overflow: { ...numerics.overflow, delayedError: 'saturate' } };
}

export function makeTensorChecks(
  layer: number,
  numerics: ChipNumerics,
  sample: SampleInFlight,
): TensorChecks {
  const check = (tensor: TensorName) => new TensorCheck(layer, tensor, numerics, sample);
  return {
    input: check('input'),
    weight: check('weight'),
    bias: check('bias'),
    accumulator: check('accumulator'),
    activation: check('activation'),
    output: check('output'),
    delta: check('delta'),
    feedback: check('feedback'),
    update: check('update'),
    delayedError: new TensorCheck(layer, 'delayedError', withSaturatingError(numerics), sample),
    gradient: check('gradient'),
    momentum: check('momentum'),
    secondMoment: check('secondMoment'),
  };
}
