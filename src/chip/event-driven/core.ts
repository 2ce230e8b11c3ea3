import type { ActionCounter } from '../../ledger/access-ledger.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { ceilDiv } from '../../numerics/integer.js';
import { inferenceForward, type Moment, type Place, trainingForward } from '../access-meter.js';
import type { LayerImage } from '../chip-image.js';
import { countSoftmax } from '../closed-form-delta.js';
import { outputCount } from '../layer-geometry.js';
import { TimedActivationUnit } from './activation-unit.js';
import { tickPhases } from './chip-services.js';
import { CommandOrder } from './command-order.js';
import type { CoreCommand, CoreContext } from './core-context.js';
import { TimedEventBuffer } from './event-buffer.js';
import type { EventSource } from './event-source.js';
import type { FeedbackPass } from './feedback-pass.js';
import { ForwardPass } from './forward-pass.js';
import { LearningPath } from './learning-path.js';
import { NeuronMemoryPort } from './neuron-memory-port.js';
import { OutgoingEvents } from './outgoing-events.js';
import type { Outlet } from './outlet.js';
import { type PacketKind, packetKinds, type PacketTarget } from './packet-train.js';
import type { RunInFlight } from './run-in-flight.js';
import { SynapseArrayPort } from './synapse-array-port.js';
import { visitTable } from './visit-table.js';
import { WorkTally } from './work-tally.js';

const forwardMoments: Readonly<Record<RunKind, Moment>> = {
  inference: inferenceForward,
  training: trainingForward,
};

/** What a core is connected to. */
export interface CoreConnections {
  readonly source: EventSource;
  /** To the core behind it; null in the output layer. */
  readonly next: { readonly outlet: Outlet; readonly layer: LayerImage } | null;
  /** Null where no error signal comes from outside. */
  readonly feedback: FeedbackPass | null;
}

/** Who hears of what the core did. */
export interface CoreClient {
  /** The first core lets a sample in: at the pins it begins. */
  sampleEnters(sample: number): void;
  commandDone(core: number, command: CoreCommand): void;
}

/**
 * One core in time: takes commands one after the other, samples in their order. A forward pass lets the events of the next
 * sample in; h is held until the core behind lets them in.
 *
 * Implements: docs/spec.md §8. Not modelled: several cores a layer.
 */
export class TimedCore implements PacketTarget, EventSource {
  /** The synapse array, where bp reads the weights from outside. */
  readonly synapses: SynapseArrayPort;
  readonly #context: CoreContext;
  readonly #client: CoreClient;
  /** Place among the cores, from 0. */
  readonly #index: number;
  readonly #layer: LayerImage;
  readonly #order: CommandOrder;
  readonly #buffer: TimedEventBuffer;
  readonly #forward: ForwardPass;
  readonly #learning: LearningPath;
  readonly #readoutTally: WorkTally;
  readonly #softmaxTallies: Readonly<Record<'training' | 'measuring', WorkTally>>;
  readonly #hops: Readonly<Record<RunKind, ActionCounter>>;
  readonly #readoutEnds: number;
  #connections: CoreConnections | null = null;
  #outgoing: OutgoingEvents | null = null;
  #flight: RunInFlight | null = null;
  #nextSample = 0;
  #sample = 0;
  #passIsBegun = false;
  #beginTick = 0;
  /** The sample whose h waits to be handed on; null: none. */
  #heldSample: number | null = null;
  /** The sample that the core behind lets in. */
  #admittedSample: number | null = null;
  #handOnTick = 0;
  /** A forward pass has been asked for, but h of the sample before is still held. */
  #isForwardPending = false;

  constructor(context: CoreContext, index: number, layer: LayerImage, client: CoreClient) {
    const { image, services, eventBufferDepth, synapseBankCount } = context;
    const { ledger, queue } = services;
    const place: Place = { layer: layer.layer, core: layer.core };
    this.#context = context;
    this.#client = client;
    this.#index = index;
    this.#layer = layer;
    this.#order = new CommandOrder(layer.core);
    this.synapses = new SynapseArrayPort(layer, synapseBankCount, place, ledger);
    const depth = eventBufferDepth ?? layer.inputCount;
    this.#buffer = new TimedEventBuffer(layer, depth, place, ledger);
    const shared = { buffer: this.#buffer, synapses: this.synapses, visits: visitTable(layer) };
    const neurons = new NeuronMemoryPort(image, layer, place, ledger);
    const activation = new TimedActivationUnit(layer, place, ledger);
    const parts = { ...shared, neurons, activation };
    this.#forward = new ForwardPass(image, layer, parts, services, () => {
      this.#endForward();
    });
    this.#learning = new LearningPath(context, index, layer, shared, {
      feedbackDone: () => {
        this.#done('feedback');
      },
      updateDone: () => {
        this.#done('update');
      },
    });
    this.#readoutTally = new WorkTally(ledger, 'inference', place, (count) => {
      const { outputsPerWord, wordBits } = layer.organisation;
      const words = ceilDiv(image.classCount, outputsPerWord);
      count('readout', 'neurons.read', wordBits.neurons, words);
      count('readout', 'datapath.compare', layer.outputFormat.totalBits, image.classCount - 1);
      count('readout', 'io.eventOut', image.labelBits, 1);
    });
    const softmaxTally = (isMeasuring: boolean) =>
      new WorkTally(ledger, 'training', place, (count) => {
        countSoftmax(image, layer, { sampleCount: 1, isMeasuring }, count);
      });
    this.#softmaxTallies = { training: softmaxTally(false), measuring: softmaxTally(true) };
    const hopsOf = (run: RunKind) =>
      ledger.counter({
        run,
        phase: 'forward',
        ...place,
        componentAction: 'router.hop',
        bits: image.eventBits,
      });
    this.#hops = { inference: hopsOf('inference'), training: hopsOf('training') };
    this.#readoutEnds = queue.register(() => {
      this.#endReadout();
    });
  }

  /** Once, before anything runs. */
  connect(connections: CoreConnections): void {
    this.#connections = connections;
    const { next, feedback } = connections;
    if (next !== null) {
      this.#outgoing = new OutgoingEvents(next.layer, this.#context.image.isDense);
    }
    if (feedback !== null) this.#learning.connect(feedback);
  }

  /** The error signal that a feedback pass fetched is there. */
  endFeedback(): void {
    this.#learning.endFeedback();
  }

  /** A new batch; its samples are numbered from 0. */
  begin(flight: RunInFlight): void {
    this.#flight = flight;
    this.#nextSample = 0;
    this.#order.beginPass(flight.pass);
    this.#learning.begin(flight);
  }

  /**
   * Begins a command, now, for the sample at hand; `forward` for the next one.
   * @throws RangeError while another is at work, or when what it needs was not done.
   */
  start(command: CoreCommand): void {
    this.#order.begin(command);
    switch (command) {
      case 'forward':
        // Events that no update has used: a program left it out.
        if (this.#buffer.sample !== null) this.#buffer.release();
        if (this.#heldSample === null) this.#letIn();
        else this.#isForwardPending = true;
        return;
      case 'readout':
        this.#readOut();
        return;
      case 'feedback':
        this.#learning.startFeedback(this.#sample);
        return;
      case 'update':
        this.#learning.startUpdate(this.#sample);
        return;
    }
  }

  /** Takes the step of a batch that is not full; false where none is open. */
  closeBatch(whenClosed: () => void): boolean {
    return this.#learning.closeBatch(whenClosed);
  }

  /** What the core is doing, for a report of a standstill. */
  describe(): string {
    const held = this.#heldSample === null ? '' : `, holds h of sample ${this.#heldSample}`;
    return `core ${this.#layer.core}: sample ${this.#sample}, ${this.#buffer.size} events in its buffer${held}`;
  }

  receive(
    kind: PacketKind,
    sample: number,
    address: number,
    valueRaw: number,
    eventCount: number,
  ): void {
    if (kind === packetKinds.error) {
      this.#learning.receive(sample);
      return;
    }
    const { queue, stall } = this.#context.services;
    if (!this.#passIsBegun) this.#beginPass(eventCount);
    if (kind === packetKinds.empty) return;
    const tick = queue.now + 1 + stall('eventBuffer', this.#layer.core);
    this.#buffer.take(sample, address, valueRaw, tick);
    this.#forward.notifyArrival();
  }

  handOn(sample: number): void {
    this.#admittedSample = sample;
    this.#trySend();
  }

  headArrived(): void {
    if (this.#flight === null) return;
    const cycles = this.#context.services.queue.now - this.#handOnTick;
    this.#context.record.addCycles(this.#flight.run, 'forward', this.#index, cycles);
  }

  /** All events of the held sample have set out: h may be overwritten. */
  sent(): void {
    this.#heldSample = null;
    if (!this.#isForwardPending) return;
    this.#isForwardPending = false;
    this.#letIn();
  }

  #letIn(): void {
    const isKept = this.#flight?.run === 'training' && this.#learning.learns;
    this.#sample = this.#nextSample;
    this.#nextSample += 1;
    this.#passIsBegun = false;
    this.#buffer.open(this.#sample, isKept ? trainingForward : null);
    if (this.#index === 0) this.#client.sampleEnters(this.#sample);
    this.#connections?.source.handOn(this.#sample);
  }

  #beginPass(eventCount: number): void {
    if (this.#flight === null) return;
    this.#passIsBegun = true;
    this.#beginTick = this.#context.services.queue.now;
    this.#connections?.source.headArrived();
    this.#forward.start(eventCount, forwardMoments[this.#flight.run]);
  }

  #endForward(): void {
    const flight = this.#flight;
    if (flight === null) return;
    const { record, services, steps } = this.#context;
    const { now } = services.queue;
    const facts = flight.factsOf(this.#sample);
    steps.forward(this.#index, this.#buffer.valuesRaw, facts);
    record.addCycles(flight.run, 'forward', this.#index, now - this.#beginTick);
    const bar = { kind: 'forward' as const, fromTick: this.#beginTick, toTick: now };
    record.addInterval(flight.pass, this.#index, flight.numberOf(this.#sample), bar);
    if (flight.pass !== 'training' || !this.#learning.learns) this.#buffer.release();
    const leaving = steps.leaving(this.#index, outputCount(this.#layer));
    if (this.#outgoing === null) {
      this.#keepOutputs(flight, leaving);
      return;
    }
    this.#outgoing.take(leaving);
    this.#heldSample = this.#sample;
    this.#trySend();
    this.#done('forward');
  }

  #keepOutputs(flight: RunInFlight, outputsRaw: Int32Array): void {
    const { delayedErrors, steps } = this.#context;
    const facts = flight.factsOf(this.#sample);
    flight.keepOutputs(this.#sample, outputsRaw);
    if (flight.pass !== 'inference') {
      steps.latchOutputs(facts);
      this.#softmaxTallies[flight.pass].book();
    }
    const whenKept = () => {
      this.#done('forward');
    };
    if (flight.pass === 'measuring') delayedErrors?.keep(this.#sample, facts, whenKept);
    else whenKept();
  }

  /** Sends the events of the held sample, if the core behind lets them in. */
  #trySend(): void {
    const next = this.#connections?.next;
    const flight = this.#flight;
    if (this.#heldSample === null || this.#heldSample !== this.#admittedSample) return;
    if (next === undefined || next === null || flight === null || this.#outgoing === null) return;
    this.#admittedSample = null;
    this.#handOnTick = this.#context.services.queue.now;
    next.outlet.send(this.#outgoing.train(this.#heldSample, this.#hops[flight.run], null));
  }

  /** Reads y, compares C − 1 times, sends the class. */
  #readOut(): void {
    const { image, services } = this.#context;
    const words = ceilDiv(image.classCount, this.#layer.organisation.outputsPerWord);
    this.#beginTick = services.queue.now;
    const cycles = words + (image.classCount - 1) + 1 + services.stall('neurons', this.#layer.core);
    services.queue.schedule(
      services.queue.now + cycles,
      tickPhases.workEnds,
      this.#readoutEnds,
      0,
      0,
    );
  }

  #endReadout(): void {
    const { record, services } = this.#context;
    this.#readoutTally.book();
    record.addCycles('inference', 'readout', this.#index, services.queue.now - this.#beginTick);
    this.#done('readout');
  }

  #done(command: CoreCommand): void {
    this.#order.end();
    this.#client.commandDone(this.#index, command);
  }
}
