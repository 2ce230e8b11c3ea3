import type { TimedDelayedErrorMemory } from '../delayed-error-memory.js';
import type { Outlet } from '../router/outlet.js';
import type { PacketTarget } from '../router/packet-train.js';

/** Fetching the error signal of one home of a hidden layer, in time: docs/spec.md §5, §8. */
export interface FeedbackPass {
  /** Asks for the error signal, now; `signalArrived` is called when it begins to come. */
  start(sample: number): void;
  /** Begins the work, once the signal has arrived at all homes of the layer; the client is called at its end. */
  work(): void;
}

/** Callbacks of the pass. */
export interface FeedbackClient {
  /** What the work begins with is there. */
  signalArrived(): void;
  /**
   * The error signal is made; the home's own part of that was over at `ownEndTick`, and it stood still for `pausedCycles`
   * of it because another home's rows were read.
   */
  whenDone(ownEndTick: number, pausedCycles: number): void;
}

/** Where a pass takes its signal from. */
export interface FeedbackSource {
  /** Of the way from the pins, or the first core above, to who takes what comes on it. */
  readonly makeOutlet: (target: PacketTarget) => Outlet;
  /** Null: the rule keeps no delayed errors. */
  readonly delayedErrors: TimedDelayedErrorMemory | null;
}
