import { trainingUpdate } from '../../../ledger/access-meter.js';
import type { LayerImage } from '../../image/chip-image.js';
import type { RowChange } from './row-change.js';
import type { SynapseArrayPort } from './synapse-array-port.js';

/**
 * The half of a core's event buffer that holds the sample before, with schedule beside: rows that change one after the other from
 * the moment on in which the next forward pass begins, or by a flush.
 *
 * Implements: docs/spec.md §5.1 (beside), §4.2 (phase update). The update has a port of the synapse array, or a bank, of its own.
 */
export class BesideRows {
  readonly #rowCycles: number;
  readonly #change: RowChange;
  readonly #synapses: SynapseArrayPort;
  readonly #path: string;
  /** Per axon: from which tick on its row is as the update leaves it. */
  readonly #doneTicks: Float64Array;
  /** Ascending once they are used: the buffer's events come in the order of time. */
  #rows: { readonly axon: number; readonly isZero: boolean }[] = [];
  #isOpen = false;
  #busyCycles = 0;
  #lastTick = 0;

  /** `layer`: the part as a layer of its own; `rowCycles`: of one row. */
  constructor(layer: LayerImage, rowCycles: number, change: RowChange, synapses: SynapseArrayPort) {
    this.#path = `core ${layer.core} (layer ${layer.layer})`;
    this.#rowCycles = rowCycles;
    this.#change = change;
    this.#synapses = synapses;
    this.#doneTicks = new Float64Array(layer.inputCount);
  }

  /** Whether a sample waits, if only without rows. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Cycles of the rows that were begun last. */
  get busyCycles(): number {
    return this.#busyCycles;
  }

  /** The tick at which the last of them is done. */
  get lastTick(): number {
    return this.#lastTick;
  }

  /** @throws RangeError while a sample still waits. */
  open(): void {
    if (this.#isOpen) {
      throw new RangeError(
        `${this.#path}: a sample is to be kept while the one before waits for its update; begin a forward pass first`,
      );
    }
    this.#isOpen = true;
  }

  keep(axon: number, isZero: boolean): void {
    this.#rows.push({ axon, isZero });
  }

  /** Begins to change all rows that wait; `stallOf`: what holds a row up. */
  begin(from: number, stallOf: () => number): void {
    this.#rows.sort((left, right) => left.axon - right.axon);
    let tick = from;
    for (const { axon, isZero } of this.#rows) {
      this.#change.book(!isZero);
      this.#synapses.rewriteBeside(trainingUpdate);
      tick += this.#rowCycles + stallOf();
      this.#doneTicks[axon] = tick;
    }
    this.#rows = [];
    this.#busyCycles = tick - from;
    this.#lastTick = tick;
    this.#isOpen = false;
  }

  /** The first tick, `from` at the earliest, at which a row is not waited for. */
  readyTick(axon: number, from: number): number {
    return Math.max(from, this.#doneTicks[axon] ?? 0);
  }
}
