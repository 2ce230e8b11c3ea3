import type { LedgerRow } from '../ledger/ledger-row.js';
import type { RunActivity } from './image/activity.js';
import type { ChipImage, TensorName } from './image/chip-image.js';

/** Consecutive samples, already integers in the `input` format. */
export interface SampleBatch {
  /** Shape (sampleCount × inputCount). */
  readonly inputsRaw: Int32Array;
  /** Shape (sampleCount), classes 0…C−1. */
  readonly labels: Uint8Array;
  /** Places of the samples in the training set, shape (sampleCount): the addresses of their delayed errors. Rule `defp` needs them. */
  readonly sampleIndices?: Uint32Array;
}

/** Kinds of pass, numbered by their place in this list in the compiled engine too. `measuring` runs forward and keeps delayed errors (docs/spec.md §2.9). */
export const passes = ['inference', 'training', 'measuring'] as const;
export type Pass = (typeof passes)[number];

/** How often a tensor left its format, and when first (docs/spec.md §2.3). */
export interface TensorHealth {
  readonly layer: number;
  readonly tensor: TensorName;
  readonly saturationCount: number;
  readonly wrapCount: number;
  /** Ordinal of the first training sample it happened in (0-based); null: only in inference, or never. */
  readonly firstTrainingSample: number | null;
}

/** What became of a layer's weight updates (docs/spec.md §2.7). */
export interface UpdateHealth {
  readonly layer: number;
  /** Weight updates with g·x ≠ 0; of layers that learn in steps, those with u ≠ 0. */
  readonly nonZeroUpdateCount: number;
  /** Those of them that left the stored weight as it was. */
  readonly deadUpdateCount: number;
}

/** Words written in a synapse array, for wear (docs/spec.md §4.4). */
export interface WearFigure {
  readonly layer: number;
  readonly largestWritesPerWord: number;
  readonly totalWrites: number;
  readonly wordCount: number;
}

/** What becomes of B between two epochs (docs/spec.md §2.16). */
export type FeedbackUpdate =
  | {
      readonly kind: 'redrawn';
      /** Per layer, in the shape of `LayerImage.feedbackRaw`; null where the layer keeps no B. */
      readonly feedbackRaw: readonly (Int32Array | null)[];
      /** Per layer: values that did not fit the format. */
      readonly overflowCounts: readonly number[];
    }
  /** B becomes the product of the weights above. */
  | { readonly kind: 'transported' };

/** Learned state: what a checkpoint and a golden vector hold. */
export interface LearnedState {
  /** Per layer, shape (rowCount × columnCount) of layer-geometry.ts. */
  readonly weightsRaw: readonly Int32Array[];
  readonly biasesRaw: readonly Int32Array[];
  /** Per layer, one register a lane. */
  readonly laneStates: readonly Uint32Array[];
  /**
   * Per layer: gradients of the weights, then of the biases, shape (rowCount·columnCount + columnCount); 0 but within a
   * batch. Null where the layer does not learn in steps (docs/spec.md §2.11), as with the two states below.
   */
  readonly gradientsRaw: readonly (Int32Array | null)[];
  /** Velocities (momentum) or first moments (adam), same shape; null where the optimizer has none. */
  readonly momentaRaw: readonly (Int32Array | null)[];
  readonly secondMomentsRaw: readonly (Int32Array | null)[];
  /** Rule `defp`: one value per sample (fullVector: C, aggregated: one in all) and one valid bit per sample (aggregated: one); else null. */
  readonly delayedErrors: { readonly raw: Int32Array; readonly isValid: Uint8Array } | null;
  /** Per layer B as errors meet it, closed columns 0 (docs/spec.md §2.16), in the shape of the image; null where the layer uses none. */
  readonly feedbackRaw: readonly (Int32Array | null)[];
}

/**
 * A chip that trains and infers. Oracle, fast and event-driven engine implement it and agree on every bit, count and health
 * figure (docs/spec.md §3).
 */
export interface ChipEngine {
  /** Trains on the samples in order; returns each sample's outputs before its update, shape (sampleCount × classCount). */
  train(batch: SampleBatch): Int32Array;
  /** Rule `defp` with `init: measure`: runs the samples forward and keeps their delayed errors; returns the outputs. */
  measure(batch: SampleBatch): Int32Array;
  /** Closes an epoch: takes the step of a batch that is not full; rule `defp` aggregated then uses the mean error of it. */
  endEpoch(): void;
  /**
   * Changes B, after `endEpoch` and before the next epoch.
   * @throws RangeError where the chip keeps no B that could be changed so (docs/spec.md §2.16)
   */
  updateFeedback(update: FeedbackUpdate): void;
  /** Runs the samples without learning; returns the outputs, shape (sampleCount × classCount). */
  infer(batch: SampleBatch): Int32Array;
  /** Everything counted since construction (or since the restored checkpoint began), zero rows left out, in canonical order. */
  ledgerRows(): readonly LedgerRow[];
  /** Overflows of each tensor of each layer since construction. */
  tensorHealth(): readonly TensorHealth[];
  /** Weight updates of each layer since construction, and those that changed nothing. */
  updateHealth(): readonly UpdateHealth[];
  /** Words written in each synapse array since construction. */
  wear(): readonly WearFigure[];
  /** Copy of what the chip has learned so far. */
  learnedState(): LearnedState;
}

/** What one layer makes of one training sample, raw, one value per neuron, CONV before pooling, in the order of B. */
export interface NeuronSight {
  /** z in the accumulator format. */
  readonly sumsRaw: Float64Array;
  /** h. */
  readonly outputsRaw: Float64Array;
  /** Null where the layer makes no δz (docs/spec.md §2.9: frozen layers, rule shallow). */
  readonly deltaZRaw: Float64Array | null;
}

/** Ledger rows of measured activity: what an engine that only measures activity is given to fill its ledger. */
export type CountRows = (
  image: ChipImage,
  activities: readonly RunActivity[],
) => readonly LedgerRow[];

/** A sample as single steps know it. */
export interface StepSample {
  readonly pass: Pass;
  readonly label: number;
  /** Ordinal among the training samples; −1 where the sample does not train. */
  readonly trainingOrdinal: number;
}

/**
 * The arithmetic of a sample, one part per call, in whatever order time brings them: those of one layer in the order
 * forward, error, update, layers of several samples mixed. Layers are counted from 0. Books nothing.
 */
export interface StepArithmetic {
  /** h of a layer. `valuesRaw`: what its axons received, 0 where nothing did; shape (inputCount). */
  forward(layer: number, valuesRaw: Int32Array, sample: StepSample): void;
  /** The values that leave a layer, as its last forward pass made them; shape (outputCount), valid until the next one. */
  leaving(layer: number, outputCount: number): Int32Array;
  /** Once per sample, after the forward pass of the last layer; whether it trains and is not learned from (docs/spec.md §2.15). */
  latchOutputs(sample: StepSample): boolean;
  /** δz of a layer; `word`: where the delayed error of the sample lies, as `latchDelayedError` said. */
  error(layer: number, word: number, sample: StepSample): void;
  /** New weights and biases, or gradients, of a layer. */
  update(layer: number, sample: StepSample): void;
  /** The layer's step with this number (0, 1, …; docs/spec.md §2.11). */
  step(layer: number, stepNumber: number, trainingOrdinal: number): void;
  /** Reads the delayed error of a sample into a register (0…layers − 1); returns the word to give to `error`. */
  latchDelayedError(sampleIndex: number, register: number): number;
  /** Keeps the delayed error of the sample whose outputs the last layer holds. */
  keepDelayedError(sampleIndex: number, sample: StepSample): void;
  /** The mean error of the epoch becomes the delayed error of the next, where the rule keeps a mean. */
  endEpoch(): void;
  /** Synapse words that each core of a layer has written in training, in the order of its parts. */
  writtenWordCounts(layer: number): readonly number[];
}

/** A chip without time: the arithmetic of one that moves through time, and what that has learned. */
export interface TimelessChip extends Pick<
  ChipEngine,
  'tensorHealth' | 'updateHealth' | 'wear' | 'learnedState' | 'updateFeedback'
> {
  /** Arithmetic of this chip, in single steps; they change what it has learned. */
  singleSteps(): StepArithmetic;
}
