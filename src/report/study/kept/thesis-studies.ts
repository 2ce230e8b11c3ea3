import type { PipelineFigures } from '../../../experiment/estimate/pipeline-slots.js';
import type { KeptStudy } from './kept-study.js';

/** The kept studies of `docs/thesis.md`. */
export interface ThesisStudies {
  readonly mnist: KeptStudy;
  readonly synthetic: KeptStudy;
  readonly optimizers: KeptStudy;
  readonly feedback: KeptStudy;
  /** Float reference alone. */
  readonly cifar10: KeptStudy;
  /** Float reference alone. */
  readonly convolution: KeptStudy;
  /** Four equal layers, four batches. */
  readonly slots: PipelineFigures;
  /** Test errors, per cent, of the published code by `FC1-500|BP|seed`, after each of its epochs. */
  readonly published: Readonly<Record<string, readonly number[]>>;
}
