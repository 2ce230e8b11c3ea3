import { trainingUpdate } from '../access-meter.js';
import type { LayerImage } from '../chip-image.js';
import { type ChipServices, tickPhases } from './chip-services.js';
import type { TimedEventBuffer } from './event-buffer.js';
import type { UpdateWork } from './update-work.js';

/**
 * The update of one core: the events of its buffer one after the other, then the biases.
 *
 * Implements: docs/spec.md §5 (update), §8, §4.2 (eventBuffer.read).
 */
export class UpdatePass {
  readonly #buffer: TimedEventBuffer;
  readonly #work: UpdateWork;
  readonly #services: ChipServices;
  readonly #core: number;
  readonly #finalCycles: number;
  readonly #nextHandler: number;
  readonly #doneHandler: number;
  #event = 0;

  constructor(
    { core, organisation }: LayerImage,
    buffer: TimedEventBuffer,
    work: UpdateWork,
    services: ChipServices,
    whenDone: () => void,
  ) {
    this.#buffer = buffer;
    this.#work = work;
    this.#services = services;
    this.#core = core;
    this.#finalCycles = work.biasCycles + organisation.pipelineDepthCycles;
    this.#nextHandler = services.queue.register(() => {
      this.#next();
    });
    this.#doneHandler = services.queue.register(whenDone);
  }

  start(): void {
    this.#event = 0;
    this.#work.begin();
    this.#next();
  }

  #next(): void {
    const { queue, stall } = this.#services;
    const extraCycles = stall('learning', this.#core);
    if (this.#event < this.#buffer.size) {
      const axon = this.#buffer.readForUpdate(this.#event, trainingUpdate);
      this.#event += 1;
      const tick = this.#work.learnFrom(axon, queue.now) + extraCycles;
      queue.schedule(tick, tickPhases.workEnds, this.#nextHandler, 0, 0);
      return;
    }
    this.#work.finish();
    const tick = queue.now + this.#finalCycles + extraCycles;
    queue.schedule(tick, tickPhases.workEnds, this.#doneHandler, 0, 0);
  }
}
