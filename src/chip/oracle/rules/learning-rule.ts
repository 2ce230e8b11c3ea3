import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { Moment, Place } from '../../../ledger/access-meter.js';
import type { ChipImage, LayerImage, LayerPart } from '../../image/chip-image.js';
import type { LearnedState } from '../../engine.js';
import type { SoftmaxUnit } from '../units/softmax-unit.js';
import type { TensorChecks } from '../units/tensor-check.js';
import type { Wiring } from '../core/wiring.js';
import type { ErrorSource } from './error-source.js';
import type { FeedbackMemory } from '../memories/feedback-memory.js';

/** A training sample, as the rules know it. */
export interface TrainingSample {
  readonly label: number;
  /** Its place in the training set. */
  readonly index: number;
}

/** e of the sample in flight, kept at the output for the hidden layers: rules dfa and sdfa. */
export interface OutputErrors {
  /** Once a sample, after the forward pass; y, shape (classCount). */
  latch(label: number, outputsRaw: readonly bigint[]): void;
}

/** Errors of the samples' last visits: rule defp. */
export interface DelayedErrors {
  /** Before the forward pass: fetches d of the sample. */
  begin(sample: TrainingSample): void;
  /** d, shape (1), for the full vector (classCount); raw in delayedError. */
  current(): readonly bigint[];
  /** After the forward pass: keeps what the sample errs now; y, shape (classCount). */
  finish(sample: TrainingSample, outputsRaw: readonly bigint[]): void;
  endEpoch(): void;
  contents(): NonNullable<LearnedState['delayedErrors']>;
}

/** What a layer shows to a home of the layer below it: of its inputs only those that come from there. */
export interface LayerAbove {
  readonly wiring: Wiring;
  readonly inputCount: number;
  /** δz of the sample in flight, shape (neurons of that layer), raw in delta. */
  deltaZ(): readonly bigint[];
  /** One row of its weights; booked where they lie. */
  readSynapseRow(row: number, moment: Moment): readonly bigint[];
}

/** Constructor arguments of a rule (one instance per chip). */
export interface RuleParts {
  readonly image: ChipImage;
  /** Checks of layer k: the errors made of its outputs are counted there. */
  readonly outputChecks: TensorChecks;
  /** Null but for loss ce. */
  readonly softmax: SoftmaxUnit | null;
  /** Delayed errors to begin with: of a chip that has learned before; null: none. */
  readonly delayedErrors: LearnedState['delayedErrors'];
  readonly ledger: AccessLedger;
  /** Is told of every feedback memory that is made. */
  readonly feedback: { add(hidden: HiddenLayerParts, memory: FeedbackMemory): void };
}

/** Constructor arguments of the error source of one home of a hidden layer. */
export interface HiddenLayerParts {
  /** The home's part as a layer of its own. */
  readonly layer: LayerImage;
  readonly home: LayerPart;
  readonly place: Place;
  readonly above: LayerAbove;
}

/** A learning rule on one chip. */
export interface LearningRule {
  /** Null but for dfa and sdfa. */
  readonly outputErrors: OutputErrors | null;
  /** Null but for defp. */
  readonly delayedErrors: DelayedErrors | null;
  /** The error source of one home of a hidden layer; null where hidden layers do not learn. */
  readonly makeErrorSource: ((parts: HiddenLayerParts) => ErrorSource) | null;
}
