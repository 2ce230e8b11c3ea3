/** What an entry wakes: up to two integers of the one who scheduled it. */
export type EventHandler = (first: number, second: number) => void;

/** Phases of a tick are 0…7; each user of the queue names its own and says why they come in that order. */
const phaseCount = 8;
/** 2^50: sequence numbers stay below it, so that phase and sequence fit one exact number. */
const sequenceLimit = 1_125_899_906_842_624;
/** 2^20: a ticket is generation · slots + slot, an exact number while generations stay below 2^32. */
const slotLimit = 1_048_576;
const generationLimit = 4_294_967_296;
const firstCapacity = 64;
/** Place in the heap of an entry that is in none. */
const absent = -1;

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * array.length);
  larger.set(array);
  return larger;
}

function grownPlaces(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/**
 * The order of everything that happens: entries leave by (tick, phase, sequence), so that ties are first in, first out. A
 * binary heap on typed arrays; an entry is a handler's number and two integers, never an object. It knows no chip.
 *
 * Ticks are integers from 0 to 2^53 − 1. Reads of the arrays stay below their capacity by construction: `?? 0` is for the
 * type checker only.
 */
export class EventQueue {
  readonly #handlers: EventHandler[] = [];
  /** Slots in heap order; the first `#size` are in use. */
  #heap = new Int32Array(firstCapacity);
  /** Per slot: its place in the heap. */
  #places = new Int32Array(firstCapacity).fill(absent);
  #ticks = new Float64Array(firstCapacity);
  /** Per slot: phase · 2^50 + sequence. */
  #orders = new Float64Array(firstCapacity);
  #handlerOf = new Int32Array(firstCapacity);
  #firsts = new Float64Array(firstCapacity);
  #seconds = new Float64Array(firstCapacity);
  #generations = new Float64Array(firstCapacity);
  /** Slots that were in use and are free again, last in first out. */
  #free = new Int32Array(firstCapacity);
  #freeCount = 0;
  #slotCount = 0;
  #size = 0;
  #sequence = 0;
  #now = 0;

  /** Tick of the entry that was handled last. */
  get now(): number {
    return this.#now;
  }

  /** Entries that wait. */
  get size(): number {
    return this.#size;
  }

  /** Number of a handler, for `schedule`. */
  register(handler: EventHandler): number {
    this.#handlers.push(handler);
    return this.#handlers.length - 1;
  }

  /**
   * Schedules a call of the handler; returns a ticket for `cancel`.
   * @throws RangeError when the tick is past, no safe integer, or the phase or handler unknown.
   */
  schedule(tick: number, phase: number, handler: number, first: number, second: number): number {
    if (!(tick >= this.#now) || !Number.isSafeInteger(tick)) {
      throw new RangeError(
        `event queue: tick ${tick} cannot be scheduled at tick ${this.#now}; ticks are safe integers and never past`,
      );
    }
    if (!Number.isInteger(phase) || phase < 0 || phase >= phaseCount) {
      throw new RangeError(`event queue: phase ${phase} is outside 0..${phaseCount - 1}`);
    }
    if (this.#handlers[handler] === undefined) {
      throw new RangeError(
        `event queue: handler ${handler} is none of the ${this.#handlers.length} registered; register it first`,
      );
    }
    const slot = this.#takeSlot();
    this.#ticks[slot] = tick;
    this.#orders[slot] = phase * sequenceLimit + this.#nextSequence();
    this.#handlerOf[slot] = handler;
    this.#firsts[slot] = first;
    this.#seconds[slot] = second;
    this.#size += 1;
    this.#rise(this.#size - 1, slot);
    return (this.#generations[slot] ?? 0) * slotLimit + slot;
  }

  /** Takes an entry out again; false where it was handled or cancelled before. */
  cancel(ticket: number): boolean {
    const slot = ticket % slotLimit;
    const place = this.#places[slot] ?? absent;
    if (place === absent || (this.#generations[slot] ?? 0) * slotLimit + slot !== ticket) {
      return false;
    }
    this.#remove(place);
    return true;
  }

  /** Handles the next entry; false where none waits. */
  step(): boolean {
    if (this.#size === 0) return false;
    const slot = this.#heap[0] ?? 0;
    const handler = this.#handlers[this.#handlerOf[slot] ?? 0];
    const first = this.#firsts[slot] ?? 0;
    const second = this.#seconds[slot] ?? 0;
    this.#now = this.#ticks[slot] ?? 0;
    this.#remove(0);
    handler?.(first, second);
    return true;
  }

  #nextSequence(): number {
    if (this.#sequence >= sequenceLimit) {
      throw new RangeError(
        `event queue: ${this.#sequence} entries were scheduled, the limit of one queue; end the run earlier`,
      );
    }
    this.#sequence += 1;
    return this.#sequence - 1;
  }

  #takeSlot(): number {
    if (this.#freeCount > 0) {
      this.#freeCount -= 1;
      return this.#free[this.#freeCount] ?? 0;
    }
    if (this.#slotCount === this.#heap.length) this.#grow();
    this.#slotCount += 1;
    return this.#slotCount - 1;
  }

  #grow(): void {
    const capacity = this.#heap.length;
    if (capacity >= slotLimit) {
      throw new RangeError(
        `event queue: ${this.#size} entries wait, room is for ${slotLimit}; schedule them when they are due`,
      );
    }
    this.#heap = grownPlaces(this.#heap);
    this.#places = grownPlaces(this.#places).fill(absent, capacity);
    this.#handlerOf = grownPlaces(this.#handlerOf);
    this.#free = grownPlaces(this.#free);
    this.#ticks = grown(this.#ticks);
    this.#orders = grown(this.#orders);
    this.#firsts = grown(this.#firsts);
    this.#seconds = grown(this.#seconds);
    this.#generations = grown(this.#generations);
  }

  /** Takes the entry at a place of the heap out and frees its slot. */
  #remove(place: number): void {
    const slot = this.#heap[place] ?? 0;
    this.#places[slot] = absent;
    this.#generations[slot] = ((this.#generations[slot] ?? 0) + 1) % generationLimit;
    this.#free[this.#freeCount] = slot;
    this.#freeCount += 1;
    this.#size -= 1;
    if (place === this.#size) return;
    const moved = this.#heap[this.#size] ?? 0;
    if (place > 0 && this.#isBefore(moved, this.#heap[(place - 1) >> 1] ?? 0)) {
      this.#rise(place, moved);
    } else {
      this.#sink(place, moved);
    }
  }

  #isBefore(left: number, right: number): boolean {
    const leftTick = this.#ticks[left] ?? 0;
    const rightTick = this.#ticks[right] ?? 0;
    if (leftTick !== rightTick) return leftTick < rightTick;
    return (this.#orders[left] ?? 0) < (this.#orders[right] ?? 0);
  }

  #put(place: number, slot: number): void {
    this.#heap[place] = slot;
    this.#places[slot] = place;
  }

  #rise(from: number, slot: number): void {
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = this.#heap[parentPlace] ?? 0;
      if (!this.#isBefore(slot, parent)) break;
      this.#put(place, parent);
      place = parentPlace;
    }
    this.#put(place, slot);
  }

  #sink(from: number, slot: number): void {
    const size = this.#size;
    let place = from;
    for (;;) {
      let childPlace = 2 * place + 1;
      if (childPlace >= size) break;
      let child = this.#heap[childPlace] ?? 0;
      if (childPlace + 1 < size) {
        const right = this.#heap[childPlace + 1] ?? 0;
        if (this.#isBefore(right, child)) {
          childPlace += 1;
          child = right;
        }
      }
      if (!this.#isBefore(child, slot)) break;
      this.#put(place, child);
      place = childPlace;
    }
    this.#put(place, slot);
  }
}
