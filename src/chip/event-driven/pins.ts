import type { ActionCounter } from '../../ledger/access-ledger.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { pins } from '../access-meter.js';
import type { Arrivals } from '../arrivals.js';
import type { ChipImage, LayerImage } from '../chip-image.js';
import { ArrivingEvents } from './arriving-events.js';
import type { ChipServices } from './chip-services.js';
import type { EventSource } from './event-source.js';
import type { Outlet } from './outlet.js';
import { OutgoingEvents } from './outgoing-events.js';
import type { RunInFlight } from './run-in-flight.js';

/**
 * The chip's event input: the values of a sample as address events, one a cycle, as soon as the first core lets them in; or,
 * where the batch says when, each at its own time after that.
 *
 * Implements: docs/spec.md §1 (event condition, address order), §4.2 (io.eventIn), §5 (A_0 adds no cycles), §9.
 */
export class InputPins implements EventSource {
  readonly #events: OutgoingEvents;
  readonly #arriving: ArrivingEvents;
  readonly #services: ChipServices;
  readonly #inputCount: number;
  readonly #departures: Readonly<Record<RunKind, ActionCounter>>;
  #outlet: Outlet | null = null;
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
    this.#events = new OutgoingEvents(firstLayer, image.isDense);
    this.#arriving = new ArrivingEvents(firstLayer);
    this.#services = services;
    this.#inputCount = firstLayer.inputCount;
    this.#departures = { inference: counterOf('inference'), training: counterOf('training') };
  }

  /** To the first core; once, before anything is sent. */
  connect(outlet: Outlet): void {
    this.#outlet = outlet;
  }

  begin(flight: RunInFlight): void {
    this.#flight = flight;
  }

  handOn(sample: number): void {
    const flight = this.#flight;
    if (flight === null) return;
    const departures = this.#departures[flight.run];
    const { arrivals, inputsRaw } = flight.batch;
    if (arrivals !== undefined) {
      this.#sendInTime(sample, arrivals, departures);
      return;
    }
    const first = sample * this.#inputCount;
    this.#events.take(inputsRaw.subarray(first, first + this.#inputCount));
    this.#outlet?.send(this.#events.train(sample, null, departures));
  }

  #sendInTime(sample: number, arrivals: Arrivals, departures: ActionCounter): void {
    const beginTick = this.#services.queue.now;
    this.#outlet?.send(this.#arriving.train(sample, arrivals, beginTick, departures));
  }

  headArrived(): void {
    // Input events stream in while layer 1 works: there is no routing to be charged.
  }
}
