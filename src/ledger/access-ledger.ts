import {
  type ActionKey,
  type LedgerRow,
  numberOfAction,
  phaseRank,
  phases,
  runKinds,
  runRank,
} from './ledger-row.js';
import { Places } from './places.js';

/** Counts one kind of action; resolved once, so that the hot path touches no strings. */
export class ActionCounter {
  readonly key: ActionKey;
  #count = 0;

  constructor(key: ActionKey) {
    this.key = key;
  }

  get count(): number {
    return this.#count;
  }

  /** @throws RangeError when `increment` is negative or the count would leave the safe integers. */
  add(increment: number): void {
    const next = this.#count + increment;
    if (increment < 0 || !Number.isSafeInteger(next)) {
      throw new RangeError(
        `ledger: ${this.key.componentAction} cannot go from ${this.#count} by ${increment}; counts only grow and stay below 2^53`,
      );
    }
    this.#count = next;
  }
}

/** Counters of a layer in a core, by number of the action. */
type PlaceCounters = Map<number, ActionCounter>;

/** The ledger of one chip: every action counted, none priced (docs/spec.md §4). */
export class AccessLedger {
  readonly #places = new Places<PlaceCounters>(() => new Map());

  /** The counter of this key; asking twice gives the same one. */
  counter(key: ActionKey): ActionCounter {
    const place = this.#places.at(key);
    const number = numberOfAction(key);
    const known = place.get(number);
    if (known !== undefined) return known;
    const counter = new ActionCounter(key);
    place.set(number, counter);
    return counter;
  }

  /** All rows with a count above 0, in canonical order. */
  rows(): readonly LedgerRow[] {
    const sections = runKinds.map(() => phases.map((): LedgerRow[] => []));
    for (const place of this.#places.sorted()) {
      const counters = [...place].sort(([left], [right]) => left - right);
      for (const [, { key, count }] of counters) {
        if (count === 0) continue;
        sections[runRank(key.run)]?.[phaseRank(key.phase)]?.push({ ...key, count });
      }
    }
    return sections.flat(2);
  }
}
