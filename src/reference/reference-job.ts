import type { FeedbackDraw } from '../network/feedback.js';
import type { LayerParameters } from '../network/parameters.js';
import type { FreezeSpan } from '../network/freeze.js';
import type { NetworkTopology } from '../network/topology.js';
import type { BackendName, BackendRequest } from './backend/backend.js';
import type { DropoutSpec } from './training/dropout.js';
import type { DyingReluGateName } from './training/dying-relu-gate.js';
import type { ScheduleSpec } from './training/learning-rate.js';
import type { LossName, LossReduction } from './loss.js';
import type { OptimizerName } from './optimizers/optimizers.js';
import type { RuleSpec } from './rules/rules.js';
import type { ReferenceSamples } from './samples.js';
import type { TrainingMemory } from './training/training-memory.js';

/** How B is drawn anew: everything of `FeedbackDraw` but the shape, which the rule gives. */
type RedrawSpec = Omit<FeedbackDraw, 'kind'>;

/** What becomes of B over the epochs; the first epoch's is in `initial`, unless it is transported. */
export type FeedbackPolicy =
  | { readonly kind: 'fixed' }
  /** Drawn again before epochs n + 1, 2n + 1, … */
  | {
      readonly kind: 'redrawn';
      readonly everyEpochs: number;
      readonly draw: RedrawSpec;
      readonly seed: number;
    }
  /** Drawn again when the training loss has not fallen for more than `patience` epochs. */
  | {
      readonly kind: 'redrawnOnPlateau';
      readonly patience: number;
      readonly draw: RedrawSpec;
      readonly seed: number;
    }
  /** Set to W_k·…·W_{i+1} (FA: W_{i+1}) before epochs 1, n + 1, … */
  | { readonly kind: 'transported'; readonly everyEpochs: number };

/** What of a training is plain unless a thesis experiment says otherwise. */
interface TrainingExtras {
  readonly optimizer: OptimizerName;
  readonly schedule: ScheduleSpec;
  readonly feedback: FeedbackPolicy;
  readonly dyingReluGate: DyingReluGateName;
  /** x: samples whose |error| stays below it at every output are not learned from; null: all are. */
  readonly skipBelow: number | null;
  readonly dropout: DropoutSpec;
  /** Layers 1…k whose parameters stay as they are. */
  readonly frozenLayers: readonly number[];
  /** Epochs in which more layers do; absent: none. */
  readonly freeze?: readonly FreezeSpan[];
  /** Test samples, the first ones, on which the alignment is measured after every epoch, at most all; 0 measures none. */
  readonly probeSampleCount: number;
  /** Training samples, the first ones, that are judged again after every epoch, at most all; 0 judges none. */
  readonly judgedSampleCount: number;
}

/** SGD with a constant rate, fixed B, nothing gated, skipped, dropped, frozen or probed. */
export const plainTraining: TrainingExtras = {
  optimizer: 'sgd',
  schedule: { name: 'constant' },
  feedback: { kind: 'fixed' },
  dyingReluGate: 'none',
  skipBelow: null,
  dropout: { rate: 0, seed: 0 },
  frozenLayers: [],
  probeSampleCount: 0,
  judgedSampleCount: 0,
};

/** One training of the float reference, fully stated. */
export interface ReferenceJob extends TrainingExtras {
  readonly topology: NetworkTopology;
  readonly initial: readonly LayerParameters[];
  readonly rule: RuleSpec;
  readonly loss: LossName;
  /** `mean` divides the output's δz by batch·C (CE: batch), as the original codes do; hidden δh is never divided. */
  readonly lossReduction: LossReduction;
  /** η of the first epoch. */
  readonly learningRate: number;
  readonly epochs: number;
  /** Samples to one update; 1 is online learning. The last batch of an epoch may be smaller. */
  readonly batch: number;
  /** Training samples of epoch 1, 2, … in the order in which they are shown; in each epoch as many. */
  readonly orders: (epoch: number) => Uint32Array;
  readonly train: ReferenceSamples;
  readonly test: ReferenceSamples;
  readonly backend: BackendRequest;
}

/** How far the errors of a hidden layer point away from back-propagation's. */
export interface LayerAlignment {
  /** 1…k − 1. */
  readonly layer: number;
  /** Mean over the samples of the angle between the rule's δh and BP's, 0…180; null: no sample has one. */
  readonly degrees: number | null;
  /** Samples in the mean; those where either δh is 0 (or not finite) are left out. */
  readonly sampleCount: number;
}

/** Error of samples, per cent, and their mean J, summed over the classes. */
export interface JudgedSamples {
  readonly errorPercent: number;
  /** Null where it is no finite number. */
  readonly loss: number | null;
}

/** Errors after one epoch, per cent, and how well its errors point. */
export interface ReferenceEpoch {
  readonly epoch: number;
  readonly testErrorPercent: number;
  /** Online: each sample is judged before the update it takes part in. */
  readonly trainErrorPercent: number;
  /** Training samples that were not learned from; absent where all are (`skipBelow` null). */
  readonly skippedSampleCount?: number;
  /** Mean J of the test samples, summed over the classes; null where it is no finite number. */
  readonly testLoss: number | null;
  /** Of the first `judgedSampleCount` training samples with the weights after the epoch; null where that is 0. */
  readonly trainAfter: JudgedSamples | null;
  /** One entry a hidden layer, on the first `probeSampleCount` test samples; empty where that is 0. */
  readonly alignment: readonly LayerAlignment[];
}

/** One update step, as the golden cases record it. */
export interface ReferenceStep {
  /** Before the update, reduced as `lossReduction` says. */
  readonly loss: number;
  /** Before the update, shape (samples of the step × classCount). */
  readonly outputs: Float32Array;
}

/** What a caller may listen to. */
export interface ReferenceCallbacks {
  /** Training samples shown so far, of all that will be. */
  readonly progress?: (samplesDone: number, samplesTotal: number) => void;
  readonly epoch?: (record: ReferenceEpoch) => void;
  readonly step?: (step: ReferenceStep) => void;
  /** After every epoch; `take` copies all that the training goes on from. The next epoch waits. */
  readonly checkpoint?: (take: () => Promise<ReferenceCheckpoint>) => Promise<void>;
}

/** Where a training stands between two epochs. */
export interface ReferenceCheckpoint {
  readonly backend: BackendName;
  readonly epochs: readonly ReferenceEpoch[];
  readonly memory: TrainingMemory;
}

export interface ReferenceResult {
  readonly backend: BackendName;
  /** Up to the epoch before the one in which it diverged. */
  readonly epochs: readonly ReferenceEpoch[];
  /** The epoch after which a weight, a bias or the mean training loss was no finite number, where training ends; else null. */
  readonly divergedInEpoch: number | null;
  /** After the last epoch 1 for each test sample that is wrong, else 0; null where it diverged. */
  readonly testWrong: Uint8Array | null;
  /** After the last step; B as the last epoch used it. */
  readonly parameters: readonly LayerParameters[];
  /** DEFP: what each training sample's last visit left (sampleCount × classCount), `aggregated`: the mean; else null. */
  readonly delayed: Float32Array | null;
}
