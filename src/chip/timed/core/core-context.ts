import type { ChipImage } from '../../image/chip-image.js';
import type { StepArithmetic } from '../../engine.js';
import type { ChipServices } from '../chip-services.js';
import type { TimedDelayedErrorMemory } from '../delayed-error-memory.js';
import type { TimeRecord } from '../engine/time-record.js';

/** What the cores of a layer can be told to do; firmware and the hardwired controller tell it the same. */
export type CoreCommand = 'forward' | 'readout' | 'feedback' | 'update';

/** What all cores of a chip share. */
export interface CoreContext {
  readonly image: ChipImage;
  readonly services: ChipServices;
  readonly record: TimeRecord;
  /** The arithmetic, called when a pass completes (docs/spec.md §8). */
  readonly steps: StepArithmetic;
  /** Null for all rules but defp. */
  readonly delayedErrors: TimedDelayedErrorMemory | null;
  /** Words of every event buffer; null: as many as the core has axons. */
  readonly eventBufferDepth: number | null;
  readonly synapseBankCount: number;
}
