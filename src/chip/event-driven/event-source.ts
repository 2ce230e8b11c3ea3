/** Where a core gets its events from: the core before it, or the pins. */
export interface EventSource {
  /** The buffer of the receiver is free for this sample: its events may come as soon as there are any. */
  handOn(sample: number): void;
  /** The first packet of the sample has reached the receiver, now. */
  headArrived(): void;
}
