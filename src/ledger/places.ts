import type { ActionKey } from './ledger-row.js';

type Place = Pick<ActionKey, 'layer' | 'core'>;

/** One value per layer and core, made when it is first asked for. */
export class Places<Value> {
  readonly #byLayer = new Map<number | null, Map<number | null, Value>>();
  readonly #make: () => Value;

  constructor(make: () => Value) {
    this.#make = make;
  }

  at({ layer, core }: Place): Value {
    let ofLayer = this.#byLayer.get(layer);
    if (ofLayer === undefined) {
      ofLayer = new Map();
      this.#byLayer.set(layer, ofLayer);
    }
    let value = ofLayer.get(core);
    if (value === undefined) {
      value = this.#make();
      ofLayer.set(core, value);
    }
    return value;
  }

  /** All values, by rising layer and core; null comes first. */
  sorted(): readonly Value[] {
    const rising = <Entry>(map: ReadonlyMap<number | null, Entry>): Entry[] =>
      [...map].sort(([left], [right]) => (left ?? -1) - (right ?? -1)).map(([, entry]) => entry);
    return rising(this.#byLayer).flatMap(rising);
  }
}
