/*
 * The float → integer frontier: nothing behind src/mapping sees a float. A double times a power of two is exact, so
 * the only inexact step here is the one rounding that is asked for.
 */
import { confine, type FixedPointFormat, maximumRaw, minimumRaw } from '../numerics/format.js';
import { elementAt } from '../numerics/integer.js';
import type { DeterministicRoundingMode, OverflowMode } from '../numerics/modes.js';

/** How a tensor of real numbers becomes raw integers. */
export interface QuantiserSpec {
  readonly format: FixedPointFormat;
  readonly rounding: DeterministicRoundingMode;
  readonly overflow: OverflowMode;
}

/** Raw integers, and how many of the real numbers did not fit the format. */
export interface Quantised {
  readonly raw: Int32Array;
  readonly overflowCount: number;
}

function roundReal(real: number, mode: DeterministicRoundingMode): number {
  const floor = Math.floor(real);
  if (mode === 'truncate') return floor;
  const remainder = real - floor;
  if (remainder !== 0.5) return remainder > 0.5 ? floor + 1 : floor;
  const roundsUp = mode === 'nearest' ? real > 0 : floor % 2 !== 0;
  return roundsUp ? floor + 1 : floor;
}

/** A raw integer, and whether the real number had been outside the format. */
interface QuantisedValue {
  readonly raw: number;
  readonly hasOverflowed: boolean;
}

/**
 * Quantises one real number after the other.
 * @throws RangeError for NaN and infinities, which no format holds.
 */
function quantiser({
  format,
  rounding,
  overflow,
}: QuantiserSpec): (real: number) => QuantisedValue {
  const scale = 2 ** format.fractionBits;
  // Formats that a double holds exactly: what fits is decided without BigInt, millions of weights at a time.
  const isNarrow = format.totalBits <= 53;
  const lowest = isNarrow ? Number(minimumRaw(format)) : Infinity;
  const highest = isNarrow ? Number(maximumRaw(format)) : -Infinity;
  return (real) => {
    if (!Number.isFinite(real)) {
      throw new RangeError(`${real} is not a finite number and has no fixed-point value`);
    }
    const rounded = roundReal(real * scale, rounding);
    // Adding 0 makes 0 of −0.
    if (rounded >= lowest && rounded <= highest) return { raw: rounded + 0, hasOverflowed: false };
    const { raw, hasOverflowed } = confine(BigInt(rounded), format, overflow);
    return { raw: Number(raw), hasOverflowed };
  };
}

/**
 * One real number to a raw integer, and whether it had been outside the format.
 * @throws RangeError for NaN and infinities, which no format holds.
 */
export function quantise(real: number, spec: QuantiserSpec): QuantisedValue {
  return quantiser(spec)(real);
}

/** `quantise` for every element. Unsigned 32-bit formats keep their bit pattern in the Int32Array. */
export function quantiseAll(reals: ArrayLike<number>, spec: QuantiserSpec): Quantised {
  const quantiseOne = quantiser(spec);
  const raw = new Int32Array(reals.length);
  let overflowCount = 0;
  for (let index = 0; index < reals.length; index += 1) {
    const quantised = quantiseOne(elementAt(reals, index, 'real numbers'));
    raw[index] = quantised.raw;
    if (quantised.hasOverflowed) overflowCount += 1;
  }
  return { raw, overflowCount };
}
