import { confine } from '../../numerics/format.js';
import { elementAt } from '../../numerics/integer.js';
import { rescale } from '../../numerics/rounding.js';
import { chipDefpVariants } from '../../network/defp-variants.js';
import type { ChipImage, DefpSpec } from '../image/chip-image.js';
import { keepsOneError } from '../image/learning-layers.js';
import { keepsLoss } from '../../network/defp-variants.js';
import type { LearnedState } from '../engine.js';
import { probabilityBits } from './layout/alignments.js';
import type { MemoryPlan } from './layout/memory-plan.js';

/** Bytes of `DelayedErrors` before its two sums of 64 bits. */
const epochOffset = 32;
const epochBytes = 16;

/** What rule `defp` carries from one sample to the next. */
export interface DelayedErrorCheckpoint {
  readonly raw: Int32Array;
  readonly isValid: Uint8Array;
  /** Σ(1 − y_c) at F_output of the epoch in flight (`aggregated`), and its samples so far. */
  readonly epochSumRaw: bigint;
  readonly epochSampleCount: bigint;
}

/** Where the memory of delayed errors lies. */
interface DelayedErrorMemory {
  readonly block: number;
  readonly values: number;
  readonly valid: number;
}

/** Words, and values in each: one word a sample, or one in all; one value, or one a class. */
function shapeOf(
  { classCount }: ChipImage,
  rule: DefpSpec,
): { readonly wordCount: number; readonly valueCount: number } {
  return {
    wordCount: keepsOneError(rule) ? 1 : rule.sampleCount,
    valueCount: rule.variant === 'fullVector' ? classCount : 1,
  };
}

/** Words behind those of the samples: in a pipeline as many samples are in flight as there are layers. */
function registerCount({ layers }: ChipImage): number {
  return layers.length;
}

export function reserveDelayedErrors(
  plan: MemoryPlan,
  image: ChipImage,
  rule: DefpSpec,
): DelayedErrorMemory {
  const { wordCount, valueCount } = shapeOf(image, rule);
  const reservedCount = wordCount + registerCount(image);
  return {
    block: plan.reserve(epochOffset + epochBytes),
    values: plan.reserve(4 * reservedCount * valueCount),
    valid: plan.reserve(reservedCount),
  };
}

/** Fraction bits of the error that variant `loss` keeps: 2(1 − y_c) has the raw value of 1 − y_c with one less. */
function lossErrorBits(loss: ChipImage['loss'], outputBits: number): number {
  return loss === 'ce' ? probabilityBits : outputBits - 1;
}

/** Fields of `DelayedErrors` in `assembly/parameters.ts`, in its order; the sums start at 0. */
export function delayedErrorFields(
  image: ChipImage,
  rule: DefpSpec,
  memory: DelayedErrorMemory,
): readonly number[] {
  const { output, delayedError } = image.numerics.formats;
  const { fractionBits } = delayedError;
  const errorBits = keepsLoss(rule.variant)
    ? lossErrorBits(image.loss, output.fractionBits)
    : output.fractionBits;
  const one = rescale(1n, 0, fractionBits, 'nearest');
  const sums = [0, 0, 0, 0];
  return [
    chipDefpVariants.indexOf(rule.variant),
    shapeOf(image, rule).valueCount,
    memory.values,
    memory.valid,
    Number(confine(one, delayedError, 'saturate').raw),
    fractionBits - errorBits,
    output.fractionBits + fractionBits,
    rule.averageShift ?? 0,
    ...sums,
  ];
}

/** The memory of delayed errors, seen from the driver. Implements: docs/spec.md §2.9. */
export class DelayedErrorState {
  readonly #values: Int32Array;
  readonly #isValid: Uint8Array;
  /** The same arrays with the registers of samples in flight behind them. */
  readonly #allValues: Int32Array;
  readonly #allValid: Uint8Array;
  readonly #wordCount: number;
  readonly #valueCount: number;
  /** Σ(1 − y_c), and the samples in it. */
  readonly #epoch: BigInt64Array;

  constructor(buffer: ArrayBuffer, image: ChipImage, rule: DefpSpec, memory: DelayedErrorMemory) {
    const { wordCount, valueCount } = shapeOf(image, rule);
    const reservedCount = wordCount + registerCount(image);
    this.#wordCount = wordCount;
    this.#valueCount = valueCount;
    this.#allValues = new Int32Array(buffer, memory.values, reservedCount * valueCount);
    this.#allValid = new Uint8Array(buffer, memory.valid, reservedCount);
    this.#values = this.#allValues.subarray(0, wordCount * valueCount);
    this.#isValid = this.#allValid.subarray(0, wordCount);
    this.#epoch = new BigInt64Array(buffer, memory.block + epochOffset, 2);
  }

  /**
   * Copies the word of a sample into a register, where it stays as the sample found it, and returns the register's place
   * among the words.
   */
  latch(word: number, register: number): number {
    const place = this.#wordCount + register;
    const count = this.#valueCount;
    this.#allValues.copyWithin(place * count, word * count, (word + 1) * count);
    this.#allValid.copyWithin(place, word, word + 1);
    return place;
  }

  learned(): NonNullable<LearnedState['delayedErrors']> {
    return { raw: this.#values.slice(), isValid: this.#isValid.slice() };
  }

  checkpoint(): DelayedErrorCheckpoint {
    return {
      ...this.learned(),
      epochSumRaw: elementAt(this.#epoch, 0, 'epoch sums'),
      epochSampleCount: elementAt(this.#epoch, 1, 'epoch sums'),
    };
  }

  /** @throws RangeError when an array does not have this image's shape. */
  restore(checkpoint: DelayedErrorCheckpoint): void {
    const lengths = [
      ['values', checkpoint.raw.length, this.#values.length],
      ['valid bits', checkpoint.isValid.length, this.#isValid.length],
    ] as const;
    for (const [name, actual, expected] of lengths) {
      if (actual !== expected) {
        throw new RangeError(
          `checkpoint: there are ${actual} ${name} of delayed errors, this image needs ${expected}; restore into an engine of the image it was taken from`,
        );
      }
    }
    this.#values.set(checkpoint.raw);
    this.#isValid.set(checkpoint.isValid);
    this.#epoch.set([checkpoint.epochSumRaw, checkpoint.epochSampleCount]);
  }
}
