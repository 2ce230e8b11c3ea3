import type { ChipDefpVariant } from '../../network/defp-variants.js';
import { type CoreMemory } from '../../ledger/components.js';
import type { FixedPointFormat } from '../../numerics/format.js';
import type { LearningRateFactor } from '../../numerics/learning-rate.js';
import type { LfsrSpec } from '../../numerics/lfsr.js';
import type {
  DeterministicRoundingMode,
  OverflowMode,
  RoundingMode,
} from '../../numerics/modes.js';
import type { ActivationTable, TabulatedFunction } from '../../numerics/function-table.js';
import type { MapShape } from '../../network/convolution.js';
import type { DelayedErrorRule, RuleName } from '../../network/rule-facts.js';
import type { LayerSpan } from '../../network/topology.js';
import type { UpdateSchedule, WriteBanks } from '../../time/update-schedule.js';

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
  'gradient',
  'momentum',
  'secondMoment',
] as const;
/** Name of a kind of value that has a format of its own. */
export type TensorName = (typeof tensorNames)[number];

/** One value for each tensor. */
export function everyTensor<Value>(
  valueOf: (tensor: TensorName) => Value,
): Record<TensorName, Value> {
  return Object.fromEntries(tensorNames.map((tensor) => [tensor, valueOf(tensor)])) as Record<
    TensorName,
    Value
  >;
}

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
export type RuleSpec = { readonly kind: Exclude<RuleName, DelayedErrorRule> } | DefpSpec;

/** Delayed-error projection: which error is kept, and the memory that keeps it. */
export interface DefpSpec {
  readonly kind: DelayedErrorRule;
  readonly variant: ChipDefpVariant;
  /** n of the average by shifts (`movingAverage`, `movingRate`); absent: 0. */
  readonly averageShift?: number;
  /** Training samples that have a word (variants with one value in all: none has). */
  readonly sampleCount: number;
  readonly wordBits: number;
  /** Pd: whole delayed errors in a word; one of them is used but by `fullVector`. */
  readonly delayedErrorsPerWord: number;
}

/** How a step makes new weights of gradients (docs/spec.md §2.11); decays are 16-bit fractions, 0.9 = 58982. */
export type OptimizerSpec =
  | { readonly kind: 'sgd' }
  | { readonly kind: 'momentum'; readonly decayRaw: number; readonly isNesterov: boolean }
  | { readonly kind: 'rmsprop'; readonly decayRaw: number; readonly epsilonRaw: number }
  | {
      readonly kind: 'adam';
      readonly firstDecayRaw: number;
      readonly secondDecayRaw: number;
      readonly epsilonRaw: number;
    };

/** How a layer's f is computed (docs/spec.md §2.8, §2.12). */
export type ActivationUnitImage =
  | ActivationTable
  | { readonly kind: 'linear'; readonly function: 'relu' | 'none' }
  /** Correctly rounded; only in an image that `isExact`. */
  | { readonly kind: 'exact'; readonly function: TabulatedFunction };

/** Geometry of a CONV layer with its 2×2 max pooling (docs/spec.md §2.10). */
export interface ConvolutionImage {
  readonly inputShape: MapShape;
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;
  /** Of z and h, before pooling. */
  readonly mapShape: MapShape;
  readonly pooledShape: MapShape;
}

/** Organisation of one core's memories and datapath: everything the counts and cycles depend on. */
export interface CoreOrganisation {
  /** Word width of each memory in bits: the `bits` of its ledger rows; 0: the core has no such memory. */
  readonly wordBits: Readonly<Record<CoreMemory, number>>;
  /** Whole values in a word (docs/spec.md §4.1): P, Pa and Ph, Pb, Pf, Pg, Po. */
  readonly weightsPerWord: number;
  readonly accumulatorsPerWord: number;
  readonly outputsPerWord: number;
  readonly biasesPerWord: number;
  readonly feedbacksPerWord: number;
  readonly gradientsPerWord: number;
  /** Weights whose whole optimizer state is in a word. */
  readonly optimizerStatesPerWord: number;
  /** Where partial sums live during the forward pass. */
  readonly accumulate: 'registers' | 'memory';
  /** A word is written back only if a weight in it changed. */
  readonly hasWordWriteGating: boolean;
  readonly forwardLaneCount: number;
  readonly learningLaneCount: number;
  readonly activationLaneCount: number;
  readonly pipelineDepthCycles: number;
  /** E: cycles to fetch an event, before its row is read in the forward pass. */
  readonly eventOverheadCycles: number;
  /** 1: read and write share a port and take two cycles; 2: they overlap. */
  readonly portCount: 1 | 2;
  readonly updateSchedule: UpdateSchedule;
  readonly writeBanks: WriteBanks;
}

/** One core's share of a layer that spans cores (docs/spec.md §7). */
export interface LayerPart {
  readonly core: number;
  readonly neuronPart: number;
  /** 0: the home of its neuron part, which has biases, h, feedback and δz. */
  readonly axonPart: number;
  /** Columns of the layer that it has. */
  readonly firstColumn: number;
  readonly columnCount: number;
  /** Inputs of the layer whose events it takes; of a CONV layer whole channels. */
  readonly firstAxon: number;
  readonly axonCount: number;
  /** One non-zero seed per learning lane of this core. */
  readonly laneSeeds: Uint32Array;
  /** Router hops of an event of this home to each core of the next layer; empty in the output layer and elsewhere. */
  readonly outputHops: readonly number[];
  readonly labelHops: number;
  /** Router hops to its home; of a home of the output layer to the first one of them, of any other home 0. */
  readonly homeHops: number;
}

/**
 * One layer as its core holds it. Fully connected: rows are axons, columns neurons. CONV: rows are (channel in, kernel
 * row, kernel column), columns channels out.
 */
export interface LayerImage {
  /** 1…k. */
  readonly layer: number;
  readonly core: number;
  /**
   * Null: the whole layer is on `core`. Else its parts in the order (neuron part, axon part), and `core`, `laneSeeds`,
   * `outputHops` and `labelHops` are those of the first.
   */
  readonly parts: readonly LayerPart[] | null;
  /** The equal layers of the whole network that it stands for, in an estimate; absent: itself alone. */
  readonly span?: LayerSpan;
  readonly isOutput: boolean;
  /** Null: fully connected. */
  readonly convolution: ConvolutionImage | null;
  readonly inputCount: number;
  /** Values of z and h; CONV: before pooling, numbered (channel, row, column). */
  readonly neuronCount: number;
  /** Shape (rowCount × columnCount) of layer-geometry.ts, row-major; fully connected (inputCount × neuronCount). */
  readonly weightsRaw: Int32Array;
  /** Shape (columnCount). */
  readonly biasesRaw: Int32Array;
  /** A layer that is not trainable keeps its weights and biases. */
  readonly isTrainable: boolean;
  /**
   * B_i, shape (classCount × neuronCount), row = class; for `fa` that of the next layer's weights. Null in the output
   * layer, and for the rules `bp` and `shallow`.
   */
  readonly feedbackRaw: Int32Array | null;
  /** Format of the incoming event values: `input` in layer 1, else `activation`. */
  readonly inputFormat: FixedPointFormat;
  /** Format of h: `activation`, in the output layer `output`. */
  readonly outputFormat: FixedPointFormat;
  /** An incoming value is an event when |value| > θ (raw units of `inputFormat`, ≥ 0). */
  readonly eventThresholdRaw: number;
  readonly activationUnit: ActivationUnitImage;
  /** η; in rules and layers that `lossReduction: mean` concerns, with its factor (docs/spec.md §2.9), but for rmsprop and adam. */
  readonly learningRate: LearningRateFactor;
  /** Factor on the gradient, rmsprop and adam only: 1 (shift 0) unless `lossReduction: mean` concerns the layer. */
  readonly gradientScale: LearningRateFactor;
  /** One non-zero seed per learning lane. */
  readonly laneSeeds: Uint32Array;
  readonly organisation: CoreOrganisation;
  /** Router hops of an event to the next layer's core; 0 in the output layer. */
  readonly outputHops: number;
  /** Router hops of the label from the chip's input to this core. */
  readonly labelHops: number;
}

/** Training samples that are not learned from: those whose |e| is below the threshold at every output (docs/spec.md §2.15). */
export interface UpdateSkip {
  /** T, a whole number from 1, in raw units of e. */
  readonly thresholdRaw: number;
}

/** A network placed on a chip: integers only. `src/mapping` makes it, the engines run it. */
export interface ChipImage {
  readonly classCount: number;
  readonly loss: 'bce' | 'mse' | 'ce';
  readonly rule: RuleSpec;
  readonly optimizer: OptimizerSpec;
  /** Training samples to a step (docs/spec.md §2.11). */
  readonly batchSize: number;
  /** Absent or null: every training sample is learned from. */
  readonly updateSkip?: UpdateSkip | null;
  /** Columns of B of silent relu units are 0 for the next epoch, or for good (docs/spec.md §2.16); absent or null: of none. */
  readonly dyingReluGate?: 'epoch' | 'permanent' | null;
  /** B is read from a memory, or made anew by a generator whenever it is needed (docs/spec.md §2.14). */
  readonly feedbackSource: 'memory' | 'generator';
  /**
   * Wide witness: activation functions correctly rounded and no limits of width (docs/spec.md §2.12). Only the oracle
   * runs it.
   */
  readonly isExact: boolean;
  readonly numerics: ChipNumerics;
  readonly generator: LfsrSpec;
  /** Values of 0 (or within θ) are delivered too, so that what sparsity saves is a number. */
  readonly isDense: boolean;
  /** Bits of an address event on the router and at the chip's pins. */
  readonly eventBits: number;
  readonly labelBits: number;
  readonly layers: readonly LayerImage[];
}
