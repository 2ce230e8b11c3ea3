import { decayFractionBits } from '../../image/optimizer-formats.js';

/** 1 in the format of decays. */
const one = 1n << BigInt(decayFractionBits);

/** A value and where its binary point is. */
export interface FixedPointValue {
  readonly raw: bigint;
  readonly fractionBits: number;
}

/** left + right, exact, at the larger fraction. */
export function exactSum(left: FixedPointValue, right: FixedPointValue): FixedPointValue {
  const fractionBits = Math.max(left.fractionBits, right.fractionBits);
  const aligned = (value: FixedPointValue) =>
    value.raw << BigInt(fractionBits - value.fractionBits);
  return { raw: aligned(left) + aligned(right), fractionBits };
}

/** β·value, exact. */
export function decayed(decayRaw: bigint, { raw, fractionBits }: FixedPointValue): FixedPointValue {
  return { raw: decayRaw * raw, fractionBits: fractionBits + decayFractionBits };
}

/** β·past + (1 − β)·present, exact. */
export function mixture(
  decayRaw: bigint,
  past: FixedPointValue,
  present: FixedPointValue,
): FixedPointValue {
  return exactSum(decayed(decayRaw, past), decayed(one - decayRaw, present));
}
