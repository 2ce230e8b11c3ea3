/**
 * A ring of integers with a fixed number of places: first in, first out. Overflow and reading from an empty queue are
 * errors, never a drop or a zero: who fills it asks `isFull` first.
 */
export class BoundedQueue {
  readonly #path: string;
  readonly #ring: Int32Array;
  #first = 0;
  #size = 0;

  /** `path` names the queue in errors. @throws RangeError when the capacity is no integer ≥ 1. */
  constructor(path: string, capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`${path}: a queue of capacity ${capacity} holds nothing; use 1 or more`);
    }
    this.#path = path;
    this.#ring = new Int32Array(capacity);
  }

  get capacity(): number {
    return this.#ring.length;
  }

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size === this.#ring.length;
  }

  /** @throws RangeError when the queue is full. */
  push(value: number): void {
    if (this.isFull) {
      throw new RangeError(
        `${this.#path}: ${value} does not fit, all ${this.#ring.length} places are taken; make the queue deeper or its sender wait`,
      );
    }
    this.#ring[(this.#first + this.#size) % this.#ring.length] = value;
    this.#size += 1;
  }

  /** The oldest value, which stays. @throws RangeError when the queue is empty. */
  peek(): number {
    const value = this.#ring[this.#first];
    if (this.#size === 0 || value === undefined) {
      throw new RangeError(`${this.#path}: nothing waits; ask for its size before taking a value`);
    }
    return value;
  }

  /** Takes the oldest value. @throws RangeError when the queue is empty. */
  shift(): number {
    const value = this.peek();
    this.#first = (this.#first + 1) % this.#ring.length;
    this.#size -= 1;
    return value;
  }
}
