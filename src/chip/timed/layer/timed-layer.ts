import { trainingForward } from '../../../ledger/access-meter.js';
import type { LayerImage } from '../../image/chip-image.js';
import { outputCount } from '../../image/layer-geometry.js';
import { partsOf } from '../../image/layer-parts.js';
import { CommandOrder } from '../core/command-order.js';
import type { CoreCommand, CoreContext } from '../core/core-context.js';
import { TimedCore } from '../core/core.js';
import type { EventSource } from '../input/event-source.js';
import type { HomeOutputs } from './home-outputs.js';
import { LayerLearning, type LearningConnections } from './layer-learning.js';
import type { LayerMerge } from './layer-merge.js';
import type { LayerReadout } from './layer-readout.js';
import { Rendezvous } from './rendezvous.js';
import type { RunInFlight } from '../run-in-flight.js';
import { SoftmaxWork } from './softmax-work.js';

/** What a layer is connected to. */
interface LayerConnections extends LearningConnections {
  readonly source: EventSource;
  /** Of every home; none in the output layer. */
  readonly outputs: readonly HomeOutputs[];
  /** Null where no neurons have axons in several cores. */
  readonly merge: LayerMerge | null;
  /** Null but in the output layer. */
  readonly readout: LayerReadout | null;
}

/** Callbacks of a layer. */
export interface LayerClient {
  /** The first layer lets a sample in: at the pins it begins. */
  sampleEnters(sample: number): void;
  commandDone(layer: number, command: CoreCommand): void;
}

/**
 * One layer in time: takes commands one after the other, samples in their order, and its cores carry them out in step. A forward
 * pass lets the events of the next sample in; h is held until the layer behind lets them in.
 *
 * Implements: docs/spec.md §8, §5 and §7 (layers of several cores).
 */
export class TimedLayer implements EventSource {
  /** In the order of its parts. */
  readonly cores: readonly TimedCore[];
  readonly homes: readonly TimedCore[];
  readonly image: LayerImage;
  readonly #context: CoreContext;
  readonly #client: LayerClient;
  /** Place among the layers, from 0. */
  readonly #index: number;
  /** What its inputs received, 0 where nothing did: what the datapath computes with. */
  readonly #valuesRaw: Int32Array;
  readonly #order: CommandOrder;
  readonly #learning: LayerLearning;
  /** Null but in the output layer. */
  readonly #softmax: SoftmaxWork | null;
  readonly #drained: Rendezvous;
  readonly #activated: Rendezvous;
  #connections: LayerConnections | null = null;
  #sent: Rendezvous | null = null;
  #senderCount = 0;
  #flight: RunInFlight | null = null;
  #nextSample = 0;
  #sample = 0;
  #headCount = 0;
  #passIsBegun = false;
  #beginTick = 0;
  /** The sample whose h waits to be handed on; null: none. */
  #heldSample: number | null = null;
  /** The sample that the layer behind lets in. */
  #admittedSample: number | null = null;
  /** A forward pass has been asked for, but h of the sample before is still held. */
  #isForwardPending = false;

  /** `firstNumber`: of its first core, among all in use. */
  constructor(
    context: CoreContext,
    index: number,
    layer: LayerImage,
    firstNumber: number,
    client: LayerClient,
  ) {
    const { image, services } = context;
    this.#context = context;
    this.#client = client;
    this.#index = index;
    this.image = layer;
    this.#valuesRaw = new Int32Array(layer.inputCount);
    this.#order = new CommandOrder(layer.core);
    this.cores = this.#makeCores(firstNumber);
    this.homes = this.cores.filter(({ isHome }) => isHome);
    this.#learning = new LayerLearning(context, index, layer, this.cores, {
      feedbackDone: () => {
        this.#done('feedback');
      },
      updateDone: () => {
        this.#done('update');
      },
    });
    this.#drained = new Rendezvous(this.cores.length, () => {
      this.#endVisits();
    });
    this.#activated = new Rendezvous(this.homes.length, () => {
      this.#endForward();
    });
    this.#softmax = layer.isOutput
      ? new SoftmaxWork(image, layer, this.homes, services.ledger)
      : null;
  }

  /** Once, before anything runs; its cores know who sends them events. */
  connect(connections: LayerConnections): void {
    this.#connections = connections;
    this.#senderCount = this.cores.reduce((sum, { senderCount }) => sum + senderCount, 0);
    this.#sent = new Rendezvous(connections.outputs.length, () => {
      this.#release();
    });
    this.#learning.connect(connections);
  }

  /** All events of a home's sample have set out. */
  sent(): void {
    this.#sent?.come();
  }

  /** The last of the cores that learn from a home's δz has it. */
  deltaSent(): void {
    this.#learning.deltaSent();
  }

  /** The error signal of the sample is there. */
  endFeedback(): void {
    this.#learning.makeDelta();
  }

  endReadout(): void {
    this.#done('readout');
  }

  /** A new batch; its samples are numbered from 0. */
  begin(flight: RunInFlight): void {
    this.#flight = flight;
    this.#nextSample = 0;
    this.#order.beginPass(flight.pass);
    this.#learning.begin(flight);
    for (const core of this.cores) core.begin(flight);
  }

  /**
   * Begins a command, now, for the sample at hand; `forward` for the next one.
   * @throws RangeError while another is at work, or when what it needs was not done.
   */
  start(command: CoreCommand): void {
    this.#order.begin(command);
    switch (command) {
      case 'forward':
        this.#forget();
        if (this.#heldSample === null) this.#letIn();
        else this.#isForwardPending = true;
        return;
      case 'readout':
        this.#connections?.readout?.start(this.#sample);
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

  /** Does what waits of an update; false where no sample waits. */
  flush(whenFlushed: () => void): boolean {
    return this.#learning.flush(whenFlushed);
  }

  /** What the layer is doing, for a report of a standstill. */
  describe(): string {
    const held = this.#heldSample === null ? '' : `, holds h of sample ${this.#heldSample}`;
    return `${this.cores.map((core) => core.describe()).join('; ')}${held}`;
  }

  handOn(sample: number): void {
    this.#admittedSample = sample;
    this.#trySend();
  }

  #makeCores(firstNumber: number): readonly TimedCore[] {
    const client = {
      headArrived: () => {
        this.#headArrived();
      },
      drained: () => {
        this.#drained.come();
      },
      activated: () => {
        this.#activated.come();
      },
      deltaMade: () => {
        this.#learning.deltaMade();
      },
      eventsLearned: () => {
        this.#learning.eventsLearned();
      },
      updated: () => {
        this.#learning.updated();
      },
      stepped: () => {
        this.#learning.stepped();
      },
      flushed: () => {
        this.#learning.flushed();
      },
    };
    return partsOf(this.image).map((part, place) => {
      const { neuronPart, firstAxon, axonCount } = part;
      // The cores of one neuron part receive all there is; the others the same once more.
      const valuesRaw =
        neuronPart === 0
          ? this.#valuesRaw.subarray(firstAxon, firstAxon + axonCount)
          : new Int32Array(axonCount);
      const seat = { number: firstNumber + place, layer: this.image, part, valuesRaw };
      return new TimedCore(this.#context, seat, client);
    });
  }

  /** Events that no update has used: a program left it out. */
  #forget(): void {
    for (const { buffer } of this.cores) if (buffer.sample !== null) buffer.release();
  }

  #letIn(): void {
    const isKept = this.#flight?.run === 'training' && this.#learning.learns;
    this.#sample = this.#nextSample;
    this.#nextSample += 1;
    this.#headCount = 0;
    this.#passIsBegun = false;
    for (const core of this.cores) core.open(this.#sample, isKept ? trainingForward : null);
    if (this.#index === 0) this.#client.sampleEnters(this.#sample);
    this.#connections?.source.handOn(this.#sample);
  }

  /** The pass begins when every core has heard of all who send to it; at the pins, of which no hops are counted, at once. */
  #headArrived(): void {
    this.#headCount += 1;
    if (this.#passIsBegun) return;
    if (this.#index > 0 && this.#headCount < this.#senderCount) return;
    this.#passIsBegun = true;
    this.#beginTick = this.#context.services.queue.now;
    for (const core of this.cores) core.startForward();
  }

  #endVisits(): void {
    const flight = this.#flight;
    const merge = this.#connections?.merge ?? null;
    if (flight === null) return;
    if (merge === null) for (const home of this.homes) home.activate();
    else merge.start(this.#sample, flight.run, this.#beginTick);
  }

  #endForward(): void {
    const flight = this.#flight;
    if (flight === null) return;
    const { steps } = this.#context;
    steps.forward(this.#index, this.#valuesRaw, flight.factsOf(this.#sample));
    if (flight.pass !== 'training' || !this.#learning.learns) {
      for (const { buffer } of this.cores) buffer.release();
    }
    const leaving = steps.leaving(this.#index, outputCount(this.image));
    const outputs = this.#connections?.outputs ?? [];
    if (outputs.length === 0) {
      this.#keepOutputs(flight, leaving);
      return;
    }
    for (const ofHome of outputs) ofHome.take(leaving);
    this.#heldSample = this.#sample;
    this.#trySend();
    this.#done('forward');
  }

  #keepOutputs(flight: RunInFlight, outputsRaw: Int32Array): void {
    const { delayedErrors, steps } = this.#context;
    const facts = flight.factsOf(this.#sample);
    flight.keepOutputs(this.#sample, outputsRaw);
    if (flight.pass !== 'inference') {
      flight.judge(this.#sample, steps.latchOutputs(facts));
      this.#softmax?.book(flight.pass);
    }
    const whenKept = () => {
      this.#done('forward');
    };
    if (flight.pass === 'measuring') delayedErrors?.keep(this.#sample, facts, whenKept);
    else whenKept();
  }

  /** Sends the events of the held sample, if the layer behind lets them in. */
  #trySend(): void {
    const flight = this.#flight;
    const sample = this.#heldSample;
    if (flight === null || sample === null || sample !== this.#admittedSample) return;
    this.#admittedSample = null;
    for (const ofHome of this.#connections?.outputs ?? []) ofHome.send(sample, flight.run);
  }

  /** All events of the held sample have set out: h may be overwritten. */
  #release(): void {
    this.#heldSample = null;
    if (!this.#isForwardPending) return;
    this.#isForwardPending = false;
    this.#letIn();
  }

  #done(command: CoreCommand): void {
    this.#order.end();
    this.#client.commandDone(this.#index, command);
  }
}
