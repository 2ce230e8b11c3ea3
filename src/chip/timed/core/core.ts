import type { RunKind } from '../../../ledger/ledger-row.js';
import {
  inferenceForward,
  type Moment,
  type Place,
  trainingForward,
} from '../../../ledger/access-meter.js';
import type { LayerImage, LayerPart } from '../../image/chip-image.js';
import { isHome, partLayer } from '../../image/layer-parts.js';
import { TimedActivationUnit } from './activation-unit.js';
import type { CoreContext } from './core-context.js';
import { CoreLearning } from './core-learning.js';
import { TimedEventBuffer } from './event-buffer.js';
import { EventInlet } from './event-inlet.js';
import { gateMeter } from './gate-meter.js';
import { ForwardPass } from './forward-pass.js';
import { NeuronMemoryPort } from './neuron-memory-port.js';
import type { RunInFlight } from '../run-in-flight.js';
import { SynapseArrayPort } from './synapse-array-port.js';
import { visitTable } from '../../image/visit-table.js';

export const forwardMoments: Readonly<Record<RunKind, Moment>> = {
  inference: inferenceForward,
  training: trainingForward,
};

/** Which core it is. */
interface CoreSeat {
  /** Its number among all cores in use, in the order of the layers and their parts. */
  readonly number: number;
  readonly layer: LayerImage;
  readonly part: LayerPart;
  /** What its axons received, 0 where nothing did: kept for the datapath; shape (axons of the part). */
  readonly valuesRaw: Int32Array;
}

/** The layer whose core it is: all its cores are at the same step. */
interface CoreClient {
  /** The first packet of a sender has come. */
  headArrived(): void;
  /** All events are visited. */
  drained(): void;
  /** h of its neurons is made. */
  activated(): void;
  /** All events are learned from. */
  eventsLearned(): void;
  /** Biases too. */
  updated(): void;
  /** δz of its neurons is made. */
  deltaMade(): void;
  /** Its weights and biases have taken a step. */
  stepped(): void;
  /** Nothing of an update waits any more. */
  flushed(): void;
}

/**
 * One core in time: the part of a layer that it holds, and what it does when its layer does it.
 *
 * Implements: docs/spec.md §7, §8; its own cycles as §5 has them (clock.cycle of a core).
 */
export class TimedCore {
  readonly number: number;
  readonly part: LayerPart;
  /** The part as a layer of its own. */
  readonly layer: LayerImage;
  readonly isHome: boolean;
  /** The synapse array, where bp reads the weights from outside. */
  readonly synapses: SynapseArrayPort;
  readonly neurons: NeuronMemoryPort;
  readonly buffer: TimedEventBuffer;
  readonly forward: ForwardPass;
  readonly learning: CoreLearning;
  readonly #context: CoreContext;
  readonly #client: CoreClient;
  /** Books h > 0 of its neurons; null: no column of its B closes. */
  readonly #countGates: (() => void) | null;

  #flight: RunInFlight | null = null;
  #sample = 0;
  #senderCount = 0;
  /** When its forward pass began, and from when on it has worked without a pause. */
  #beginTick = 0;
  #workTick = 0;

  constructor(
    context: CoreContext,
    { number, layer, part, valuesRaw }: CoreSeat,
    client: CoreClient,
  ) {
    const { image, services, eventBufferDepth, synapseBankCount } = context;
    const { ledger } = services;
    const own = partLayer(layer, part);
    const place: Place = { layer: own.layer, core: own.core };
    this.number = number;
    this.part = part;
    this.layer = own;
    this.isHome = isHome(part);
    this.#context = context;
    this.#client = client;
    this.#countGates = this.isHome ? gateMeter(image, layer, own, ledger) : null;
    this.synapses = new SynapseArrayPort(own, synapseBankCount, place, ledger);
    const depth = eventBufferDepth ?? own.inputCount;
    this.buffer = new TimedEventBuffer(own, depth, valuesRaw, place, ledger);
    this.neurons = new NeuronMemoryPort(image, own, place, ledger);
    const shared = {
      buffer: this.buffer,
      neurons: this.neurons,
      synapses: this.synapses,
      visits: visitTable(own),
    };
    const learner = { number, layer: own, isHome: this.isHome };
    this.learning = new CoreLearning(context, learner, shared, client);
    const { waiting, beside, rowCycles } = this.learning;
    const activation = new TimedActivationUnit(own, place, ledger);
    const parts = { ...shared, activation, waiting, beside, changeCycles: rowCycles };
    this.forward = new ForwardPass(image, learner, parts, services, {
      drained: () => {
        this.#endVisits();
      },
      activated: () => {
        this.#endActivation();
      },
    });
  }

  /** Another sender of events; once each, before anything runs. */
  addInlet(whenHead: () => void): EventInlet {
    this.#senderCount += 1;
    return new EventInlet(this, whenHead);
  }

  /** How many send it events. */
  get senderCount(): number {
    return this.#senderCount;
  }

  /** A new batch; its samples are numbered from 0. */
  begin(flight: RunInFlight): void {
    this.#flight = flight;
    this.learning.begin(flight);
  }

  /** Lets the events of a sample in; `keptAt`: when they are kept for an update, else null. */
  open(sample: number, keptAt: Moment | null): void {
    this.#sample = sample;
    this.buffer.open(sample, keptAt);
    // One sender sends in the order of addresses; where rows wait it is refused that events come in that of time.
    this.forward.open(this.#senderCount, this.#senderCount === 1);
  }

  announce(eventCount: number): void {
    this.forward.announce(eventCount);
    this.#client.headArrived();
  }

  take(sample: number, address: number, valueRaw: number): void {
    const { queue, stall } = this.#context.services;
    const tick = queue.now + 1 + stall('eventBuffer', this.layer.core);
    this.buffer.take(sample, address, valueRaw, tick);
    this.forward.notifyArrival();
  }

  /** Begins the forward pass of the sample that was let in. */
  startForward(): void {
    const flight = this.#flight;
    if (flight === null) return;
    const { now } = this.#context.services.queue;
    this.#beginTick = now;
    // The biases are its home's work.
    this.#workTick = this.isHome ? now : now + this.forward.biasCycles;
    if (flight.run === 'training') this.learning.beginBeside();
    this.forward.start(forwardMoments[flight.run]);
  }

  /** Makes h, once the sums are whole; in a home. */
  activate(): void {
    this.#workTick = this.#context.services.queue.now;
    this.forward.activate();
  }

  /** Cycles of the forward pass that it works on besides visits and f. */
  addForwardCycles(cycles: number): void {
    if (this.#flight === null) return;
    this.#context.record.addCycles(this.#flight.run, 'forward', this.number, cycles);
  }

  /** Its forward pass lasted up to a tick. */
  closeForward(toTick: number): void {
    const flight = this.#flight;
    if (flight === null) return;
    const bar = { kind: 'forward' as const, fromTick: this.#beginTick, toTick };
    this.#context.record.addInterval(flight.pass, this.number, flight.numberOf(this.#sample), bar);
  }

  /** What the core is doing, for a report of a standstill. */
  describe(): string {
    return `core ${this.layer.core}: sample ${this.#sample}, ${this.buffer.size} events in its buffer`;
  }

  #endVisits(): void {
    const { besideCycles, sharedCycles } = this.forward;
    this.addForwardCycles(this.#context.services.queue.now - this.#workTick - besideCycles);
    this.learning.addUpdateCycles(besideCycles);
    this.#context.record.addSharedCycles(this.number, sharedCycles);
    this.#client.drained();
  }

  #endActivation(): void {
    const { now } = this.#context.services.queue;
    this.addForwardCycles(now - this.#workTick);
    this.closeForward(now);
    if (this.#flight?.pass === 'training') this.#countGates?.();
    this.#client.activated();
  }
}
