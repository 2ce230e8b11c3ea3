/*
 * Look-up tables of the activation unit. Built once, with mathjs bignumbers: Math.tanh and Math.exp differ in the
 * last bit between machines. The only floats here are table indices, and those are exact.
 */
import type { BigNumber } from 'mathjs';
import { createMath } from '../units/mathjs.js';
import { confine, type FixedPointFormat } from './format.js';
import { elementAt } from './integer.js';
import { rescale } from './rounding.js';

/** Functions that an activation table can hold. */
export const tabulatedFunctions = ['tanh', 'sigmoid'] as const;
/** Function that an activation table holds. */
export type TabulatedFunction = (typeof tabulatedFunctions)[number];
/** Interpolations between the entries of an activation table. */
export const interpolations = ['none', 'linear'] as const;
/** Interpolation between the entries of an activation table. */
export type Interpolation = (typeof interpolations)[number];

/** What an activation table is made of (docs/spec.md §2.8). */
export interface ActivationTableSpec {
  readonly function: TabulatedFunction;
  /** Signed; the accumulator is rounded to it (nearest) and saturates, so it states the table's range. */
  readonly inputFormat: FixedPointFormat;
  /** 2^indexBits entries, addressed by the top bits of the input. */
  readonly indexBits: number;
  readonly interpolation: Interpolation;
  readonly outputFormat: FixedPointFormat;
}

/** A filled table: 2^indexBits entries, with linear interpolation one more for the right edge. */
export interface ActivationTable extends ActivationTableSpec {
  readonly kind: 'table';
  readonly entriesRaw: Int32Array;
}

const decimalDigits = 40;
const math = createMath({ number: 'BigNumber', precision: decimalDigits });

function evaluate(name: TabulatedFunction, argument: BigNumber): BigNumber {
  if (name === 'tanh') return math.tanh(argument);
  const one = math.bignumber(1);
  return one.dividedBy(one.plus(math.exp(argument.negated())));
}

/**
 * Fills a table (docs/spec.md §2.8). Without interpolation an entry holds f at the middle of the inputs it serves;
 * with it, f at their left edge. Entries are rounded to the output format (half away from zero) and saturate.
 * @throws RangeError when the input is unsigned or has fewer bits than the index.
 */
export function buildActivationTable(spec: ActivationTableSpec): ActivationTable {
  const { inputFormat, indexBits, outputFormat } = spec;
  if (
    !inputFormat.isSigned ||
    indexBits < 1 ||
    indexBits > inputFormat.totalBits ||
    indexBits > 16
  ) {
    throw new RangeError(
      `activation table: ${indexBits} index bits need a signed input of at least as many bits, and at most 16`,
    );
  }
  const stepBits = inputFormat.totalBits - indexBits;
  const entryCount = 2 ** indexBits + (spec.interpolation === 'linear' ? 1 : 0);
  const offset = spec.interpolation === 'linear' ? 0 : (2 ** stepBits - 1) / 2;
  const inputScale = math.bignumber(2).pow(-inputFormat.fractionBits);
  const outputScale = math.bignumber(2).pow(outputFormat.fractionBits);
  const entriesRaw = new Int32Array(entryCount);
  for (let index = 0; index < entryCount; index += 1) {
    const inputRaw = index * 2 ** stepBits - 2 ** (inputFormat.totalBits - 1) + offset;
    const value = evaluate(spec.function, math.bignumber(inputRaw).times(inputScale));
    // decimal.js rounding mode 4: half away from zero.
    const rounded = BigInt(value.times(outputScale).toDecimalPlaces(0, 4).toFixed(0));
    entriesRaw[index] = Number(confine(rounded, outputFormat, 'saturate').raw);
  }
  return { ...spec, kind: 'table', entriesRaw };
}

/** One look-up: accumulator in, h out, both raw (docs/spec.md §2.8). */
export function lookUp(
  table: ActivationTable,
  accumulatorRaw: bigint,
  accumulatorFractionBits: number,
): bigint {
  const { inputFormat, indexBits } = table;
  const rounded = rescale(
    accumulatorRaw,
    accumulatorFractionBits,
    inputFormat.fractionBits,
    'nearest',
  );
  const address =
    confine(rounded, inputFormat, 'saturate').raw + (1n << BigInt(inputFormat.totalBits - 1));
  const stepBits = inputFormat.totalBits - indexBits;
  const index = Number(address >> BigInt(stepBits));
  const left = BigInt(elementAt(table.entriesRaw, index, 'activation table'));
  if (table.interpolation === 'none') return left;
  const right = BigInt(elementAt(table.entriesRaw, index + 1, 'activation table'));
  const remainder = address & ((1n << BigInt(stepBits)) - 1n);
  return rescale((left << BigInt(stepBits)) + (right - left) * remainder, stepBits, 0, 'nearest');
}
