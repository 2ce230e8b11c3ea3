import type { FeedbackUpdate, LearnedState } from '../../../chip/engine.js';
import type { FastEngineCheckpoint } from '../../../chip/fast/fast-engine.js';
import type { ChipImage } from '../../../chip/image/chip-image.js';
import type { RunActivity } from '../../../chip/image/activity.js';
import type { EnergyBand } from '../../../ledger/priced-ledger.js';
import type { InputEncoder } from '../../../mapping/input/input-encoder.js';
import type { LayerAlignment } from '../../../reference/reference-job.js';
import type { CheckpointFile } from '../../output/checkpoint.js';
import type { TensorDeviation } from '../../replay/tensor-deviation.js';
import type { Judge } from '../evaluate-chip.js';
import type { TrainingState } from '../training-state.js';

/** What the image of an epoch depends on. */
export interface EpochSetting {
  readonly learningRate: number;
  readonly frozenLayers: readonly number[];
}

/** Chip, data, schedule and callbacks of a training. */
export interface TrainingPlan {
  /** A chip that has learned nothing yet, with this η and these layers frozen. */
  readonly imageOf: (setting: EpochSetting) => ChipImage;
  /** Layers that keep their weights in an epoch, 1, 2, …, beside those that never learn. */
  readonly frozenIn: (epoch: number) => readonly number[];
  /** η of the epoch after epochs with these training errors, per cent. */
  readonly learningRateAfter: (trainErrorPercents: readonly number[]) => number;
  /** How often B has been changed by the time of the epoch after epochs with these training errors, per cent. */
  readonly feedbackUpdatesDue: (trainErrorPercents: readonly number[]) => number;
  /** How B changes for an epoch, 2, 3, … */
  readonly feedbackUpdateOf: (epoch: number) => FeedbackUpdate;
  readonly judge: Judge;
  readonly train: { readonly encoder: InputEncoder; readonly sampleCount: number };
  readonly test: { readonly encoder: InputEncoder; readonly sampleCount: number };
  /** Training samples, the first ones, that are judged again after each epoch, with an encoder of their own. */
  readonly judged: { readonly encoder: InputEncoder; readonly sampleCount: number };
  readonly epochs: number;
  readonly seed: number;
  readonly isShuffled: boolean;
  /** Rule defp with init `measure`: a pass that keeps delayed errors and updates nothing comes first. */
  readonly isMeasuredFirst: boolean;
  readonly checkpoint: CheckpointFile<TrainingState>;
  /** Priced energy of all training so far. */
  readonly trainingEnergy: (training: readonly RunActivity[]) => EnergyBand;
  /** How well the errors of the chip's rule point with what it has learned; null: not measured. */
  readonly alignmentOf: ((state: LearnedState) => Promise<readonly LayerAlignment[]>) | null;
  /** How far it is from float arithmetic at a moment of its training; null: not measured. */
  readonly lockstepOf:
    ((checkpoint: FastEngineCheckpoint) => Promise<readonly TensorDeviation[]>) | null;
  readonly onProgress: (
    samplesDone: number,
    samplesTotal: number,
    samplesPerSecond: number,
  ) => void;
  readonly onWarning: (sentence: string) => void;
  readonly signal: AbortSignal;
}
