/** An error signal as it reaches a layer, before it is brought into the format of delta. */
export interface ErrorSignal {
  /**
   * `deltaH`: still to be multiplied by f′(h) (thesis eq. 2.10); `deltaZ`: f′ is in it already; `deltaOutput`: an error
   * of the values that leave the layer, that is of the winners of its pooling, fully connected as `deltaH`.
   */
  readonly kind: 'deltaH' | 'deltaZ' | 'deltaOutput';
  /** Shape (neuronCount), of `deltaOutput` (outputCount). */
  readonly errorRaw: readonly bigint[];
  readonly fractionBits: number;
}

/**
 * Where the error signal of one layer comes from: all that learning rules differ in. A rule is one such file for the
 * hidden layers, which the table of facts tells what to wait for; the output layer has its loss. Each books the accesses it makes (docs/spec.md §4.2).
 */
export interface ErrorSource {
  /** The signal for one training sample; `outputsRaw` is the layer's own h. */
  errorSignal(label: number, outputsRaw: readonly bigint[]): ErrorSignal;
}
