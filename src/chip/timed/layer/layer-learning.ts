import { learnsInSteps } from '../../image/layer-geometry.js';
import type { LayerImage } from '../../image/chip-image.js';
import { comparesErrors, learns, needsDelta } from '../../image/learning-layers.js';
import type { CoreContext } from '../core/core-context.js';
import type { TimedCore } from '../core/core.js';
import type { DeltaExchange } from './delta-exchange.js';
import { tickPhases } from '../chip-services.js';
import type { LayerFeedback } from './layer-feedback.js';
import { Rendezvous } from './rendezvous.js';
import type { RunInFlight } from '../run-in-flight.js';

/** What learning is connected to. */
export interface LearningConnections {
  /** Null where no error signal comes from outside. */
  readonly feedback: LayerFeedback | null;
  /** Of every home with other cores that need its δz. */
  readonly exchanges: readonly DeltaExchange[];
}

/** Callbacks of a command. */
interface LayerLearningClient {
  feedbackDone(): void;
  updateDone(): void;
}

/**
 * How one layer learns: its error signal and δz, which the homes send to their other cores, then the update, then a step
 * where a batch is full. All cores of the layer are at the same of these.
 *
 * Implements: docs/spec.md §5 (feedback, update, a step; layers of several cores), §5.1, §2.9 (frozen layers), §2.11, §8.
 */
export class LayerLearning {
  /** Whether weights change. */
  readonly learns: boolean;
  readonly #needsDelta: boolean;
  /** e of every training sample is made here, if only to tell whether it is skipped. */
  readonly #comparesErrors: boolean;
  readonly #context: CoreContext;
  readonly #layer: LayerImage;
  readonly #index: number;
  readonly #cores: readonly TimedCore[];
  readonly #homes: readonly TimedCore[];
  readonly #client: LayerLearningClient;
  readonly #isInSteps: boolean;
  readonly #deltas: Rendezvous;
  readonly #events: Rendezvous;
  readonly #updates: Rendezvous;
  readonly #steps: Rendezvous;
  readonly #flushes: Rendezvous;
  readonly #exchangeEnds: number;
  #exchanged: Rendezvous | null = null;
  #connections: LearningConnections | null = null;
  #flight: RunInFlight | null = null;
  #sample = 0;
  #exchangeTick = 0;
  /** δz of the sample is made, and not e alone. */
  #isMakingDelta = false;
  /** Samples of the batch so far, those of them that are learned from, and steps taken. */
  #batchCount = 0;
  #learnedCount = 0;
  #stepCount = 0;
  /** Ends the step of a batch that is not full, which belongs to no sample. */
  #whenClosed: (() => void) | null = null;
  #whenFlushed: (() => void) | null = null;

  constructor(
    context: CoreContext,
    index: number,
    layer: LayerImage,
    cores: readonly TimedCore[],
    client: LayerLearningClient,
  ) {
    const { image, services } = context;
    this.#context = context;
    this.#layer = layer;
    this.#index = index;
    this.#cores = cores;
    this.#homes = cores.filter(({ isHome }) => isHome);
    this.#client = client;
    this.learns = learns(image, layer);
    this.#needsDelta = needsDelta(image, layer);
    this.#comparesErrors = layer.isOutput && comparesErrors(image);
    this.#isInSteps = learnsInSteps(image, layer);
    this.#deltas = new Rendezvous(this.#homes.length, () => {
      this.#endDelta();
    });
    this.#events = new Rendezvous(cores.length, () => {
      for (const core of cores) core.learning.finishUpdate();
    });
    this.#updates = new Rendezvous(cores.length, () => {
      this.#endUpdate();
    });
    this.#steps = new Rendezvous(cores.length, () => {
      this.#endStep();
    });
    this.#flushes = new Rendezvous(cores.length, () => {
      this.#whenFlushed?.();
    });
    this.#exchangeEnds = services.queue.register(() => {
      client.feedbackDone();
    });
  }

  /** Once, before anything is learned. */
  connect(connections: LearningConnections): void {
    this.#connections = connections;
    this.#exchanged = new Rendezvous(connections.exchanges.length, () => {
      this.#endExchange();
    });
  }

  begin(flight: RunInFlight): void {
    this.#flight = flight;
    this.#connections?.feedback?.begin(flight);
  }

  /** δz of a sample, by way of its error signal; at once where none is needed. The output layer may make e alone. */
  startFeedback(sample: number): void {
    this.#isMakingDelta = this.#needsDelta && this.#flight?.isSkipped(sample) !== true;
    if (!this.#isMakingDelta) {
      if (this.#comparesErrors) for (const home of this.#homes) home.learning.makeErrors(sample);
      else this.#client.feedbackDone();
      return;
    }
    this.#sample = sample;
    const feedback = this.#connections?.feedback ?? null;
    if (feedback === null) this.makeDelta();
    else feedback.start(sample);
  }

  /** The error signal is there. */
  makeDelta(): void {
    for (const home of this.#homes) home.learning.makeDelta(this.#sample);
  }

  /** New weights or gradients by δz; at once where nothing is learned. The output layer keeps the delayed error first. */
  startUpdate(sample: number): void {
    const { delayedErrors } = this.#context;
    const flight = this.#flight;
    if (this.#layer.isOutput && delayedErrors !== null && flight !== null) {
      const update = () => {
        this.#update(sample);
      };
      delayedErrors.keep(sample, flight.factsOf(sample), update, flight.isSkipped(sample));
    } else {
      this.#update(sample);
    }
  }

  /** Takes the step of a batch that is not full; false where none is open. */
  closeBatch(whenClosed: () => void): boolean {
    this.#batchCount = 0;
    if (this.#learnedCount === 0) return false;
    this.#whenClosed = whenClosed;
    this.#step();
    return true;
  }

  /** Does what waits of an update (docs/spec.md §5.1); false where no sample waits. */
  flush(whenFlushed: () => void): boolean {
    if (!this.#cores.some(({ learning }) => learning.isWaiting)) return false;
    this.#whenFlushed = whenFlushed;
    for (const core of this.#cores) core.learning.flush();
    return true;
  }

  /** What its cores report. */
  deltaMade(): void {
    this.#deltas.come();
  }

  deltaSent(): void {
    this.#exchanged?.come();
  }

  eventsLearned(): void {
    this.#events.come();
  }

  updated(): void {
    this.#updates.come();
  }

  stepped(): void {
    this.#steps.come();
  }

  flushed(): void {
    this.#flushes.come();
  }

  #endDelta(): void {
    const { steps, delayedErrors, services } = this.#context;
    const exchanges = this.#connections?.exchanges ?? [];
    if (this.#flight === null) return;
    if (!this.#isMakingDelta) {
      this.#client.feedbackDone();
      return;
    }
    // Of whatever sample was last the output layer has made d itself, and samples pass it one after the other.
    const word = this.#layer.isOutput ? 0 : (delayedErrors?.wordOf(this.#sample) ?? 0);
    steps.error(this.#index, word, this.#flight.factsOf(this.#sample));
    if (exchanges.length === 0) {
      this.#client.feedbackDone();
      return;
    }
    this.#exchangeTick = services.queue.now;
    for (const exchange of exchanges) exchange.start(this.#sample);
  }

  /** The layer goes on when the farthest core of all its homes can have the last value. */
  #endExchange(): void {
    const { queue } = this.#context.services;
    const exchanges = this.#connections?.exchanges ?? [];
    let valueCycles = 0;
    let hops = 0;
    for (const exchange of exchanges) {
      valueCycles = Math.max(valueCycles, exchange.valueCycles);
      hops = Math.max(hops, exchange.farthestHops);
    }
    const tick = Math.max(queue.now + 1, this.#exchangeTick + valueCycles + hops);
    queue.schedule(tick, tickPhases.workEnds, this.#exchangeEnds, 0, 0);
  }

  #update(sample: number): void {
    if (!this.learns) {
      this.#client.updateDone();
      return;
    }
    this.#sample = sample;
    if (this.#flight?.isSkipped(sample) === true) {
      for (const core of this.#cores) core.learning.skip(sample);
      if (!this.#takesStep()) this.#release();
      return;
    }
    if (this.#isInSteps) this.#learnedCount += 1;
    for (const core of this.#cores) core.learning.learnEvents(sample);
  }

  /** After a sample: takes the step of a full batch, where any of it is learned from; whether it does. */
  #takesStep(): boolean {
    if (!this.#isInSteps) return false;
    this.#batchCount += 1;
    if (this.#batchCount < this.#context.image.batchSize) return false;
    this.#batchCount = 0;
    if (this.#learnedCount === 0) return false;
    this.#step();
    return true;
  }

  #endUpdate(): void {
    if (this.#flight === null) return;
    this.#context.steps.update(this.#index, this.#flight.factsOf(this.#sample));
    if (!this.#isInSteps) this.#countWrittenWords();
    if (!this.#takesStep()) this.#finishUpdate();
  }

  #step(): void {
    for (const core of this.#cores) core.learning.step();
  }

  #endStep(): void {
    if (this.#flight === null) return;
    const whenClosed = this.#whenClosed;
    const ordinal = whenClosed === null ? this.#flight.factsOf(this.#sample).trainingOrdinal : -1;
    this.#context.steps.step(this.#index, this.#stepCount, ordinal);
    this.#countWrittenWords();
    this.#stepCount += 1;
    this.#learnedCount = 0;
    if (whenClosed === null) {
      this.#finishUpdate();
      return;
    }
    this.#whenClosed = null;
    whenClosed();
  }

  /** With write gating: the words that changed. */
  #countWrittenWords(): void {
    if (!this.#layer.organisation.hasWordWriteGating) return;
    const counts = this.#context.steps.writtenWordCounts(this.#index);
    for (const [place, core] of this.#cores.entries()) {
      core.learning.wroteWords(counts[place] ?? 0);
    }
  }

  #finishUpdate(): void {
    for (const { learning } of this.#cores) learning.closeUpdate();
    this.#release();
  }

  /** The sample is over. */
  #release(): void {
    for (const { buffer } of this.#cores) buffer.release();
    this.#client.updateDone();
  }
}
