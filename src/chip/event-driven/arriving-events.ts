import type { ActionCounter } from '../../ledger/access-ledger.js';
import { elementAt } from '../../numerics/integer.js';
import type { Arrivals } from '../arrivals.js';
import type { LayerImage } from '../chip-image.js';
import { packetKinds, type PacketTrain } from './packet-train.js';

/**
 * The events of a sample that reach the pins each at its own time, in the order of their times. What ends a sample, its last
 * event or its empty packet, does not come before the sample is over: nobody could know that it is.
 *
 * Implements: docs/spec.md §9.
 */
export class ArrivingEvents {
  readonly #addresses: Int32Array;
  readonly #valuesRaw: Int32Array;
  readonly #earliestTicks: Float64Array;

  constructor({ inputCount }: LayerImage) {
    this.#addresses = new Int32Array(inputCount);
    this.#valuesRaw = new Int32Array(inputCount);
    this.#earliestTicks = new Float64Array(inputCount + 1);
  }

  /** The train of a sample that begins at a tick; it is valid until the next. */
  train(
    sample: number,
    { offsets, axons, valuesRaw, ticks, endTicks }: Arrivals,
    beginTick: number,
    departures: ActionCounter,
  ): PacketTrain {
    const begin = elementAt(offsets, sample, 'offsets of arrivals');
    const count = elementAt(offsets, sample + 1, 'offsets of arrivals') - begin;
    for (let place = 0; place < count; place += 1) {
      const axon = elementAt(axons, begin + place, 'axons of arrivals');
      this.#addresses[place] = axon;
      this.#valuesRaw[axon] = elementAt(valuesRaw, begin + place, 'values of arrivals');
      this.#earliestTicks[place] = beginTick + elementAt(ticks, begin + place, 'ticks of arrivals');
    }
    this.#earliestTicks[Math.max(count - 1, 0)] =
      beginTick + elementAt(endTicks, sample, 'ends of samples');
    const isEmpty = count === 0;
    return {
      kind: isEmpty ? packetKinds.empty : packetKinds.event,
      sample,
      packetCount: Math.max(count, 1),
      addresses: isEmpty ? null : this.#addresses,
      valuesRaw: isEmpty ? null : this.#valuesRaw,
      earliestTicks: this.#earliestTicks,
      hops: null,
      departures: isEmpty ? null : departures,
    };
  }
}
