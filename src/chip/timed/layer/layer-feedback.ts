import { elementAt } from '../../../numerics/integer.js';
import type { CoreContext } from '../core/core-context.js';
import type { TimedCore } from '../core/core.js';
import type { FeedbackClient, FeedbackPass } from '../feedback/feedback-pass.js';
import { Rendezvous } from './rendezvous.js';
import type { RunInFlight } from '../run-in-flight.js';

/** A home and its error signal. */
interface HomeFeedback {
  readonly core: TimedCore;
  readonly pass: FeedbackPass;
  /** When what its work begins with was there. */
  arrivedTick: number;
}

/**
 * The error signals of a hidden layer: each home fetches its own, and all work on them in step.
 *
 * Implements: docs/spec.md §5 (feedback; layers of several cores; clock.cycle of a core), §7 (error signals).
 */
export class LayerFeedback {
  readonly #context: CoreContext;
  readonly #homes: readonly HomeFeedback[];
  readonly #arrivals: Rendezvous;
  readonly #ends: Rendezvous;
  #flight: RunInFlight | null = null;
  #sample = 0;
  #startTick = 0;
  #workTick = 0;

  /** `makePass`: the pass of one home; `whenDone`: called when the layer has its error signal. */
  constructor(
    context: CoreContext,
    homes: readonly TimedCore[],
    makePass: (home: TimedCore, client: FeedbackClient) => FeedbackPass,
    whenDone: () => void,
  ) {
    this.#context = context;
    this.#arrivals = new Rendezvous(homes.length, () => {
      this.#work();
    });
    this.#ends = new Rendezvous(homes.length, whenDone);
    this.#homes = homes.map((core, place) => {
      const client: FeedbackClient = {
        signalArrived: () => {
          elementAt(this.#homes, place, 'homes').arrivedTick = context.services.queue.now;
          this.#arrivals.come();
        },
        whenDone: (ownEndTick, pausedCycles) => {
          this.#close(elementAt(this.#homes, place, 'homes'), ownEndTick, pausedCycles);
          this.#ends.come();
        },
      };
      return { core, pass: makePass(core, client), arrivedTick: 0 };
    });
  }

  begin(flight: RunInFlight): void {
    this.#flight = flight;
  }

  /** Fetches the error signals of a sample, from now on. */
  start(sample: number): void {
    this.#sample = sample;
    this.#startTick = this.#context.services.queue.now;
    for (const { pass } of this.#homes) pass.start(sample);
  }

  #work(): void {
    this.#workTick = this.#context.services.queue.now;
    for (const { pass } of this.#homes) pass.work();
  }

  /** Books what a home waited for its own signal and worked on it. */
  #close({ core, arrivedTick }: HomeFeedback, ownEndTick: number, pausedCycles: number): void {
    const { record } = this.#context;
    const workCycles = ownEndTick - this.#workTick - pausedCycles;
    const cycles = arrivedTick - this.#startTick + workCycles;
    record.addCycles('training', 'feedback', core.number, cycles);
    const sample = this.#flight?.numberOf(this.#sample) ?? 0;
    const bar = { kind: 'feedback' as const, fromTick: this.#startTick, toTick: ownEndTick };
    record.addInterval('training', core.number, sample, bar);
  }
}
