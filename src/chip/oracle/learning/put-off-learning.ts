import { type Moment, trainingUpdate } from '../../../ledger/access-meter.js';
import type { AddressEvent } from '../units/address-event.js';
import type { UpdateHealth } from '../../engine.js';
import type { LearningEngine } from './learning-engine.js';
import type { LearningParts, LearningPath } from './learning-path.js';
import type { RateScale } from './rate-multiplier.js';

/** What is still to be done for a sample. */
interface WaitingUpdate {
  /** Ascending. */
  readonly events: readonly AddressEvent[];
  /** Number of events whose rows have changed. */
  changedCount: number;
  /** η·δz, shape (neuronCount). */
  readonly scaled: readonly bigint[];
  readonly trainingOrdinal: number | null;
}

/**
 * Learning while the next sample goes forward: biases change at once, a row before that sample uses it, and all rows in the order
 * of their axons. With schedule fused a row that the sample visits is read once, for both; rows that it does not visit are
 * visited in between. With schedule beside the update reads its rows itself. Not modelled: which rows it changes when.
 *
 * Implements: docs/spec.md §5.1 (beside, fused), §2.6 steps 4 to 6.
 */
export class PutOffLearning implements LearningPath {
  readonly #parts: LearningParts;
  readonly #engine: LearningEngine;
  readonly #sharesVisits: boolean;
  #waiting: WaitingUpdate | null = null;

  /** `sharesVisits`: schedule fused. */
  constructor(parts: LearningParts, engine: LearningEngine, sharesVisits: boolean) {
    this.#parts = parts;
    this.#engine = engine;
    this.#sharesVisits = sharesVisits;
  }

  scaleRate(scale: RateScale): void {
    this.#engine.scaleRate(scale);
  }

  learn(deltaZ: readonly bigint[]): void {
    const { eventBuffer, biases, checks } = this.#parts;
    const scaled = this.#engine.scale(deltaZ);
    const { trainingOrdinal } = checks.weight;
    const events = eventBuffer.read(trainingUpdate);
    this.#waiting = { events, changedCount: 0, scaled, trainingOrdinal };
    if (biases === null) return;
    const stored = biases.read(trainingUpdate);
    biases.write(this.#engine.updateBiases(stored, scaled), trainingUpdate);
  }

  rowFor(axon: number, moment: Moment): readonly bigint[] {
    const { synapses } = this.#parts;
    this.#changeRowsBelow(this.#sharesVisits ? axon : axon + 1);
    const row = synapses.readRow(axon, moment);
    const waiting = this.#waiting;
    const next = waiting?.events[waiting.changedCount];
    return waiting !== null && next?.axon === axon ? this.#change(waiting, next, row) : row;
  }

  finishRows(): void {
    this.#changeRowsBelow(Infinity);
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

  /** Visits the rows that wait below an axon, for the update alone. */
  #changeRowsBelow(axon: number): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    for (;;) {
      const event = waiting.events[waiting.changedCount];
      if (event === undefined || event.axon >= axon) return;
      this.#change(waiting, event, this.#parts.synapses.readRow(event.axon, trainingUpdate));
    }
  }

  /** Changes the row of the first event that waits. */
  #change(waiting: WaitingUpdate, event: AddressEvent, row: readonly bigint[]): readonly bigint[] {
    const { synapses, checks } = this.#parts;
    const changed = checks.weight.ofSample(waiting.trainingOrdinal, () =>
      this.#engine.updateRow(row, event, waiting.scaled),
    );
    synapses.writeRow(event.axon, changed, trainingUpdate);
    waiting.changedCount += 1;
    return changed;
  }
}
