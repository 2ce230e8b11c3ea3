import type { ActionCounter } from '../../../ledger/access-ledger.js';
import { elementAt } from '../../../numerics/integer.js';
import type { Arrivals } from '../../image/arrivals.js';
import { isInside, type Range } from '../../image/layer-parts.js';
import { packetKinds, type PacketTrain } from '../router/packet-train.js';

/**
 * The events of a sample that reach the pins each at its own time, in the order of their times, as far as they are for one
 * axon part. What ends a sample, its last event or its empty packet, does not come before the sample is over: nobody could know
 * that it is.
 *
 * Implements: docs/spec.md §9, §7 (addresses).
 */
export class ArrivingEvents {
  readonly #axons: Range;
  readonly #addresses: Int32Array;
  readonly #valuesRaw: Int32Array;
  readonly #earliestTicks: Float64Array;
  #count = 0;

  /** `axons`: those of the axon part among the inputs. */
  constructor(axons: Range) {
    this.#axons = axons;
    this.#addresses = new Int32Array(axons.count);
    this.#valuesRaw = new Int32Array(axons.count);
    this.#earliestTicks = new Float64Array(axons.count + 1);
  }

  /** Replaces the events by those of a sample that begins at a tick. */
  take(
    sample: number,
    { offsets, axons, valuesRaw, ticks, endTicks }: Arrivals,
    beginTick: number,
  ): void {
    const begin = elementAt(offsets, sample, 'offsets of arrivals');
    const end = elementAt(offsets, sample + 1, 'offsets of arrivals');
    let count = 0;
    for (let place = begin; place < end; place += 1) {
      const axon = elementAt(axons, place, 'axons of arrivals');
      if (!isInside(axon, this.#axons)) continue;
      const address = axon - this.#axons.first;
      this.#addresses[count] = address;
      this.#valuesRaw[address] = elementAt(valuesRaw, place, 'values of arrivals');
      this.#earliestTicks[count] = beginTick + elementAt(ticks, place, 'ticks of arrivals');
      count += 1;
    }
    this.#earliestTicks[Math.max(count - 1, 0)] =
      beginTick + elementAt(endTicks, sample, 'ends of samples');
    this.#count = count;
  }

  /** The train of a sample's events; it is valid until others are taken. */
  train(sample: number, hops: ActionCounter | null, departures: ActionCounter | null): PacketTrain {
    const isEmpty = this.#count === 0;
    return {
      kind: isEmpty ? packetKinds.empty : packetKinds.event,
      sample,
      packetCount: Math.max(this.#count, 1),
      addresses: isEmpty ? null : this.#addresses,
      valuesRaw: isEmpty ? null : this.#valuesRaw,
      earliestTicks: this.#earliestTicks,
      hops: isEmpty ? null : hops,
      departures: isEmpty ? null : departures,
    };
  }
}
