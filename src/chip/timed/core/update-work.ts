import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { columnCount } from '../../image/layer-geometry.js';
import type { TimedEventBuffer } from './event-buffer.js';
import type { TimedLearningEngine } from './learning-engine.js';
import type { NeuronMemoryPort } from './neuron-memory-port.js';
import type { RowChange } from './row-change.js';
import type { SynapseArrayPort } from './synapse-array-port.js';

/** The parts of a core that an update uses. */
export interface UpdateParts {
  readonly buffer: TimedEventBuffer;
  readonly neurons: NeuronMemoryPort;
  readonly synapses: SynapseArrayPort;
  readonly engine: TimedLearningEngine;
  /** Visits of each input. */
  readonly visits: Int32Array;
  /** Whether the core has biases. */
  readonly isHome: boolean;
}

/** What a core learns from a sample, piece by piece. */
export interface UpdateWork {
  /** Cycles of the biases, after all events. */
  readonly biasCycles: number;
  begin(): void;
  /** One event, from tick `from` on; returns the tick at which it is done. */
  learnFrom(axon: number, from: number): number;
  finish(): void;
}

/** Weights and biases change event by event. Implements: docs/spec.md §4.2 (phase update), §5 (update). */
export class WeightUpdate implements UpdateWork {
  readonly biasCycles: number;
  readonly #parts: UpdateParts;
  readonly #rowCycles: number;
  readonly #change: RowChange;

  /** `rowCycles`: of one row, less the wait for its bank. */
  constructor(parts: UpdateParts, change: RowChange, rowCycles: number) {
    this.biasCycles = parts.engine.biasCycles;
    this.#parts = parts;
    this.#rowCycles = rowCycles;
    this.#change = change;
  }

  begin(): void {
    this.#parts.engine.scale();
  }

  learnFrom(axon: number, from: number): number {
    const { buffer, synapses } = this.#parts;
    this.#change.book(buffer.valueAt(axon) !== 0);
    return synapses.rewrite(axon, from, trainingUpdate) + this.#rowCycles;
  }

  finish(): void {
    if (this.#parts.isHome) this.#parts.engine.updateBiases();
  }
}

/** Where rows wait for the next sample. */
interface KeptRows {
  open(): void;
  keep(axon: number, isZero: boolean): void;
}

/** Biases change at once, rows wait for the next sample. Implements: docs/spec.md §5.1 (beside, fused). */
export class WaitingUpdate implements UpdateWork {
  readonly biasCycles: number;
  readonly #parts: UpdateParts;
  readonly #rows: KeptRows;

  constructor(parts: UpdateParts, rows: KeptRows) {
    this.biasCycles = parts.engine.biasCycles;
    this.#parts = parts;
    this.#rows = rows;
  }

  begin(): void {
    this.#parts.engine.scale();
    this.#rows.open();
  }

  /** The event stays in its half of the buffer: no time passes. */
  learnFrom(axon: number, from: number): number {
    this.#rows.keep(axon, this.#parts.buffer.valueAt(axon) === 0);
    return from;
  }

  finish(): void {
    if (this.#parts.isHome) this.#parts.engine.updateBiases();
  }
}

/** Gradients are summed event by event, visit by visit. Implements: docs/spec.md §4.5 (each sample), §5 (in steps). */
export class GradientUpdate implements UpdateWork {
  readonly biasCycles: number;
  readonly #parts: UpdateParts;
  readonly #visitCycles: number;
  readonly #columnCount: number;
  readonly #neuronCount: number;
  readonly #products: AccessMeter;
  readonly #sums: AccessMeter;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;

  constructor(
    image: ChipImage,
    layer: LayerImage,
    parts: UpdateParts,
    place: Place,
    ledger: AccessLedger,
  ) {
    const { delta, gradient } = image.numerics.formats;
    const { engine } = parts;
    const memoryBits = layer.organisation.wordBits.gradient;
    const productBits = Math.max(delta.totalBits, layer.inputFormat.totalBits);
    this.biasCycles = engine.biasGradientCycles;
    this.#parts = parts;
    this.#visitCycles = Math.max(engine.gradientCycles, engine.rowCycles);
    this.#columnCount = columnCount(layer);
    this.#neuronCount = layer.neuronCount;
    this.#products = new AccessMeter(ledger, place, 'datapath.multiplyAccumulate', productBits);
    this.#sums = new AccessMeter(ledger, place, 'datapath.add', gradient.totalBits);
    this.#reads = new AccessMeter(ledger, place, 'gradient.read', memoryBits);
    this.#writes = new AccessMeter(ledger, place, 'gradient.write', memoryBits);
  }

  begin(): void {
    if (this.#parts.isHome) this.#sums.add(trainingUpdate, this.#neuronCount);
  }

  learnFrom(axon: number, from: number): number {
    const visitCount = this.#parts.visits[axon] ?? 0;
    this.#products.add(trainingUpdate, visitCount * this.#columnCount);
    this.#rewrite(visitCount);
    return from + visitCount * this.#visitCycles;
  }

  finish(): void {
    if (this.#parts.isHome) this.#rewrite(1);
  }

  #rewrite(rowCount: number): void {
    const words = rowCount * this.#parts.engine.gradientWords;
    this.#reads.add(trainingUpdate, words);
    this.#writes.add(trainingUpdate, words);
  }
}
