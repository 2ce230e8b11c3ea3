import type { DeterministicRoundingMode } from './modes.js';

/**
 * Moves a raw value from `fromFractionBits` to `toFractionBits` (docs/spec.md §2.2).
 * Gaining fraction bits is exact; losing d bits rounds: `truncate` ⌊v/2^d⌋, `nearest` half away from zero,
 * `nearestEven` half to the even neighbour.
 */
export function rescale(
  raw: bigint,
  fromFractionBits: number,
  toFractionBits: number,
  mode: DeterministicRoundingMode,
): bigint {
  const droppedBits = fromFractionBits - toFractionBits;
  if (droppedBits <= 0) return raw << BigInt(-droppedBits);
  const shift = BigInt(droppedBits);
  const floor = raw >> shift;
  if (mode === 'truncate') return floor;
  const remainder = raw - (floor << shift);
  const half = 1n << (shift - 1n);
  if (remainder !== half) return remainder > half ? floor + 1n : floor;
  const roundsUp = mode === 'nearest' ? raw > 0n : (floor & 1n) === 1n;
  return roundsUp ? floor + 1n : floor;
}

/**
 * Stochastic rounding (docs/spec.md §2.2): the random word, `wordBits` wide, is aligned with the top of the dropped
 * bits and added before truncating. Surplus low random bits are ignored, missing ones are 0.
 */
export function rescaleStochastically(
  raw: bigint,
  fromFractionBits: number,
  toFractionBits: number,
  randomWord: number,
  wordBits: number,
): bigint {
  const droppedBits = fromFractionBits - toFractionBits;
  if (droppedBits <= 0) return raw << BigInt(-droppedBits);
  const word = BigInt(randomWord);
  const surplusBits = wordBits - droppedBits;
  const addend = surplusBits >= 0 ? word >> BigInt(surplusBits) : word << BigInt(-surplusBits);
  return (raw + addend) >> BigInt(droppedBits);
}
