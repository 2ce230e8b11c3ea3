import { type ActionKey, compareActionKeys, type LedgerRow } from './ledger-row.js';

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

/** The ledger of one chip: every action counted, none priced (docs/spec.md §4). */
export class AccessLedger {
  readonly #counters = new Map<string, ActionCounter>();

  /** The counter of this key; asking twice gives the same one. */
  counter(key: ActionKey): ActionCounter {
    const name = `${key.run}/${key.phase}/${key.layer ?? '-'}/${key.core ?? '-'}/${key.componentAction}/${key.bits ?? '-'}`;
    const known = this.#counters.get(name);
    if (known !== undefined) return known;
    const counter = new ActionCounter(key);
    this.#counters.set(name, counter);
    return counter;
  }

  /** All rows with a count above 0, in canonical order. */
  rows(): readonly LedgerRow[] {
    return [...this.#counters.values()]
      .filter((counter) => counter.count > 0)
      .map((counter) => ({ ...counter.key, count: counter.count }))
      .sort(compareActionKeys);
  }
}
