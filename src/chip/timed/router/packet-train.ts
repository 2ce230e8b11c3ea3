import type { ActionCounter } from '../../../ledger/access-ledger.js';

/** What a packet is: an address event, the empty packet of a sample without events, or a value: of an error signal, a sum, y. */
export const packetKinds = { event: 0, empty: 1, value: 2 } as const;
export type PacketKind = (typeof packetKinds)[keyof typeof packetKinds];

/** The receiver of packets. */
export interface PacketTarget {
  /** A packet arrives, now. `eventCount`: events of its sample; `valueRaw`: the value of an event, else 0. */
  receive(
    kind: PacketKind,
    sample: number,
    address: number,
    valueRaw: number,
    eventCount: number,
  ): void;
}

/** Packets that belong together: the events of a sample, or the values of a signal. */
export interface PacketTrain {
  readonly kind: PacketKind;
  readonly sample: number;
  readonly packetCount: number;
  /** Address of each, in order; null: 0, 1, 2, … Read when a packet sets out, as the values are. */
  readonly addresses: Int32Array | null;
  /** Value by address; null: they carry none. */
  readonly valuesRaw: Int32Array | null;
  /** By place: the tick before which a packet does not set out; null: all at once. */
  readonly earliestTicks: Float64Array | null;
  /** What a hop of one of them counts; null: nothing. */
  readonly hops: ActionCounter | null;
  /** What each of them counts when it sets out; null: nothing. */
  readonly departures: ActionCounter | null;
}

/** A number of values of a sample. `hops`: what a hop of one of them counts; `earliestTicks`: null where they may set out at once. */
export function valueTrain(
  sample: number,
  packetCount: number,
  hops: ActionCounter,
  earliestTicks: Float64Array | null = null,
): PacketTrain {
  return {
    kind: packetKinds.value,
    sample,
    packetCount,
    addresses: null,
    valuesRaw: null,
    earliestTicks,
    hops,
    departures: null,
  };
}

/** Address of the packet at a place of its train. */
export function addressAt({ addresses }: PacketTrain, place: number): number {
  return addresses === null ? place : (addresses[place] ?? 0);
}

/** The tick before which the packet at a place of its train does not set out. */
export function earliestTickAt({ earliestTicks }: PacketTrain, place: number): number {
  return earliestTicks?.[place] ?? 0;
}

/** What the packet of an address carries. */
export function valueOf({ valuesRaw }: PacketTrain, address: number): number {
  return valuesRaw === null ? 0 : (valuesRaw[address] ?? 0);
}

/** Hands a packet over to whom it is for. */
export function deliver(
  { kind, sample, packetCount }: PacketTrain,
  address: number,
  valueRaw: number,
  target: PacketTarget,
): void {
  const eventCount = kind === packetKinds.event ? packetCount : 0;
  target.receive(kind, sample, address, valueRaw, eventCount);
}
