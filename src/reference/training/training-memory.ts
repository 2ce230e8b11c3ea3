import type { DelayedErrorMemory } from './delayed-error.js';
import type { LearnedValues } from './learned-tensor.js';
import type { LearningRateMemory } from './learning-rate.js';
import type { PlateauMemory } from './plateau.js';

/** What the upkeep of B remembers between two epochs. */
export interface FeedbackMemory {
  /** B of each layer before gating; null: it has none. */
  readonly ungated: readonly (Float32Array | null)[];
  readonly isOnPlateau: boolean;
  readonly plateau: PlateauMemory | null;
  /** Open units of each gate, in the order of the layers that are gated. */
  readonly openUnits: readonly (readonly boolean[])[];
}

/** What a layer has learned, and B as its last epoch used it. */
export interface LayerMemory {
  readonly weights: LearnedValues;
  readonly biases: LearnedValues;
  readonly feedback: Float32Array | null;
}

/** All that changes while a job is trained, between two epochs, as plain data: a training goes on from it to the same bits. */
export interface TrainingMemory {
  readonly layers: readonly LayerMemory[];
  readonly learningRate: LearningRateMemory;
  readonly upkeep: FeedbackMemory;
  readonly delayed: DelayedErrorMemory | null;
}
