import type { FixedPointFormat } from '../numerics/format.js';
import type { LearningRateFactor } from '../numerics/learning-rate.js';
import type { LfsrSpec } from '../numerics/lfsr.js';
import type { DeterministicRoundingMode, OverflowMode, RoundingMode } from '../numerics/modes.js';
import type { ActivationTable } from '../numerics/function-table.js';

/** Tensors whose overflow mode can be chosen and whose overflows are counted (docs/spec.md §2.3). */
export const tensorNames = [
  'input',
  'weight',
  'bias',
  'accumulator',
  'activation',
  'output',
  'delta',
  'feedback',
  'update',
  'delayedError',
] as const;
export type TensorName = (typeof tensorNames)[number];

/** How every tensor is represented, rounded and kept in range. */
export interface ChipNumerics {
  readonly formats: Readonly<Record<TensorName, FixedPointFormat>>;
  readonly overflow: Readonly<Record<TensorName, OverflowMode>>;
  /** Rounding of every tensor but weight and bias; those two may be stochastic. */
  readonly rounding: Readonly<
    Record<Exclude<TensorName, 'weight' | 'bias'>, DeterministicRoundingMode> &
      Record<'weight' | 'bias', RoundingMode>
  >;
}

/** How hidden layers learn (docs/spec.md §2.9). */
export type RuleSpec =
  { readonly kind: 'drtp' | 'dfa' | 'sdfa' | 'fa' | 'bp' | 'shallow' } | DefpSpec;

/** Delayed-error projection: which error is kept, and the memory that keeps it. */
export interface DefpSpec {
  readonly kind: 'defp';
  readonly variant: 'error' | 'loss' | 'aggregated' | 'fullVector';
  /** Training samples that have a word (`aggregated`: one word in all). */
  readonly sampleCount: number;
  readonly wordBits: number;
  /** Pd: whole delayed errors in a word; one of them is used but by `fullVector`. */
  readonly delayedErrorsPerWord: number;
}

/** Organisation of one core's memories and datapath: everything the counts and cycles depend on. */
export interface CoreOrganisation {
  /** Word width of each memory in bits: the `bits` of its ledger rows. */
  readonly wordBits: Readonly<{
    synapses: number;
    neurons: number;
    bias: number;
    feedback: number;
    eventBuffer: number;
  }>;
  /** Whole values in a word (docs/spec.md §4.1): P, Pa and Ph, Pb, Pf. */
  readonly weightsPerWord: number;
  readonly accumulatorsPerWord: number;
  readonly outputsPerWord: number;
  readonly biasesPerWord: number;
  readonly feedbacksPerWord: number;
  /** Where partial sums live during the forward pass. */
  readonly accumulate: 'registers' | 'memory';
  /** A word is written back only if a weight in it changed. */
  readonly hasWordWriteGating: boolean;
  readonly forwardLaneCount: number;
  readonly learningLaneCount: number;
  readonly activationLaneCount: number;
  readonly pipelineDepthCycles: number;
  /** 1: read and write share a port and take two cycles; 2: they overlap. */
  readonly portCount: 1 | 2;
}

/** One fully-connected layer as its core holds it. Rows are axons, columns neurons. */
export interface LayerImage {
  /** 1…k. */
  readonly layer: number;
  readonly core: number;
  readonly isOutput: boolean;
  readonly inputCount: number;
  readonly neuronCount: number;
  /** Shape (inputCount × neuronCount), row-major: row = axon. */
  readonly weightsRaw: Int32Array;
  /** Shape (neuronCount). */
  readonly biasesRaw: Int32Array;
  /** A layer that is not trainable keeps its weights and biases. */
  readonly isTrainable: boolean;
  /**
   * B_i, shape (classCount × neuronCount), row = class; for `fa` (neuronCount × neurons of the next layer). Null in the
   * output layer, and for the rules `bp` and `shallow`.
   */
  readonly feedbackRaw: Int32Array | null;
  /** Format of the incoming event values: `input` in layer 1, else `activation`. */
  readonly inputFormat: FixedPointFormat;
  /** Format of h: `activation`, in the output layer `output`. */
  readonly outputFormat: FixedPointFormat;
  /** An incoming value is an event when |value| > θ (raw units of `inputFormat`, ≥ 0). */
  readonly eventThresholdRaw: number;
  readonly activationUnit: ActivationTable;
  readonly learningRate: LearningRateFactor;
  /** One non-zero seed per learning lane. */
  readonly laneSeeds: Uint32Array;
  readonly organisation: CoreOrganisation;
  /** Router hops of an event to the next layer's core; 0 in the output layer. */
  readonly outputHops: number;
  /** Router hops of the label from the chip's input to this core. */
  readonly labelHops: number;
}

/** A network placed on a chip: integers only. `src/mapping` makes it, the engines run it. */
export interface ChipImage {
  readonly classCount: number;
  readonly loss: 'bce' | 'mse';
  readonly rule: RuleSpec;
  readonly numerics: ChipNumerics;
  readonly generator: LfsrSpec;
  /** Values of 0 (or within θ) are delivered too, so that what sparsity saves is a number. */
  readonly isDense: boolean;
  /** Bits of an address event on the router and at the chip's pins. */
  readonly eventBits: number;
  readonly labelBits: number;
  readonly layers: readonly LayerImage[];
}
