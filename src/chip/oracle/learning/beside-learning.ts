import { type Moment, trainingUpdate } from '../../../ledger/access-meter.js';
import type { UpdateHealth } from '../../engine.js';
import type { AddressEvent } from '../units/address-event.js';
import type { LearningEngine } from './learning-engine.js';
import type { LearningParts, LearningPath } from './learning-path.js';

/** What is still to be done for a sample. */
interface WaitingRows {
  /** Ascending. */
  readonly events: readonly AddressEvent[];
  /** So many of the events have changed their rows. */
  changedCount: number;
  /** η·δz, shape (neuronCount). */
  readonly scaled: readonly bigint[];
  readonly trainingOrdinal: number | null;
}

/**
 * Learning beside the forward pass of the next sample: biases change at once, rows one after the other while that pass goes on;
 * a row that it visits has been changed before.
 *
 * Implements: docs/spec.md §5.1 (beside), §2.6 steps 4 to 6. Not modelled: which rows are changed when.
 */
export class BesideLearning implements LearningPath {
  readonly #parts: LearningParts;
  readonly #engine: LearningEngine;
  #waiting: WaitingRows | null = null;

  constructor(parts: LearningParts, engine: LearningEngine) {
    this.#parts = parts;
    this.#engine = engine;
  }

  learn(deltaZ: readonly bigint[]): void {
    const { eventBuffer, biases, checks } = this.#parts;
    const scaled = this.#engine.scale(deltaZ);
    const events = eventBuffer.read(trainingUpdate);
    const { trainingOrdinal } = checks.weight;
    this.#waiting = { events, changedCount: 0, scaled, trainingOrdinal };
    if (biases === null) return;
    const stored = biases.read(trainingUpdate);
    biases.write(this.#engine.updateBiases(stored, scaled), trainingUpdate);
  }

  rowFor(axon: number, moment: Moment): readonly bigint[] {
    this.#changeRowsUpTo(axon);
    return this.#parts.synapses.readRow(axon, moment);
  }

  finishRows(): void {
    this.#changeRowsUpTo(Infinity);
    this.#waiting = null;
  }

  step(): void {
    // Every sample is learned from by itself.
  }

  health(): UpdateHealth {
    return this.#engine.health();
  }

  stepState(): null {
    return null;
  }

  #changeRowsUpTo(axon: number): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    const { synapses, checks } = this.#parts;
    for (;;) {
      const event = waiting.events[waiting.changedCount];
      if (event === undefined || event.axon > axon) return;
      const row = synapses.readRow(event.axon, trainingUpdate);
      const changed = checks.weight.ofSample(waiting.trainingOrdinal, () =>
        this.#engine.updateRow(row, event, waiting.scaled),
      );
      synapses.writeRow(event.axon, changed, trainingUpdate);
      waiting.changedCount += 1;
    }
  }
}
