import type { LayerImage } from '../../image/chip-image.js';
import { trainingUpdate } from '../../../ledger/access-meter.js';
import type { RowChange } from './row-change.js';
import type { SynapseArrayPort } from './synapse-array-port.js';

/**
 * The half of a core's event buffer that holds the sample before, with schedule fused: rows that are changed when the forward
 * pass in flight visits them, or comes past them, or by a flush.
 *
 * Implements: docs/spec.md §5.1, §4.2 (phase update). Invariant: every row that is kept is changed once, before the next sample's
 * are kept.
 */
export class WaitingRows {
  /** Cycles of a row that only the update visits, less the wait for its bank. */
  readonly #rowCycles: number;
  readonly #change: RowChange;
  readonly #synapses: SynapseArrayPort;
  readonly #path: string;
  /** Per axon 0: its row does not wait; 1: it does, for an event of value 0; 2: of another value. */
  readonly #states: Uint8Array;
  /** Kept axons, ascending once they are used, and how many of them have been passed. */
  #axons: number[] = [];
  #passedCount = 0;
  #isSorted = true;
  #isOpen = false;

  /** `layer`: the part as a layer of its own. */
  constructor(layer: LayerImage, rowCycles: number, change: RowChange, synapses: SynapseArrayPort) {
    this.#path = `core ${layer.core} (layer ${layer.layer})`;
    this.#rowCycles = rowCycles;
    this.#change = change;
    this.#synapses = synapses;
    this.#states = new Uint8Array(layer.inputCount);
  }

  /** Whether a sample waits, if only without rows. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** @throws RangeError while rows of the sample before still wait. */
  open(): void {
    if (this.next(this.#states.length) !== null) {
      throw new RangeError(
        `${this.#path}: a sample is to be kept while rows of the one before wait for their update; visit them first`,
      );
    }
    this.#axons = [];
    this.#passedCount = 0;
    this.#isOpen = true;
  }

  keep(axon: number, isZero: boolean): void {
    this.#axons.push(axon);
    this.#states[axon] = isZero ? 1 : 2;
    this.#isSorted = false;
  }

  close(): void {
    this.#isOpen = false;
  }

  has(axon: number): boolean {
    return this.#states[axon] !== 0;
  }

  /** The lowest axon below another whose row waits; null: none. */
  next(belowAxon: number): number | null {
    if (!this.#isSorted) {
      this.#axons.sort((left, right) => left - right);
      this.#isSorted = true;
    }
    for (;;) {
      const axon = this.#axons[this.#passedCount];
      if (axon === undefined || axon >= belowAxon) return null;
      if (this.has(axon)) return axon;
      this.#passedCount += 1;
    }
  }

  /** Books the change of a row that the forward pass has read. */
  change(axon: number): void {
    this.#change.book(this.#states[axon] === 2);
    this.#states[axon] = 0;
  }

  /** Visits a row for its update alone, from tick `from` on; returns the tick at which it is done. */
  visit(axon: number, from: number): number {
    this.change(axon);
    return this.#synapses.rewrite(axon, from, trainingUpdate) + this.#rowCycles;
  }
}
