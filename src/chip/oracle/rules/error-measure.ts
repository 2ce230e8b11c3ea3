import { confine, maximumRaw } from '../../../numerics/format.js';
import { elementAt } from '../../../numerics/integer.js';
import { rescale } from '../../../numerics/rounding.js';
import { AccessMeter, pins, trainingUpdate } from '../../../ledger/access-meter.js';
import type { DefpSpec } from '../../image/chip-image.js';
import { nearestQuotient } from '../../../numerics/divider.js';
import type { SoftmaxUnit } from '../units/softmax-unit.js';
import type { TensorCheck } from '../units/tensor-check.js';
import type { RuleParts } from './learning-rule.js';
import { errorsOf } from './output-loss.js';

/*
 * What the variants of DEFP keep of a sample. Implements: docs/spec.md §2.9 (delayed error), §2.13 (loss ce).
 */

/** `value` in the format of delayedError, nearest and saturating. */
function keep(value: bigint, fractionBits: number, check: TensorCheck): bigint {
  return check.confine(rescale(value, fractionBits, check.format.fractionBits, 'nearest'));
}

/** 1 in the format of delayedError; where the format lacks it, its largest value, by design and uncounted. */
export function oneOf({ format }: Pick<TensorCheck, 'format'>): bigint {
  return confine(rescale(1n, 0, format.fractionBits, 'nearest'), format, 'saturate').raw;
}

/** Variants that keep an error of every sample. */
export type SampleVariant = Extract<DefpSpec['variant'], 'error' | 'loss' | 'fullVector'>;

/** What one sample has erred, as one variant of DEFP keeps it. */
export interface ErrorMeasure {
  /** d of a sample never visited. */
  first(label: number): readonly bigint[];
  /** d for the next visit, from y. */
  next(label: number, outputsRaw: readonly bigint[]): readonly bigint[];
}

/** Variant `error`: 1 − y_c; variant `loss` with squared error: twice that, by one fraction bit less. */
class LabelError implements ErrorMeasure {
  readonly #check: TensorCheck;
  readonly #outputFractionBits: number;
  readonly #errorFractionBits: number;

  constructor(check: TensorCheck, outputFractionBits: number, isDoubled: boolean) {
    this.#check = check;
    this.#outputFractionBits = outputFractionBits;
    this.#errorFractionBits = outputFractionBits - (isDoubled ? 1 : 0);
  }

  first(): readonly bigint[] {
    return [oneOf(this.#check)];
  }

  next(label: number, outputsRaw: readonly bigint[]): readonly bigint[] {
    const y = elementAt(outputsRaw, label, 'outputs');
    const error = (1n << BigInt(this.#outputFractionBits)) - y;
    return [keep(error, this.#errorFractionBits, this.#check)];
  }
}

/** Variant `loss` with cross-entropy: 1/y_c, made by one division. */
class ReciprocalError implements ErrorMeasure {
  readonly #check: TensorCheck;
  readonly #dividend: bigint;
  readonly #divisions: AccessMeter;

  constructor(check: TensorCheck, outputFractionBits: number, ledger: RuleParts['ledger']) {
    const { totalBits, fractionBits } = check.format;
    const dividendBits = outputFractionBits + fractionBits;
    this.#check = check;
    // Below 2^0 it contributes nothing: ⌊(dividend + ⌊y/2⌋)/y⌋ is 0 for every y > 0.
    this.#dividend = dividendBits < 0 ? 0n : 1n << BigInt(dividendBits);
    this.#divisions = new AccessMeter(ledger, pins, 'datapath.reciprocal', totalBits);
  }

  first(): readonly bigint[] {
    return [oneOf(this.#check)];
  }

  next(label: number, outputsRaw: readonly bigint[]): readonly bigint[] {
    this.#divisions.add(trainingUpdate, 1);
    const y = elementAt(outputsRaw, label, 'outputs');
    const { format } = this.#check;
    return [y > 0n ? this.#check.confine(nearestQuotient(this.#dividend, y)) : maximumRaw(format)];
  }
}

/** Variant `fullVector`: t − y of every class; at first the target. */
class VectorError implements ErrorMeasure {
  readonly #check: TensorCheck;
  readonly #outputFractionBits: number;
  readonly #classCount: number;

  constructor(check: TensorCheck, outputFractionBits: number, classCount: number) {
    this.#check = check;
    this.#outputFractionBits = outputFractionBits;
    this.#classCount = classCount;
  }

  first(label: number): readonly bigint[] {
    const one = oneOf(this.#check);
    return Array.from({ length: this.#classCount }, (_, index) => (index === label ? one : 0n));
  }

  next(label: number, outputsRaw: readonly bigint[]): readonly bigint[] {
    const errors = errorsOf(label, outputsRaw, this.#outputFractionBits);
    return errors.map((error) => keep(-error, this.#outputFractionBits, this.#check));
  }
}

/** Variant `loss` with softmax: 1 − p_c. */
class ProbabilityError implements ErrorMeasure {
  readonly #check: TensorCheck;
  readonly #softmax: SoftmaxUnit;

  constructor(check: TensorCheck, softmax: SoftmaxUnit) {
    this.#check = check;
    this.#softmax = softmax;
  }

  first(): readonly bigint[] {
    return [oneOf(this.#check)];
  }

  next(label: number): readonly bigint[] {
    // e_c = p_c − 1.
    const error = elementAt(this.#softmax.errors(label), label, 'classes');
    return [keep(-error, this.#softmax.fractionBits, this.#check)];
  }
}

/** The measure of a variant; `outputChecks` count what does not fit. */
export function errorMeasureOf(
  variant: SampleVariant,
  { image, outputChecks, softmax, ledger }: RuleParts,
): ErrorMeasure {
  const { delayedError: check, output } = outputChecks;
  const { fractionBits } = output.format;
  if (variant === 'fullVector') return new VectorError(check, fractionBits, image.classCount);
  if (variant === 'loss' && softmax !== null) return new ProbabilityError(check, softmax);
  if (variant === 'loss' && image.loss === 'bce') {
    return new ReciprocalError(check, fractionBits, ledger);
  }
  return new LabelError(check, fractionBits, variant === 'loss');
}
