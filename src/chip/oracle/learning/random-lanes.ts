import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { elementAt } from '../../../numerics/integer.js';
import { checkLfsrSpec, type LfsrSpec, nextState } from '../../../numerics/lfsr.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';

/**
 * The random generators of a learning engine, one shift register a lane.
 *
 * Implements: docs/spec.md §2.5; lane l serves the neurons n ≡ l (mod lanes).
 */
export class RandomLanes {
  readonly spec: LfsrSpec;
  readonly #states: Uint32Array;
  readonly #draws: AccessMeter;

  /** @throws RangeError when a seed is 0 (the register would never leave it) or wider than the register. */
  constructor(spec: LfsrSpec, laneSeeds: Uint32Array, place: Place, ledger: AccessLedger) {
    checkLfsrSpec(spec);
    for (const [lane, seed] of laneSeeds.entries()) {
      if (seed === 0 || BigInt(seed) >> BigInt(spec.widthBits) !== 0n) {
        throw new RangeError(
          `random generator: seed ${seed} of lane ${lane} is outside 1..2^${spec.widthBits} − 1; give every lane a seed of its own`,
        );
      }
    }
    this.spec = spec;
    this.#states = laneSeeds.slice();
    this.#draws = new AccessMeter(ledger, place, 'random.draw', spec.widthBits);
  }

  /** One clock of the neuron's lane; the word drawn is the register after it. */
  draw(neuron: number, moment: Moment): number {
    const lane = neuron % this.#states.length;
    const word = nextState(elementAt(this.#states, lane, 'random lanes'), this.spec);
    this.#states[lane] = word;
    this.#draws.add(moment, 1);
    return word;
  }

  /** Shape (laneCount). */
  states(): Uint32Array {
    return this.#states.slice();
  }
}
