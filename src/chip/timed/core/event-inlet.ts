import { type PacketKind, packetKinds, type PacketTarget } from '../router/packet-train.js';

/** The core whose inlet it is. */
interface InletOwner {
  /** The first packet of a sender has come; its train holds `eventCount` events. */
  announce(eventCount: number): void;
  take(sample: number, address: number, valueRaw: number): void;
}

/** Where the events of one sender, a home or the pins, enter a core. Trains come whole, one after the other. */
export class EventInlet implements PacketTarget {
  readonly #owner: InletOwner;
  readonly #whenHead: () => void;
  /** Packets of the train that are still to come. */
  #missingCount = 0;

  /** `whenHead`: called when the first packet of a sample has arrived. */
  constructor(owner: InletOwner, whenHead: () => void) {
    this.#owner = owner;
    this.#whenHead = whenHead;
  }

  receive(
    kind: PacketKind,
    sample: number,
    address: number,
    valueRaw: number,
    eventCount: number,
  ): void {
    if (this.#missingCount === 0) {
      this.#missingCount = kind === packetKinds.empty ? 1 : eventCount;
      this.#whenHead();
      this.#owner.announce(eventCount);
    }
    this.#missingCount -= 1;
    if (kind !== packetKinds.empty) this.#owner.take(sample, address, valueRaw);
  }
}
