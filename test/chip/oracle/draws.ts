import seedrandom from 'seedrandom';
import { type FixedPointFormat, maximumRaw, minimumRaw } from '../../../src/numerics/format.js';
import { elementAt } from '../../../src/numerics/integer.js';

/** Draws of one seed, in the order they are asked for. */
export class Draws {
  readonly #next: () => number;

  constructor(seed: number, purpose: string) {
    this.#next = seedrandom(`${purpose}/${seed}`);
  }

  /** A whole number in lowest..highest; the span is at most 2^32. */
  integer(lowest: number, highest: number): number {
    return lowest + Math.floor(this.#next() * (highest - lowest + 1));
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<Choice>(choices: readonly Choice[]): Choice {
    return elementAt(choices, this.integer(0, choices.length - 1), 'choices');
  }

  /** A raw value of the format; `isSmall` keeps to its inner sixteenth. */
  raw(format: FixedPointFormat, isSmall = false): number {
    const shift = isSmall ? 4n : 0n;
    return this.integer(Number(minimumRaw(format) >> shift), Number(maximumRaw(format) >> shift));
  }
}
