import type { FixedPointFormat } from '../../numerics/format.js';

/*
 * Formats of what an optimizer calculates with, besides the tensors (docs/spec.md §2.11).
 */

/** Fraction bits of decays β. */
export const decayFractionBits = 16;

/** Fraction bits of r, which corrects adam's moments. */
export const correctionFractionBits = 16;

/** Format of a ratio: it saturates, without being counted. */
export const ratioFormat: FixedPointFormat = { isSigned: true, totalBits: 32, fractionBits: 16 };

/** 16 + F_q − F_n: how far the numerator is shifted up, ≥ 0. An odd number of fraction bits of V counts as one more. */
export function ratioGainedBits(numeratorFractionBits: number, squareFractionBits: number): number {
  const rootFractionBits = (squareFractionBits + 1) >> 1;
  return ratioFormat.fractionBits + rootFractionBits - numeratorFractionBits;
}
