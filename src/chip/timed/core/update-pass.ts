import { trainingUpdate } from '../../../ledger/access-meter.js';
import type { LayerImage } from '../../image/chip-image.js';
import { type ChipServices, tickPhases } from '../chip-services.js';
import type { TimedEventBuffer } from './event-buffer.js';
import type { UpdateWork } from './update-work.js';

/** Callbacks of the pass. */
export interface UpdateClient {
  /** All events of the buffer are learned from. */
  eventsLearned(): void;
  /** Biases too, and the pipeline is drained. */
  updated(): void;
}

/**
 * The update of one core: the events of its buffer one after the other, then the biases, which come last in all cores of a
 * layer.
 *
 * Implements: docs/spec.md §5 (update), §8, §4.2 (eventBuffer.read).
 */
export class UpdatePass {
  readonly #buffer: TimedEventBuffer;
  readonly #work: UpdateWork;
  readonly #services: ChipServices;
  readonly #client: UpdateClient;
  readonly #core: number;
  readonly #finalCycles: number;
  readonly #nextHandler: number;
  readonly #updatedHandler: number;
  #event = 0;

  constructor(
    { core, organisation }: LayerImage,
    buffer: TimedEventBuffer,
    work: UpdateWork,
    services: ChipServices,
    client: UpdateClient,
  ) {
    this.#buffer = buffer;
    this.#work = work;
    this.#services = services;
    this.#core = core;
    this.#finalCycles = work.biasCycles + organisation.pipelineDepthCycles;
    this.#nextHandler = services.queue.register(() => {
      this.#next();
    });
    this.#client = client;
    this.#updatedHandler = services.queue.register(() => {
      client.updated();
    });
  }

  start(): void {
    this.#event = 0;
    this.#work.begin();
    this.#next();
  }

  /** The biases. */
  finish(): void {
    const { queue, stall } = this.#services;
    this.#work.finish();
    const tick = queue.now + this.#finalCycles + stall('learning', this.#core);
    queue.schedule(tick, tickPhases.workEnds, this.#updatedHandler, 0, 0);
  }

  #next(): void {
    const { queue, stall } = this.#services;
    if (this.#event === this.#buffer.size) {
      this.#client.eventsLearned();
      return;
    }
    const axon = this.#buffer.readForUpdate(this.#event, trainingUpdate);
    this.#event += 1;
    const tick = this.#work.learnFrom(axon, queue.now) + stall('learning', this.#core);
    queue.schedule(tick, tickPhases.workEnds, this.#nextHandler, 0, 0);
  }
}
