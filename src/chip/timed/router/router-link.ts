import { BoundedQueue } from '../../../time/bounded-queue.js';
import { type ChipServices, tickPhases } from '../chip-services.js';
import {
  addressAt,
  deliver,
  type PacketTarget,
  type PacketTrain,
  valueOf,
} from './packet-train.js';

/** A sender that waits for room in the queue of a link. */
export interface Waiter {
  wake(): void;
}

/** A way through the router. */
export interface RouterPath {
  /** In the order in which packets pass them; none: sender and receiver are no hop apart. */
  readonly links: readonly TimedLink[];
  /** Hops that each of the links stands for, and its latency in cycles. */
  readonly hopsPerLink: number;
}

/** A packet on its way, by its number. */
interface Passage {
  train: PacketTrain;
  address: number;
  valueRaw: number;
  path: RouterPath;
  target: PacketTarget;
  /** Its link, as a place in `path.links`. */
  leg: number;
}

/** Packets on their way; those that arrived are used again, so that none is made while the chip runs steadily. */
export class Passages {
  readonly #passages: Passage[] = [];
  readonly #free: number[] = [];

  /** The packet at a place of its train sets out; returns its number. */
  add(train: PacketTrain, place: number, path: RouterPath, target: PacketTarget): number {
    const address = addressAt(train, place);
    const valueRaw = valueOf(train, address);
    const number = this.#free.pop();
    if (number === undefined) {
      this.#passages.push({ train, address, valueRaw, path, target, leg: 0 });
      return this.#passages.length - 1;
    }
    const passage = this.at(number);
    passage.train = train;
    passage.address = address;
    passage.valueRaw = valueRaw;
    passage.path = path;
    passage.target = target;
    passage.leg = 0;
    return number;
  }

  /** @throws RangeError when no packet has this number. */
  at(number: number): Passage {
    const passage = this.#passages[number];
    if (passage === undefined) {
      throw new RangeError(`router: packet ${number} is none of ${this.#passages.length}`);
    }
    return passage;
  }

  release(number: number): void {
    this.#free.push(number);
  }
}

/**
 * One direction of a connection between two neighbours, or a bus: a packet a cycle, those that wait in a bounded queue. A
 * packet sets out when the next link has room for it, so that a full queue makes the sender wait and nothing is lost.
 *
 * Implements: docs/spec.md §8 (router link), §4.2 (router.hop).
 */
export class TimedLink implements Waiter {
  readonly #services: ChipServices;
  readonly #passages: Passages;
  readonly #queue: BoundedQueue;
  readonly #waiters: Waiter[] = [];
  readonly #freeHandler: number;
  readonly #moveHandler: number;
  /** Places kept for packets that are on the link before. */
  #reservedCount = 0;
  #isBusy = false;
  #isWaiting = false;

  constructor(name: string, queueDepth: number, passages: Passages, services: ChipServices) {
    this.#services = services;
    this.#passages = passages;
    this.#queue = new BoundedQueue(name, queueDepth);
    this.#freeHandler = services.queue.register(() => {
      this.#free();
    });
    this.#moveHandler = services.queue.register((packet, freesToo) => {
      if (freesToo === 1) this.#isBusy = false;
      this.#arrive(packet);
      if (freesToo === 1) this.#start();
    });
  }

  /** Whether another packet may be put into the queue; the waiter is woken when room may be there. */
  hasRoomFor(waiter: Waiter): boolean {
    if (this.#queue.size + this.#reservedCount < this.#queue.capacity) return true;
    this.#waiters.push(waiter);
    return false;
  }

  push(packet: number): void {
    this.#queue.push(packet);
    this.#start();
  }

  wake(): void {
    this.#isWaiting = false;
    this.#start();
  }

  /** Sends the next packet on, if the link is free and there is room for it behind. */
  #start(): void {
    if (this.#isBusy || this.#isWaiting || this.#queue.size === 0) return;
    const { train, path, leg } = this.#passages.at(this.#queue.peek());
    const next = path.links[leg + 1];
    if (next !== undefined) {
      if (!next.hasRoomFor(this)) {
        this.#isWaiting = true;
        return;
      }
      next.#reservedCount += 1;
    }
    const packet = this.#queue.shift();
    this.#isBusy = true;
    train.hops?.add(path.hopsPerLink);
    const { queue, stall } = this.#services;
    const extraCycles = stall('router', null);
    const freeTick = queue.now + 1 + extraCycles;
    const isShort = path.hopsPerLink === 1;
    if (!isShort) queue.schedule(freeTick, tickPhases.packetMoves, this.#freeHandler, 0, 0);
    const arrivalTick = queue.now + path.hopsPerLink + extraCycles;
    const freesToo = isShort ? 1 : 0;
    queue.schedule(arrivalTick, tickPhases.packetMoves, this.#moveHandler, packet, freesToo);
    this.#waiters.shift()?.wake();
  }

  #free(): void {
    this.#isBusy = false;
    this.#start();
  }

  #arrive(packet: number): void {
    const passage = this.#passages.at(packet);
    const next = passage.path.links[passage.leg + 1];
    if (next === undefined) {
      const { train, address, valueRaw, target } = passage;
      this.#passages.release(packet);
      deliver(train, address, valueRaw, target);
      return;
    }
    passage.leg += 1;
    next.#reservedCount -= 1;
    next.push(packet);
  }
}
