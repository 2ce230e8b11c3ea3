import type { Moment } from '../../../ledger/access-meter.js';
import type { BiasMemory } from '../memories/bias-memory.js';
import type { LayerImage } from '../../image/chip-image.js';
import type { UpdateHealth } from '../../engine.js';
import type { EventBuffer } from '../memories/event-buffer.js';
import type { RateScale } from './rate-multiplier.js';
import type { RandomLanes } from './random-lanes.js';
import type { SynapseArray } from '../memories/synapse-array.js';
import type { TensorChecks } from '../units/tensor-check.js';
import type { Wiring } from '../core/wiring.js';

/** What a layer that learns in steps keeps between samples, as in `LearnedState`. */
export interface StepState {
  readonly gradientsRaw: Int32Array;
  readonly momentaRaw: Int32Array | null;
  readonly secondMomentsRaw: Int32Array | null;
}

/** How a core learns from δz: event by event (docs/spec.md §2.6), at once or later (§5.1), or in steps (§2.11). */
export interface LearningPath {
  /** A row of weights for the forward pass of a training sample, with what waited to change it; axons come ascending. */
  rowFor(row: number, moment: Moment): readonly bigint[];
  /** Changes all rows that still wait. */
  finishRows(): void;
  /** Before a training sample whose delayed error scales η (docs/spec.md §2.9, movingRate). */
  scaleRate(scale: RateScale): void;
  /** Takes the sample in the event buffer into account; δz, shape (neuronCount), raw in delta. */
  learn(deltaZ: readonly bigint[]): void;
  /** After the last sample of a batch. */
  step(): void;
  health(): UpdateHealth;
  /** Null where nothing is kept. */
  stepState(): StepState | null;
}

/** The parts of a core that learning reads and writes. */
export interface LearningParts {
  readonly layer: LayerImage;
  readonly wiring: Wiring;
  readonly synapses: SynapseArray;
  /** Null: the biases of these neurons are in another core, their home (docs/spec.md §7). */
  readonly biases: BiasMemory | null;
  readonly eventBuffer: EventBuffer;
  readonly randomLanes: RandomLanes;
  readonly checks: TensorChecks;
}
