/**
 * When the events of consecutive samples reach the chip's input (docs/spec.md §9), struct of arrays. Sample i of the
 * batch has the arrivals offsets[i] … offsets[i + 1] − 1, in order of (tick, axon); an axon arrives at most once.
 */
export interface Arrivals {
  /** Shape (samples + 1), from 0. */
  readonly offsets: Uint32Array;
  /** Axon of the first layer. */
  readonly axons: Uint32Array;
  /** Raw value in the input format; 0 where `dense` delivers what is no event. */
  readonly valuesRaw: Int32Array;
  /** Cycles since the sample began; whole numbers. */
  readonly ticks: Float64Array;
  /** Shape (samples): cycles until the last event of the sample, which its latency includes. */
  readonly endTicks: Float64Array;
}
