import type { OverflowMode } from './modes.js';

/**
 * A fixed-point format: `totalBits` bits in all, `fractionBits` of them fraction.
 * A raw integer r stands for the real number r · 2^−fractionBits (docs/spec.md §2.1).
 */
export interface FixedPointFormat {
  readonly isSigned: boolean;
  /** 1 to 32; the accumulator up to 64. */
  readonly totalBits: number;
  /** May exceed `totalBits` or be negative. */
  readonly fractionBits: number;
}

/** Widest format of every tensor but the accumulator. */
export const maximumTensorBits = 32;
/** Widest accumulator. */
export const maximumAccumulatorBits = 64;
/** Fraction bits are kept inside ± this, so that every alignment stays inside the 64-bit datapath (docs/spec.md §2.4). */
export const maximumFractionBits = 48;

const formatPattern = /^(?<sign>[su])(?<total>\d+)\.(?<fraction>-?\d+)$/;

/**
 * Reads `s8.7` (signed, 8 bits, 7 of them fraction) or `u8.8`.
 * @throws RangeError with a sentence that says what is wrong and what is allowed.
 */
export function parseFormat(text: string, maximumBits = maximumTensorBits): FixedPointFormat {
  const groups = formatPattern.exec(text)?.groups;
  if (groups === undefined) {
    throw new RangeError(
      `"${text}" is not a fixed-point format; write s8.7 (signed, 8 bits in all, 7 of them fraction) or u8.8`,
    );
  }
  const format: FixedPointFormat = {
    isSigned: groups['sign'] === 's',
    totalBits: Number(groups['total']),
    fractionBits: Number(groups['fraction']),
  };
  if (format.totalBits < 1 || format.totalBits > maximumBits) {
    throw new RangeError(`"${text}" has ${format.totalBits} bits; allowed are 1 to ${maximumBits}`);
  }
  if (Math.abs(format.fractionBits) > maximumFractionBits) {
    throw new RangeError(
      `"${text}" has ${format.fractionBits} fraction bits; allowed are −${maximumFractionBits} to ${maximumFractionBits}`,
    );
  }
  return format;
}

/** The inverse of `parseFormat`. */
export function printFormat(format: FixedPointFormat): string {
  return `${format.isSigned ? 's' : 'u'}${format.totalBits}.${format.fractionBits}`;
}

/** Smallest raw integer of a format: −2^(B−1) or 0. */
export function minimumRaw(format: FixedPointFormat): bigint {
  return format.isSigned ? -(1n << BigInt(format.totalBits - 1)) : 0n;
}

/** Largest raw integer of a format: 2^(B−1) − 1 or 2^B − 1. */
export function maximumRaw(format: FixedPointFormat): bigint {
  const magnitudeBits = format.isSigned ? format.totalBits - 1 : format.totalBits;
  return (1n << BigInt(magnitudeBits)) - 1n;
}

/** A raw value brought back into its format, and whether it had been outside. */
interface Confined {
  readonly raw: bigint;
  readonly hasOverflowed: boolean;
}

/** Saturates to the nearest end of the range, or wraps modulo 2^totalBits (docs/spec.md §2.3). */
export function confine(raw: bigint, format: FixedPointFormat, mode: OverflowMode): Confined {
  const lowest = minimumRaw(format);
  const highest = maximumRaw(format);
  if (raw >= lowest && raw <= highest) return { raw, hasOverflowed: false };
  if (mode === 'saturate') return { raw: raw < lowest ? lowest : highest, hasOverflowed: true };
  const wrapped = format.isSigned
    ? BigInt.asIntN(format.totalBits, raw)
    : BigInt.asUintN(format.totalBits, raw);
  return { raw: wrapped, hasOverflowed: true };
}
