/** Rounding that needs no random word: towards −∞, half away from zero, half to even. */
export const deterministicRoundingModes = ['truncate', 'nearest', 'nearestEven'] as const;
/** Every rounding mode of docs/spec.md §2.2. */
export const roundingModes = [...deterministicRoundingModes, 'stochastic'] as const;
/** What happens to a value outside its format (docs/spec.md §2.3). */
export const overflowModes = ['saturate', 'wrap'] as const;

/** Rounding that needs no random bits. */
export type DeterministicRoundingMode = (typeof deterministicRoundingModes)[number];
/** Rounding of a value that has too many fraction bits. */
export type RoundingMode = (typeof roundingModes)[number];
/** What becomes of a value outside its format. */
export type OverflowMode = (typeof overflowModes)[number];
