/** Fetching the error signal of one hidden layer, in time: docs/spec.md §5, §8. */
export interface FeedbackPass {
  /** Begins, now; `whenDone` of its making hears of the end. */
  start(sample: number): void;
  /** A packet of the error signal reaches the core. */
  receive(sample: number): void;
}

/** Whose pass it is, and who hears of its end. */
export interface FeedbackClient {
  /** The layer's place among the layers, from 0. */
  readonly layerIndex: number;
  readonly whenDone: () => void;
}
