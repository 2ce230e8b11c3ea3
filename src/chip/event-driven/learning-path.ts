import { type Place, trainingUpdate } from '../access-meter.js';
import type { LayerImage } from '../chip-image.js';
import { learnsInSteps } from '../layer-geometry.js';
import { learns, needsDelta } from '../learning-layers.js';
import { tickPhases } from './chip-services.js';
import type { CoreContext } from './core-context.js';
import type { FeedbackPass } from './feedback-pass.js';
import { TimedLearningEngine } from './learning-engine.js';
import type { RunInFlight } from './run-in-flight.js';
import { UpdatePass } from './update-pass.js';
import { GradientUpdate, type UpdateParts, WeightUpdate } from './update-work.js';

/** The parts of the core that learning shares with the forward pass. */
type SharedParts = Omit<UpdateParts, 'engine'>;

/** Who hears of the end of a command. */
export interface LearningClient {
  feedbackDone(): void;
  updateDone(): void;
}

/**
 * How one core learns: its error signal and δz, then the update, then a step where a batch is full.
 *
 * Implements: docs/spec.md §5 (feedback, update, a step), §2.9 (frozen layers), §2.11, §8.
 */
export class LearningPath {
  /** Whether weights change, and whether δz is made. */
  readonly learns: boolean;
  readonly #needsDelta: boolean;
  readonly #context: CoreContext;
  readonly #layer: LayerImage;
  readonly #index: number;
  readonly #parts: UpdateParts;
  readonly #client: LearningClient;
  readonly #pass: UpdatePass;
  readonly #isInSteps: boolean;
  readonly #deltaEnds: number;
  readonly #stepEnds: number;
  #feedback: FeedbackPass | null = null;
  #flight: RunInFlight | null = null;
  #sample = 0;
  #fromTick = 0;
  /** Samples of the batch so far, and steps taken. */
  #batchCount = 0;
  #stepCount = 0;
  #writtenWordCount = 0;
  /** Ends the step of a batch that is not full, which belongs to no sample. */
  #whenClosed: (() => void) | null = null;

  constructor(
    context: CoreContext,
    index: number,
    layer: LayerImage,
    shared: SharedParts,
    client: LearningClient,
  ) {
    const { image, services } = context;
    const { ledger, queue } = services;
    const place: Place = { layer: layer.layer, core: layer.core };
    this.#context = context;
    this.#layer = layer;
    this.#index = index;
    this.#client = client;
    this.learns = learns(image, layer);
    this.#needsDelta = needsDelta(image, layer);
    this.#isInSteps = learnsInSteps(image, layer);
    const engine = new TimedLearningEngine(image, layer, place, ledger);
    this.#parts = { ...shared, engine };
    const Work = this.#isInSteps ? GradientUpdate : WeightUpdate;
    const work = new Work(image, layer, this.#parts, place, ledger);
    this.#pass = new UpdatePass(layer, shared.buffer, work, services, () => {
      this.#endUpdate();
    });
    this.#deltaEnds = queue.register(() => {
      this.#endDelta();
    });
    this.#stepEnds = queue.register(() => {
      this.#endStep();
    });
  }

  /** Where the error signal comes from; none in the output layer. Once, before anything is learned. */
  connect(feedback: FeedbackPass): void {
    this.#feedback = feedback;
  }

  begin(flight: RunInFlight): void {
    this.#flight = flight;
  }

  receive(sample: number): void {
    this.#feedback?.receive(sample);
  }

  /** δz of a sample, by way of its error signal; at once where none is needed. */
  startFeedback(sample: number): void {
    if (!this.#needsDelta) {
      this.#client.feedbackDone();
      return;
    }
    this.#open(sample);
    if (this.#feedback === null) this.#makeDelta();
    else this.#feedback.start(sample);
  }

  /** The error signal is there. */
  endFeedback(): void {
    this.#book('feedback');
    this.#makeDelta();
  }

  /** New weights or gradients by δz; at once where nothing is learned. The output layer keeps the delayed error first. */
  startUpdate(sample: number): void {
    const { delayedErrors } = this.#context;
    if (this.#layer.isOutput && delayedErrors !== null && this.#flight !== null) {
      delayedErrors.keep(sample, this.#flight.factsOf(sample), () => {
        this.#update(sample);
      });
    } else {
      this.#update(sample);
    }
  }

  /** Takes the step of a batch that is not full; false where none is open. */
  closeBatch(whenClosed: () => void): boolean {
    if (this.#batchCount === 0) return false;
    this.#whenClosed = whenClosed;
    this.#fromTick = this.#context.services.queue.now;
    this.#step();
    return true;
  }

  #open(sample: number): void {
    this.#sample = sample;
    this.#fromTick = this.#context.services.queue.now;
  }

  /** Books the cycles since `fromTick`, and begins anew. */
  #book(kind: 'feedback' | 'update'): void {
    const { record, services } = this.#context;
    const toTick = services.queue.now;
    record.addCycles('training', kind, this.#index, toTick - this.#fromTick);
    if (this.#whenClosed === null) {
      const bar = { kind, fromTick: this.#fromTick, toTick };
      record.addInterval('training', this.#index, this.#flight?.numberOf(this.#sample) ?? 0, bar);
    }
    this.#fromTick = toTick;
  }

  #makeDelta(): void {
    const { queue, stall } = this.#context.services;
    // δz alone drains the pipeline; with an update behind it the lanes go on.
    const drainCycles = this.learns ? 0 : this.#layer.organisation.pipelineDepthCycles;
    const cycles =
      this.#parts.engine.deltaCycles + drainCycles + stall('learning', this.#layer.core);
    queue.schedule(queue.now + cycles, tickPhases.workEnds, this.#deltaEnds, 0, 0);
  }

  #endDelta(): void {
    const { steps, delayedErrors } = this.#context;
    if (this.#flight === null) return;
    const word = delayedErrors?.wordOf(this.#sample) ?? 0;
    steps.error(this.#index, word, this.#flight.factsOf(this.#sample));
    this.#parts.engine.makeDelta();
    this.#book('update');
    this.#client.feedbackDone();
  }

  #update(sample: number): void {
    if (!this.learns) {
      this.#client.updateDone();
      return;
    }
    this.#open(sample);
    this.#pass.start();
  }

  #endUpdate(): void {
    if (this.#flight === null) return;
    this.#context.steps.update(this.#index, this.#flight.factsOf(this.#sample));
    if (this.#isInSteps) {
      this.#batchCount += 1;
      if (this.#batchCount === this.#context.image.batchSize) {
        this.#step();
        return;
      }
    } else {
      this.#countWrittenWords();
    }
    this.#finishUpdate();
  }

  #step(): void {
    const { queue, stall } = this.#context.services;
    const cycles = this.#parts.engine.stepCycles + stall('learning', this.#layer.core);
    queue.schedule(queue.now + cycles, tickPhases.workEnds, this.#stepEnds, 0, 0);
  }

  #endStep(): void {
    if (this.#flight === null) return;
    const isOfSample = this.#whenClosed === null;
    const ordinal = isOfSample ? this.#flight.factsOf(this.#sample).trainingOrdinal : -1;
    this.#context.steps.step(this.#index, this.#stepCount, ordinal);
    this.#parts.engine.step();
    this.#countWrittenWords();
    this.#stepCount += 1;
    this.#batchCount = 0;
    if (isOfSample) {
      this.#finishUpdate();
      return;
    }
    this.#book('update');
    const whenClosed = this.#whenClosed;
    this.#whenClosed = null;
    whenClosed?.();
  }

  /** With write gating: the words that changed. */
  #countWrittenWords(): void {
    if (!this.#parts.synapses.isGated) return;
    const count = this.#context.steps.writtenWordCount(this.#index);
    this.#parts.synapses.wroteWords(count - this.#writtenWordCount, trainingUpdate);
    this.#writtenWordCount = count;
  }

  #finishUpdate(): void {
    this.#book('update');
    this.#parts.buffer.release();
    this.#client.updateDone();
  }
}
