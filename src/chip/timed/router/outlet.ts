import { type BlockName, type ChipServices, tickPhases } from '../chip-services.js';
import {
  addressAt,
  deliver,
  earliestTickAt,
  type PacketTarget,
  type PacketTrain,
  valueOf,
} from './packet-train.js';
import type { Passages, RouterPath, Waiter } from './router-link.js';

/** From whom to whom an outlet sends. */
export interface OutletPlace {
  readonly path: RouterPath;
  readonly target: PacketTarget;
  /** Whose stalls hold it up, and where. */
  readonly block: BlockName;
  readonly core: number | null;
}

/**
 * The port of a sender: puts its packets onto the first link of a path, a train after the other, and waits where there is no
 * room. Where the receiver is no hop away, it gets a packet a cycle.
 *
 * Implements: docs/spec.md §8 (router link: events wait, none is dropped).
 */
export class Outlet implements Waiter {
  readonly #place: OutletPlace;
  readonly #passages: Passages;
  readonly #services: ChipServices;
  readonly #whenSent: (train: PacketTrain) => void;
  readonly #handler: number;
  readonly #trains: PacketTrain[] = [];
  /** Packets of the first train that have set out. */
  #sentCount = 0;
  #isWaiting = false;
  #freeTick = 0;

  /** `whenSent`: called for every train whose last packet has set out. */
  constructor(
    place: OutletPlace,
    passages: Passages,
    services: ChipServices,
    whenSent: (train: PacketTrain) => void,
  ) {
    this.#place = place;
    this.#passages = passages;
    this.#services = services;
    this.#whenSent = whenSent;
    this.#handler = services.queue.register(() => {
      this.wake();
    });
  }

  /** Sends a train, after those before it. @throws RangeError when it has no packets. */
  send(train: PacketTrain): void {
    if (train.packetCount < 1) {
      throw new RangeError(
        `outlet: a train of ${train.packetCount} packets of sample ${train.sample} says nothing; send an empty packet`,
      );
    }
    this.#trains.push(train);
    this.#pump();
  }

  wake(): void {
    this.#isWaiting = false;
    this.#pump();
  }

  #pump(): void {
    while (!this.#isWaiting) {
      const train = this.#trains[0];
      if (train === undefined) return;
      if (!this.#sendOne(train)) return;
      if (this.#sentCount < train.packetCount) continue;
      this.#trains.shift();
      this.#sentCount = 0;
      this.#whenSent(train);
    }
  }

  /** False where the next packet has to wait. */
  #sendOne(train: PacketTrain): boolean {
    const { path, target, block, core } = this.#place;
    const earliestTick = earliestTickAt(train, this.#sentCount);
    if (this.#services.queue.now < earliestTick) return this.#waitUntil(earliestTick);
    const first = path.links[0];
    if (first === undefined) return this.#handOver(train, target, block, core);
    if (!first.hasRoomFor(this)) {
      this.#isWaiting = true;
      return false;
    }
    const place = this.#sentCount;
    this.#sentCount += 1;
    train.departures?.add(1);
    first.push(this.#passages.add(train, place, path, target));
    return true;
  }

  /** To a receiver that is no hop away: one a cycle. */
  #handOver(
    train: PacketTrain,
    target: PacketTarget,
    block: BlockName,
    core: number | null,
  ): boolean {
    const { queue, stall } = this.#services;
    if (queue.now < this.#freeTick) return this.#waitUntil(this.#freeTick);
    const place = this.#sentCount;
    this.#sentCount += 1;
    this.#freeTick = queue.now + 1 + stall(block, core);
    train.departures?.add(1);
    const address = addressAt(train, place);
    deliver(train, address, valueOf(train, address), target);
    return true;
  }

  #waitUntil(tick: number): false {
    this.#isWaiting = true;
    this.#services.queue.schedule(tick, tickPhases.packetMoves, this.#handler, 0, 0);
    return false;
  }
}
