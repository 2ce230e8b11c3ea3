import type { ActionCounter } from '../../../ledger/access-ledger.js';
import { ceilDiv, elementAt } from '../../../numerics/integer.js';
import { inferenceReadout, type Place } from '../../../ledger/access-meter.js';
import { tickPhases } from '../chip-services.js';
import type { CoreContext } from '../core/core-context.js';
import type { TimedCore } from '../core/core.js';
import type { Outlet } from '../router/outlet.js';
import { type PacketTarget, valueTrain } from '../router/packet-train.js';
import { Rendezvous } from './rendezvous.js';
import { WorkTally } from '../core/work-tally.js';

/** A home of the output layer: what it reads of y, and in others than the first the way of that to the first. */
interface ReadingHome {
  readonly core: TimedCore;
  readonly readCycles: number;
  readonly tally: WorkTally;
  readonly route: { readonly outlet: Outlet; readonly hops: ActionCounter } | null;
  arrivedCount: number;
}

/** Reads y of one home, and in the first compares all and sends the class. */
function readoutTally(
  { image, services }: CoreContext,
  { layer: own }: TimedCore,
  isFirst: boolean,
): WorkTally {
  const place: Place = { layer: own.layer, core: own.core };
  return new WorkTally(services.ledger, 'inference', (countAt) => {
    const count = countAt(place);
    const { outputsPerWord, wordBits } = own.organisation;
    count('readout', 'neurons.read', wordBits.neurons, ceilDiv(own.neuronCount, outputsPerWord));
    if (!isFirst) return;
    const comparisons = image.classCount - 1;
    count('readout', 'datapath.compare', own.outputFormat.totalBits, comparisons);
    count('readout', 'io.eventOut', image.labelBits, 1);
  });
}

/**
 * The readout of the output layer: every home reads its y and sends it to the first one, which takes a value a cycle, compares
 * C − 1 times and sends the class.
 *
 * Implements: docs/spec.md §4.2, §5 (readout), §7 (output layer of several homes).
 */
export class LayerReadout {
  readonly #context: CoreContext;
  readonly #whenDone: () => void;
  readonly #homes: readonly ReadingHome[];
  /** Values that come from other homes than the first. */
  readonly #distantCount: number;
  readonly #reads: Rendezvous;
  readonly #heads: Rendezvous;
  readonly #readEnds: number;
  readonly #allTaken: number;
  readonly #classSent: number;
  #sample = 0;
  #startTick = 0;
  #sendTick = 0;
  /** From when on the first home takes values; null: not yet. */
  #openTick: number | null = null;
  #missingCount = 0;

  /** `homes`: those of the output layer; `makeOutlet`: the way of a home but the first to the first. */
  constructor(
    context: CoreContext,
    homes: readonly TimedCore[],
    makeOutlet: (home: TimedCore, target: PacketTarget) => Outlet,
    whenDone: () => void,
  ) {
    const { queue, ledger } = context.services;
    this.#context = context;
    this.#whenDone = whenDone;
    this.#homes = homes.map((core, place): ReadingHome => {
      const { layer: own } = core;
      const target = {
        receive: () => {
          this.#receive(elementAt(this.#homes, place, 'homes'));
        },
      };
      const hops = ledger.counter({
        ...inferenceReadout,
        layer: own.layer,
        core: own.core,
        componentAction: 'router.hop',
        bits: context.image.eventBits,
      });
      return {
        core,
        readCycles: ceilDiv(own.neuronCount, own.organisation.outputsPerWord),
        tally: readoutTally(context, core, place === 0),
        route: place === 0 ? null : { outlet: makeOutlet(core, target), hops },
        arrivedCount: 0,
      };
    });
    const first = elementAt(homes, 0, 'homes');
    this.#distantCount = context.image.classCount - first.layer.neuronCount;
    this.#reads = new Rendezvous(homes.length, () => {
      this.#send();
    });
    this.#heads = new Rendezvous(homes.length - 1, () => {
      this.#openTick = queue.now;
    });
    this.#readEnds = queue.register((place) => {
      this.#endRead(elementAt(this.#homes, place, 'homes'));
    });
    this.#allTaken = queue.register(() => {
      this.#compare();
    });
    this.#classSent = queue.register(() => {
      this.#end();
    });
  }

  /** Reads y of a sample, from now on. */
  start(sample: number): void {
    const { queue, stall } = this.#context.services;
    this.#sample = sample;
    this.#startTick = queue.now;
    for (const [place, { core, readCycles }] of this.#homes.entries()) {
      const tick = queue.now + readCycles + stall('neurons', core.layer.core);
      queue.schedule(tick, tickPhases.workEnds, this.#readEnds, place, 0);
    }
  }

  #endRead(home: ReadingHome): void {
    home.tally.book();
    this.#book(home, this.#context.services.queue.now - this.#startTick);
    this.#reads.come();
  }

  #send(): void {
    if (this.#distantCount === 0) {
      this.#compare();
      return;
    }
    this.#sendTick = this.#context.services.queue.now;
    this.#openTick = null;
    this.#missingCount = this.#distantCount;
    for (const home of this.#homes) {
      home.arrivedCount = 0;
      home.route?.outlet.send(
        valueTrain(this.#sample, home.core.layer.neuronCount, home.route.hops),
      );
    }
  }

  #receive(home: ReadingHome): void {
    const { queue } = this.#context.services;
    home.arrivedCount += 1;
    this.#missingCount -= 1;
    if (home.arrivedCount === 1) this.#heads.come();
    if (home.arrivedCount === home.core.layer.neuronCount) {
      this.#book(home, queue.now + 1 - this.#sendTick);
    }
    if (this.#missingCount > 0 || this.#openTick === null) return;
    const tick = Math.max(queue.now + 1, this.#openTick + this.#distantCount);
    queue.schedule(tick, tickPhases.workEnds, this.#allTaken, 0, 0);
  }

  /** C − 1 comparisons, then the class leaves. */
  #compare(): void {
    const { queue } = this.#context.services;
    this.#startTick = queue.now;
    const tick = queue.now + (this.#context.image.classCount - 1) + 1;
    queue.schedule(tick, tickPhases.workEnds, this.#classSent, 0, 0);
  }

  #end(): void {
    const first = elementAt(this.#homes, 0, 'homes');
    this.#book(first, this.#context.services.queue.now - this.#startTick);
    this.#whenDone();
  }

  #book({ core }: ReadingHome, cycles: number): void {
    this.#context.record.addCycles('inference', 'readout', core.number, cycles);
  }
}
