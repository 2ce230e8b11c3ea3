/** Where a layer gets its events from: the layer before it, or the pins. */
export interface EventSource {
  /** The buffers of the receiver are free for this sample: its events may come as soon as there are any. */
  handOn(sample: number): void;
}
