import { componentActions } from './components.js';
import {
  type ActionKey,
  compareActionKeys,
  type LedgerRow,
  numberOfAction,
  phases,
  runKinds,
} from './ledger-row.js';

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

/** Numbers that `numberOfAction` gives. */
const actionCount = runKinds.length * phases.length * componentActions.length;

/** Counters of a layer in a core, by action and width. */
type PlaceCounters = Map<number, ActionCounter>;

/** The ledger of one chip: every action counted, none priced (docs/spec.md §4). */
export class AccessLedger {
  readonly #counters: ActionCounter[] = [];
  /** By layer and core. */
  readonly #places = new Map<number | null, Map<number | null, PlaceCounters>>();

  /** The counter of this key; asking twice gives the same one. */
  counter(key: ActionKey): ActionCounter {
    const place = this.#placeOf(key);
    const number = ((key.bits ?? -1) + 1) * actionCount + numberOfAction(key);
    const known = place.get(number);
    if (known !== undefined) return known;
    const counter = new ActionCounter(key);
    place.set(number, counter);
    this.#counters.push(counter);
    return counter;
  }

  /** All rows with a count above 0, in canonical order. */
  rows(): readonly LedgerRow[] {
    return this.#counters
      .filter((counter) => counter.count > 0)
      .map((counter) => ({ ...counter.key, count: counter.count }))
      .sort(compareActionKeys);
  }

  #placeOf({ layer, core }: ActionKey): PlaceCounters {
    const ofLayer = this.#places.get(layer) ?? new Map<number | null, PlaceCounters>();
    this.#places.set(layer, ofLayer);
    const place = ofLayer.get(core) ?? new Map<number, ActionCounter>();
    ofLayer.set(core, place);
    return place;
  }
}
