import type { ActionCounter } from '../../../ledger/access-ledger.js';
import type { RunKind } from '../../../ledger/ledger-row.js';
import { ceilDiv, elementAt } from '../../../numerics/integer.js';
import { AccessMeter, type Place } from '../../../ledger/access-meter.js';
import type { ChipImage } from '../../image/chip-image.js';
import { type ChipServices, tickPhases } from '../chip-services.js';
import { forwardMoments, type TimedCore } from '../core/core.js';
import type { Outlet } from '../router/outlet.js';
import { type PacketTarget, valueTrain } from '../router/packet-train.js';

/** Callbacks of the pass. */
export interface MergeClient {
  /** The first sum of every core has come. */
  headsArrived(): void;
  /** All sums are added. */
  merged(): void;
}

/** A core with more axons of the home's neurons, and its way there. */
interface SumSource {
  readonly core: TimedCore;
  readonly outlet: Outlet;
  readonly hops: Readonly<Record<RunKind, ActionCounter>>;
  arrivedCount: number;
  /** When the last sum that came was taken in. */
  takenTick: number;
}

/**
 * The sums of a home's neurons that lie in other cores, after the forward pass: each core sends its own, the link brings one
 * sum a cycle; the home adds them, one core after the other in the order of the axon parts.
 *
 * Implements: docs/spec.md §5 (layers of several cores), §7 (home; counts).
 */
export class MergePass {
  readonly #home: TimedCore;
  readonly #services: ChipServices;
  readonly #client: MergeClient;
  readonly #additions: AccessMeter;
  readonly #neuronCount: number;
  /** L: cycles to add the sums of one core. */
  readonly #addCycles: number;
  readonly #sources: SumSource[] = [];
  readonly #addedHandler: number;
  #run: RunKind = 'inference';
  #headCount = 0;
  #startTick = 0;
  #isOpen = false;
  #isAdding = false;
  /** Sources whose sums are added, and from when on the adders are free. */
  #mergedCount = 0;
  #freeTick = 0;

  constructor(image: ChipImage, home: TimedCore, services: ChipServices, client: MergeClient) {
    const { neuronCount, organisation, layer, core } = home.layer;
    const place: Place = { layer, core };
    const { totalBits } = image.numerics.formats.accumulator;
    this.#home = home;
    this.#services = services;
    this.#client = client;
    this.#additions = new AccessMeter(services.ledger, place, 'datapath.add', totalBits);
    this.#neuronCount = neuronCount;
    this.#addCycles = Math.max(
      ceilDiv(neuronCount, organisation.forwardLaneCount),
      home.neurons.mergeCycles,
    );
    this.#addedHandler = services.queue.register(() => {
      this.#endAddition();
    });
  }

  /** Another core, in the order of the axon parts; `makeOutlet`: its way to who takes the sums. Once, before anything runs. */
  connect(
    core: TimedCore,
    hops: SumSource['hops'],
    makeOutlet: (target: PacketTarget) => Outlet,
  ): void {
    const place = this.#sources.length;
    const target = {
      receive: () => {
        this.#receive(elementAt(this.#sources, place, 'sources of sums'));
      },
    };
    const outlet = makeOutlet(target);
    this.#sources.push({ core, outlet, hops, arrivedCount: 0, takenTick: 0 });
  }

  /** All cores send the sums of a sample, now. */
  start(sample: number, run: RunKind): void {
    this.#run = run;
    this.#headCount = 0;
    this.#isOpen = false;
    this.#mergedCount = 0;
    this.#startTick = this.#services.queue.now;
    for (const source of this.#sources) {
      source.arrivedCount = 0;
      source.core.neurons.readSums(forwardMoments[run]);
      source.outlet.send(valueTrain(sample, this.#neuronCount, source.hops[run]));
    }
  }

  /** The home may take what has come. */
  open(): void {
    this.#isOpen = true;
    this.#freeTick = this.#services.queue.now;
    this.#add();
  }

  #receive(source: SumSource): void {
    const { now } = this.#services.queue;
    source.arrivedCount += 1;
    if (source.arrivedCount === this.#neuronCount) {
      source.takenTick = now + 1;
      source.core.addForwardCycles(source.takenTick - this.#startTick);
      source.core.closeForward(source.takenTick);
    }
    if (source.arrivedCount === 1) {
      this.#headCount += 1;
      if (this.#headCount === this.#sources.length) this.#client.headsArrived();
    }
    this.#add();
  }

  /** Adds the sums of the next core, if they are there. */
  #add(): void {
    const source = this.#sources[this.#mergedCount];
    if (source === undefined || !this.#isOpen || this.#isAdding) return;
    if (source.arrivedCount < this.#neuronCount) return;
    const { queue, stall } = this.#services;
    this.#isAdding = true;
    const moment = forwardMoments[this.#run];
    this.#additions.add(moment, this.#neuronCount);
    this.#home.neurons.mergeSums(moment);
    const from = Math.max(source.takenTick, this.#freeTick + this.#neuronCount);
    const cycles = this.#addCycles + stall('neurons', this.#home.layer.core);
    this.#home.addForwardCycles(cycles);
    this.#freeTick = from + cycles;
    queue.schedule(this.#freeTick, tickPhases.workEnds, this.#addedHandler, 0, 0);
  }

  #endAddition(): void {
    this.#isAdding = false;
    this.#mergedCount += 1;
    if (this.#mergedCount < this.#sources.length) this.#add();
    else this.#client.merged();
  }
}
