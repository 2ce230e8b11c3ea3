import type { ActionCounter } from '../../../ledger/access-ledger.js';
import type { ChipImage } from '../../image/chip-image.js';
import { trainingUpdate } from '../../../ledger/access-meter.js';
import { farthest } from '../../image/layer-parts.js';
import type { ChipServices } from '../chip-services.js';
import type { TimedCore } from '../core/core.js';
import type { Outlet } from '../router/outlet.js';
import { type PacketTarget, valueTrain } from '../router/packet-train.js';

/** A core that needs δz of the home's neurons. */
interface Receiver {
  readonly outlet: Outlet;
  /** When each value may set out: the home sends one a cycle, to one core after the other. */
  readonly earliestTicks: Float64Array;
}

/**
 * δz of a home's neurons on its way to the cores with more of their axons: one value a cycle, to one core after the other.
 *
 * Implements: docs/spec.md §5 (layers of several cores: after δz), §7 (home; counts).
 */
export class DeltaExchange {
  readonly #home: TimedCore;
  readonly #services: ChipServices;
  readonly #hops: ActionCounter;
  readonly #whenSent: () => void;
  readonly #receivers: Receiver[] = [];
  readonly #receiverHops: number[] = [];
  #missingCount = 0;
  #startTick = 0;

  /** `whenSent`: called when the last core has the last value. */
  constructor(image: ChipImage, home: TimedCore, services: ChipServices, whenSent: () => void) {
    const { layer, core } = home.layer;
    this.#home = home;
    this.#services = services;
    this.#hops = services.ledger.counter({
      ...trainingUpdate,
      layer,
      core,
      componentAction: 'router.hop',
      bits: image.eventBits,
    });
    this.#whenSent = whenSent;
  }

  /** Cycles that its values take, H aside, and H: where nothing contends it takes both together. */
  get valueCycles(): number {
    return this.#receivers.length * this.#home.layer.neuronCount;
  }

  get farthestHops(): number {
    return farthest(this.#receiverHops);
  }

  /** Adds a receiver, another core `hops` links away; called once per core, before anything runs. */
  connect(hops: number, makeOutlet: (target: PacketTarget) => Outlet): void {
    const target = {
      receive: () => {
        this.#receive();
      },
    };
    const earliestTicks = new Float64Array(this.#home.layer.neuronCount);
    this.#receivers.push({ outlet: makeOutlet(target), earliestTicks });
    this.#receiverHops.push(hops);
  }

  /** Sends δz of a sample, now. */
  start(sample: number): void {
    const { neuronCount } = this.#home.layer;
    let tick = this.#services.queue.now;
    this.#startTick = tick;
    this.#missingCount = this.valueCycles;
    for (const { outlet, earliestTicks } of this.#receivers) {
      for (let value = 0; value < neuronCount; value += 1) {
        earliestTicks[value] = tick;
        tick += 1;
      }
      outlet.send(valueTrain(sample, neuronCount, this.#hops, earliestTicks));
    }
  }

  #receive(): void {
    this.#missingCount -= 1;
    if (this.#missingCount > 0) return;
    const takenTick = this.#services.queue.now + 1;
    const unhindered = this.#startTick + this.valueCycles + this.farthestHops;
    this.#home.learning.sendDelta(this.#startTick, Math.max(takenTick, unhindered));
    this.#whenSent();
  }
}
