/*
 * The float → integer frontier: nothing behind src/mapping sees a float. A double times a power of two is exact, so
 * the only inexact step here is the one rounding that is asked for.
 */
import { confine, type FixedPointFormat } from '../numerics/format.js';
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

/**
 * One real number to a raw integer, and whether it had been outside the format.
 * @throws RangeError for NaN and infinities, which no format holds.
 */
export function quantise(
  real: number,
  spec: QuantiserSpec,
): { readonly raw: number; readonly hasOverflowed: boolean } {
  if (!Number.isFinite(real)) {
    throw new RangeError(`${real} is not a finite number and has no fixed-point value`);
  }
  const rounded = BigInt(roundReal(real * 2 ** spec.format.fractionBits, spec.rounding));
  const { raw, hasOverflowed } = confine(rounded, spec.format, spec.overflow);
  return { raw: Number(raw), hasOverflowed };
}

/** `quantise` for every element. Unsigned 32-bit formats keep their bit pattern in the Int32Array. */
export function quantiseAll(reals: ArrayLike<number>, spec: QuantiserSpec): Quantised {
  const raw = new Int32Array(reals.length);
  let overflowCount = 0;
  for (const [index, real] of Array.from(reals).entries()) {
    const quantised = quantise(real, spec);
    raw[index] = quantised.raw;
    if (quantised.hasOverflowed) overflowCount += 1;
  }
  return { raw, overflowCount };
}
