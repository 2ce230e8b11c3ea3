import type { RunActivity } from '../../chip/image/activity.js';
import type { LearnedState, TensorHealth, UpdateHealth, WearFigure } from '../../chip/engine.js';
import type { EnginePathCount } from '../../chip/fast/layout/engine-paths.js';
import type { EnergySpread } from '../record/cost-schema.js';
import type { ScheduleRecord } from '../record/result-record.js';
import type { ScheduleVariant } from '../file/schedule-variants.js';
import type { ReferenceOutcome } from '../reference/reference-outcome.js';
import type { TensorDeviation } from '../replay/tensor-deviation.js';
import type { TrainingOutcome } from './chip-training.js';

/** What a run measured. */
export interface Measured {
  readonly training: TrainingOutcome;
  readonly reference: ReferenceOutcome | null;
  /** The one that saw the inputs as the chip does; null: not asked for. */
  readonly encodedReference: ReferenceOutcome | null;
  /** Of all runs since the chip was set up, every evaluation among them. */
  readonly activities: readonly RunActivity[];
  readonly tensorHealth: readonly TensorHealth[];
  readonly updateHealth: readonly UpdateHealth[];
  /** Empty where there is no reference. */
  readonly deviations: readonly TensorDeviation[];
  readonly wear: readonly WearFigure[];
  /** Which loops of the engine did the work. */
  readonly paths: readonly EnginePathCount[];
  /** What the chip holds at the end of training. */
  readonly learned: LearnedState;
  readonly inputOverflowCount: number;
  /** Null where the network is too large. */
  readonly schedule: ScheduleRecord | null;
  /** The chip with every schedule of the update, as its file was when the run began. */
  readonly variants: readonly ScheduleVariant[];
  /** Energies of single samples. */
  readonly energySpread: EnergySpread;
  readonly wallSeconds: number;
}
