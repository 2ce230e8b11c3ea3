/*
 * Look-up tables of the activation unit. Built once, in integers of `fractionBits` fraction bits: Math.tanh and Math.exp
 * differ in the last bit between machines.
 */
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

/** Fraction bits of a value on its way into a table: 200 more than any format keeps. */
const fractionBits = 256;
const one = 1n << BigInt(fractionBits);
/** e^−x is below 2^−288, nothing at all here, from this x on. */
const vanishingArgument = 200n;

function multiply(left: bigint, right: bigint): bigint {
  return (left * right) >> BigInt(fractionBits);
}

/** e^−x of x ≥ 0: the series of x / 2^8, eight times squared. */
function exponential(argument: bigint): bigint {
  if (argument >= vanishingArgument * one) return 0n;
  const halvings = 8;
  const reduced = argument >> BigInt(halvings);
  let term = one;
  let sum = one;
  for (let index = 1n; term !== 0n; index += 1n) {
    term = -multiply(term, reduced) / index;
    sum += term;
  }
  for (let index = 0; index < halvings; index += 1) sum = multiply(sum, sum);
  return sum;
}

/** f of an argument from its size and e^−size (sigmoid) or e^−2·size (tanh). */
function evaluate(name: TabulatedFunction, isNegative: boolean, decay: bigint): bigint {
  switch (name) {
    case 'tanh': {
      const value = ((one - decay) << BigInt(fractionBits)) / (one + decay);
      return isNegative ? -value : value;
    }
    case 'sigmoid':
      return ((isNegative ? decay : one) << BigInt(fractionBits)) / (one + decay);
  }
}

/** Arguments on one side of 0, in half units of the input, as sizes. */
interface Side {
  readonly isNegative: boolean;
  readonly first: bigint;
  readonly step: bigint;
  readonly count: number;
}

/**
 * f at the arguments of a side, from the middle outwards: the decay of each is that of the one before, times that of a
 * step, so that an entry costs a product and a quotient; far out the decay is 0 and f its limit.
 */
function* evaluateSide(
  name: TabulatedFunction,
  { isNegative, first, step, count }: Side,
  inputFractionBits: number,
): Generator<bigint> {
  const shift = BigInt(fractionBits - 1 - inputFractionBits);
  const decayOf = (size: bigint): bigint =>
    exponential((name === 'tanh' ? 2n * size : size) << shift);
  const stepDecay = decayOf(step);
  let decay = decayOf(first);
  for (let index = 0; index < count; index += 1) {
    yield evaluate(name, isNegative, decay);
    decay = multiply(decay, stepDecay);
  }
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
  const step = 2n << BigInt(inputFormat.totalBits - indexBits);
  // In half units: the middle of 2^n inputs is half a unit below half their step.
  const middle = spec.interpolation === 'linear' ? 0n : step / 2n - 1n;
  const half = 2 ** (indexBits - 1);
  const upperCount = half + (spec.interpolation === 'linear' ? 1 : 0);
  const entriesOf = (side: Side): number[] =>
    Array.from(evaluateSide(spec.function, side, inputFormat.fractionBits), (value) => {
      const rounded = rescale(value, fractionBits, outputFormat.fractionBits, 'nearest');
      return Number(confine(rounded, outputFormat, 'saturate').raw);
    });
  const below = entriesOf({ isNegative: true, first: step - middle, step, count: half });
  const above = entriesOf({ isNegative: false, first: middle, step, count: upperCount });
  const entriesRaw = Int32Array.from([...below.reverse(), ...above]);
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
