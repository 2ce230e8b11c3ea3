import { type Moment, trainingUpdate } from '../../../ledger/access-meter.js';
import type { UpdateHealth } from '../../engine.js';
import type { LearningEngine } from './learning-engine.js';
import type { LearningParts, LearningPath } from './learning-path.js';
import type { RateScale } from './rate-multiplier.js';

/**
 * Learning event by event: the row of each buffered event is read, changed and written back at once.
 *
 * Implements: docs/spec.md §2.6 steps 4 to 6, §4.2.
 */
export class OnlineLearning implements LearningPath {
  readonly #parts: LearningParts;
  readonly #engine: LearningEngine;

  constructor(parts: LearningParts, engine: LearningEngine) {
    this.#parts = parts;
    this.#engine = engine;
  }

  scaleRate(scale: RateScale): void {
    this.#engine.scaleRate(scale);
  }

  learn(deltaZ: readonly bigint[]): void {
    const { eventBuffer, synapses, biases } = this.#parts;
    const scaled = this.#engine.scale(deltaZ);
    for (const event of eventBuffer.read(trainingUpdate)) {
      const row = synapses.readRow(event.axon, trainingUpdate);
      const updatedRow = this.#engine.updateRow(row, event, scaled);
      synapses.writeRow(event.axon, updatedRow, trainingUpdate);
    }
    if (biases === null) return;
    const stored = biases.read(trainingUpdate);
    biases.write(this.#engine.updateBiases(stored, scaled), trainingUpdate);
  }

  rowFor(axon: number, moment: Moment): readonly bigint[] {
    return this.#parts.synapses.readRow(axon, moment);
  }

  finishRows(): void {
    // Every row has been changed already.
  }

  step(): void {
    // Every sample has been learned from already.
  }

  health(): UpdateHealth {
    return this.#engine.health();
  }

  stepState(): null {
    return null;
  }
}
