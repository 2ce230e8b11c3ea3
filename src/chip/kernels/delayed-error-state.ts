import { confine } from '../../numerics/format.js';
import { elementAt } from '../../numerics/integer.js';
import { rescale } from '../../numerics/rounding.js';
import type { ChipImage, DefpSpec } from '../chip-image.js';
import type { LearnedState } from '../engine.js';
import { probabilityBits } from './alignments.js';
import type { MemoryPlan } from './memory-plan.js';

/** Variants in the order of the kernel. */
const variants: readonly DefpSpec['variant'][] = ['error', 'loss', 'aggregated', 'fullVector'];
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
export interface DelayedErrorMemory {
  readonly block: number;
  readonly values: number;
  readonly valid: number;
}

/** Words, and values in each: one word a sample, or one in all; one value, or one a class. */
function shapeOf(
  { classCount }: ChipImage,
  { variant, sampleCount }: DefpSpec,
): { readonly wordCount: number; readonly valueCount: number } {
  return {
    wordCount: variant === 'aggregated' ? 1 : sampleCount,
    valueCount: variant === 'fullVector' ? classCount : 1,
  };
}

export function reserveDelayedErrors(
  plan: MemoryPlan,
  image: ChipImage,
  rule: DefpSpec,
): DelayedErrorMemory {
  const { wordCount, valueCount } = shapeOf(image, rule);
  return {
    block: plan.reserve(epochOffset + epochBytes),
    values: plan.reserve(4 * wordCount * valueCount),
    valid: plan.reserve(wordCount),
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
  const errorBits =
    rule.variant === 'loss' ? lossErrorBits(image.loss, output.fractionBits) : output.fractionBits;
  const one = rescale(1n, 0, fractionBits, 'nearest');
  const alignment = 0;
  const sums = [0, 0, 0, 0];
  return [
    variants.indexOf(rule.variant),
    shapeOf(image, rule).valueCount,
    memory.values,
    memory.valid,
    Number(confine(one, delayedError, 'saturate').raw),
    fractionBits - errorBits,
    output.fractionBits + fractionBits,
    alignment,
    ...sums,
  ];
}

/** The memory of delayed errors, seen from the driver. Implements: docs/spec.md §2.9. */
export class DelayedErrorState {
  readonly #values: Int32Array;
  readonly #isValid: Uint8Array;
  /** Σ(1 − y_c), and the samples in it. */
  readonly #epoch: BigInt64Array;

  constructor(buffer: ArrayBuffer, image: ChipImage, rule: DefpSpec, memory: DelayedErrorMemory) {
    const { wordCount, valueCount } = shapeOf(image, rule);
    this.#values = new Int32Array(buffer, memory.values, wordCount * valueCount);
    this.#isValid = new Uint8Array(buffer, memory.valid, wordCount);
    this.#epoch = new BigInt64Array(buffer, memory.block + epochOffset, 2);
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
