import seedrandom from 'seedrandom';
import type { LfsrSpec } from '../numerics/lfsr.js';

/**
 * Seeds of several copies of a generator: different from each other and from 0, drawn from a text that names the
 * experiment's seed and their place, so that every core starts elsewhere in the generator's cycle.
 * @param what the copies, for the message.
 * @throws RangeError when the generator has fewer states than there are copies.
 */
export function distinctSeeds(
  generator: LfsrSpec,
  count: number,
  name: string,
  what: string,
): Uint32Array {
  const stateCount = 2 ** generator.widthBits - 1;
  if (count > stateCount) {
    throw new RangeError(
      `${count} ${what} need as many different seeds, a ${generator.widthBits}-bit generator has ${stateCount}; widen it or use fewer`,
    );
  }
  const draw = seedrandom(name);
  const seeds = new Set<number>();
  while (seeds.size < count) seeds.add(Math.floor(draw() * stateCount) + 1);
  return Uint32Array.from(seeds);
}

/**
 * One seed per learning lane of a core (docs/spec.md §2.5, §7). The text counts cores from 1, as layers are counted: where
 * every layer has one core they are the same.
 */
export function laneSeeds(
  generator: LfsrSpec,
  laneCount: number,
  seed: number,
  core: number,
): Uint32Array {
  return distinctSeeds(generator, laneCount, `${seed}/layer${core + 1}/lanes`, 'learning lanes');
}
