import type { ActionCounter } from '../../../ledger/access-ledger.js';
import type { RunKind } from '../../../ledger/ledger-row.js';
import { pins } from '../../../ledger/access-meter.js';
import type { ChipImage, LayerImage, LayerPart } from '../../image/chip-image.js';
import { axonPartsOf, axonsOf } from '../../image/layer-parts.js';
import { ArrivingEvents } from './arriving-events.js';
import type { ChipServices } from '../chip-services.js';
import type { EventSource } from './event-source.js';
import type { Outlet } from '../router/outlet.js';
import { OutgoingEvents } from '../outgoing-events.js';
import type { RunInFlight } from '../run-in-flight.js';

/** The events of one axon part of the first layer: of the values shown, or in time. */
interface AxonPartEvents {
  readonly shown: OutgoingEvents;
  readonly arriving: ArrivingEvents;
}

/** A core of the first layer. */
interface Entrance {
  readonly part: LayerPart;
  readonly outlet: Outlet;
}

/**
 * The chip's event input: the values of a sample as address events, one a cycle to each core that has their axons, as soon as
 * the first layer lets them in; or, where the batch says when, each at its own time after that.
 *
 * Implements: docs/spec.md §1 (event condition, address order), §4.2 (io.eventIn), §5 (A_0 adds no cycles), §7, §9.
 */
export class InputPins implements EventSource {
  readonly #events: readonly AxonPartEvents[];
  readonly #entrances: Entrance[] = [];
  readonly #services: ChipServices;
  readonly #inputCount: number;
  readonly #departures: Readonly<Record<RunKind, ActionCounter>>;
  #flight: RunInFlight | null = null;

  constructor(image: ChipImage, firstLayer: LayerImage, services: ChipServices) {
    const counterOf = (run: RunKind) =>
      services.ledger.counter({
        run,
        phase: 'forward',
        ...pins,
        componentAction: 'io.eventIn',
        bits: image.eventBits,
      });
    const inputs = { first: 0, count: firstLayer.inputCount };
    this.#events = axonPartsOf(firstLayer).map((part) => ({
      shown: new OutgoingEvents(firstLayer, image.isDense, inputs, axonsOf(part)),
      arriving: new ArrivingEvents(axonsOf(part)),
    }));
    this.#services = services;
    this.#inputCount = firstLayer.inputCount;
    this.#departures = { inference: counterOf('inference'), training: counterOf('training') };
  }

  /** To a core of the first layer; once each, before anything is sent. */
  connect(part: LayerPart, outlet: Outlet): void {
    this.#entrances.push({ part, outlet });
  }

  begin(flight: RunInFlight): void {
    this.#flight = flight;
  }

  handOn(sample: number): void {
    const flight = this.#flight;
    if (flight === null) return;
    const { arrivals, inputsRaw } = flight.batch;
    if (arrivals === undefined) {
      const first = sample * this.#inputCount;
      const values = inputsRaw.subarray(first, first + this.#inputCount);
      for (const { shown } of this.#events) shown.take(values);
    } else {
      const beginTick = this.#services.queue.now;
      for (const { arriving } of this.#events) arriving.take(sample, arrivals, beginTick);
    }
    for (const { part, outlet } of this.#entrances) {
      const events = this.#events[part.axonPart];
      const source = arrivals === undefined ? events?.shown : events?.arriving;
      // An event counts once, however many cores it goes to.
      const departures = part.neuronPart === 0 ? this.#departures[flight.run] : null;
      if (source !== undefined) outlet.send(source.train(sample, null, departures));
    }
  }
}
