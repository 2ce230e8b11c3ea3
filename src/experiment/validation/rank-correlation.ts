/** How well one order agrees with another. */
export interface RankCorrelation {
  /** n. */
  readonly pairCount: number;
  /** Couples of pairs that both orders put alike, and the other way round. */
  readonly concordantCount: number;
  readonly discordantCount: number;
  /** Kendall's τ = (concordant − discordant) / (n(n − 1)/2): 1 the same order, −1 the reverse. */
  readonly tau: number;
  /** Probability that one order drawn at random agrees, or disagrees, at least as much; exact where no values are equal. */
  readonly probability: number;
}

/** Permutations of n by the number of their inversions, 0 to n(n − 1)/2. */
function permutationsByInversions(n: number): readonly number[] {
  let counts = [1];
  for (let size = 2; size <= n; size += 1) {
    const next = new Array<number>(counts.length + size - 1).fill(0);
    for (const [inversions, count] of counts.entries()) {
      for (let more = 0; more < size; more += 1) {
        next[inversions + more] = (next[inversions + more] ?? 0) + count;
      }
    }
    counts = next;
  }
  return counts;
}

/**
 * Kendall's τ between the first and the second values of pairs; equal values are neither concordant nor discordant.
 * @returns null for less than two pairs: there is no order.
 */
export function rankCorrelation(
  pairs: readonly (readonly [number, number])[],
): RankCorrelation | null {
  const pairCount = pairs.length;
  if (pairCount < 2) return null;
  let concordantCount = 0;
  let discordantCount = 0;
  for (const [index, [first, second]] of pairs.entries()) {
    for (const [otherFirst, otherSecond] of pairs.slice(index + 1)) {
      const agreement = Math.sign(first - otherFirst) * Math.sign(second - otherSecond);
      if (agreement > 0) concordantCount += 1;
      if (agreement < 0) discordantCount += 1;
    }
  }
  const coupleCount = (pairCount * (pairCount - 1)) / 2;
  const difference = Math.abs(concordantCount - discordantCount);
  const permutations = permutationsByInversions(pairCount);
  const total = permutations.reduce((sum, count) => sum + count, 0);
  const asExtreme = permutations
    .filter((_, inversions) => Math.abs(coupleCount - 2 * inversions) >= difference)
    .reduce((sum, count) => sum + count, 0);
  return {
    pairCount,
    concordantCount,
    discordantCount,
    tau: (concordantCount - discordantCount) / coupleCount,
    probability: asExtreme / total,
  };
}
