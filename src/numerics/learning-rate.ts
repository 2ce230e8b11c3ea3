/**
 * The learning rate as hardware sees it (docs/spec.md §2.6): a shift where η is a power of two (g = η·δz is exact),
 * else an unsigned mantissa of at most 16 bits, η ≈ mantissaRaw · 2^−fractionBits, and g is rounded to `update`.
 */
export type LearningRateFactor =
  | { readonly kind: 'shift'; readonly shiftBits: number }
  | { readonly kind: 'factor'; readonly mantissaRaw: number; readonly fractionBits: number };

/** Bits of a mantissa of η or of a scale. */
export const mantissaBits = 16;
