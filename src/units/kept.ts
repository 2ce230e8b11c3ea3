/**
 * The last results of a function of texts, by their text: what a program reads twice is computed once. Only for results that
 * nobody changes.
 */
export class Kept<Value> {
  readonly #values = new Map<string, Value>();
  readonly #most: number;

  /** @param most results that are kept; the oldest goes first */
  constructor(most: number) {
    this.#most = most;
  }

  /** The result of this key, made where it is not kept. What `make` throws is thrown each time. */
  get(key: string, make: () => Value): Value {
    const kept = this.#values.get(key);
    if (kept !== undefined) return kept;
    const value = make();
    const [oldest] = this.#values.keys();
    if (this.#values.size >= this.#most && oldest !== undefined) this.#values.delete(oldest);
    this.#values.set(key, value);
    return value;
  }
}
