import type { ActionCounter } from '../../../ledger/access-ledger.js';
import type { RunKind } from '../../../ledger/ledger-row.js';
import type { ChipImage, LayerImage, LayerPart } from '../../image/chip-image.js';
import { axonPartsOf, axonsOf, outputsOf, type Range } from '../../image/layer-parts.js';
import { elementAt } from '../../../numerics/integer.js';
import type { ChipServices } from '../chip-services.js';
import type { TimedCore } from '../core/core.js';
import type { Outlet } from '../router/outlet.js';
import { OutgoingEvents } from '../outgoing-events.js';
import { Rendezvous } from './rendezvous.js';

/** A core of the next layer that has some of the outputs as axons. */
interface Destination {
  readonly outlet: Outlet;
  readonly events: OutgoingEvents;
}

/**
 * What leaves one home: events, sent once to every core of the next layer that has their axon, each over a way of its own.
 *
 * Implements: docs/spec.md §7 (router; counts), §5 (hops of events).
 */
export class HomeOutputs {
  readonly #home: TimedCore;
  readonly #services: ChipServices;
  /** Its outputs among those of the layer. */
  readonly #outputs: Range;
  /** Of each axon part of the next layer. */
  readonly #events: readonly OutgoingEvents[];
  readonly #hops: Readonly<Record<RunKind, ActionCounter>>;
  readonly #destinations: Destination[] = [];
  readonly #whenSent: () => void;
  #sent: Rendezvous | null = null;
  #heads: Rendezvous | null = null;
  #handOnTick = 0;

  /** `whenSent`: called when all events of a sample have set out. */
  constructor(
    image: ChipImage,
    { layer, above }: { readonly layer: LayerImage; readonly above: LayerImage },
    home: TimedCore,
    services: ChipServices,
    whenSent: () => void,
  ) {
    const outputs = outputsOf(layer, home.part);
    this.#home = home;
    this.#services = services;
    this.#outputs = outputs;
    this.#events = axonPartsOf(above).map(
      (part) => new OutgoingEvents(above, image.isDense, outputs, axonsOf(part)),
    );
    const hopsOf = (run: RunKind) =>
      services.ledger.counter({
        run,
        phase: 'forward',
        layer: layer.layer,
        core: home.part.core,
        componentAction: 'router.hop',
        bits: image.eventBits,
      });
    this.#hops = { inference: hopsOf('inference'), training: hopsOf('training') };
    this.#whenSent = whenSent;
  }

  /** Another core of the next layer, that has `part` of it. Once each, before anything runs. */
  addDestination(part: LayerPart, makeOutlet: (whenSent: () => void) => Outlet): void {
    const outlet = makeOutlet(() => this.#sent?.come());
    this.#destinations.push({
      outlet,
      events: elementAt(this.#events, part.axonPart, 'axon parts'),
    });
    this.#sent = new Rendezvous(this.#destinations.length, this.#whenSent);
    this.#heads = new Rendezvous(this.#destinations.length, () => {
      this.#home.addForwardCycles(this.#services.queue.now - this.#handOnTick);
    });
  }

  /** Replaces its events by those of what leaves the layer, shape (outputs of the layer). */
  take(leavingRaw: Int32Array): void {
    const { first, count } = this.#outputs;
    const ownRaw = leavingRaw.subarray(first, first + count);
    for (const events of this.#events) events.take(ownRaw);
  }

  send(sample: number, run: RunKind): void {
    this.#handOnTick = this.#services.queue.now;
    for (const { outlet, events } of this.#destinations) {
      outlet.send(events.train(sample, this.#hops[run], null));
    }
  }

  /** The first packet of a sample has reached one of its cores, now. */
  headArrived(): void {
    this.#heads?.come();
  }
}
