import seedrandom from 'seedrandom';
import type { LfsrSpec } from '../numerics/lfsr.js';

/**
 * One seed per learning lane, different from each other and from 0 (docs/spec.md §2.5), drawn from the experiment's
 * seed and the layer, so that every layer's lanes start elsewhere in the generator's cycle.
 * @throws RangeError when the generator has fewer states than there are lanes.
 */
export function laneSeeds(
  generator: LfsrSpec,
  laneCount: number,
  seed: number,
  layer: number,
): Uint32Array {
  const stateCount = 2 ** generator.widthBits - 1;
  if (laneCount > stateCount) {
    throw new RangeError(
      `${laneCount} learning lanes need as many different seeds, a ${generator.widthBits}-bit generator has ${stateCount}; widen it or use fewer lanes`,
    );
  }
  const draw = seedrandom(`${seed}/layer${layer}/lanes`);
  const seeds = new Set<number>();
  while (seeds.size < laneCount) seeds.add(Math.floor(draw() * stateCount) + 1);
  return Uint32Array.from(seeds);
}
