import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv } from '../../../numerics/integer.js';
import {
  AccessMeter,
  type Moment,
  type Place,
  trainingUpdate,
} from '../../../ledger/access-meter.js';
import type { LayerImage } from '../../image/chip-image.js';
import { columnCount } from '../../image/layer-geometry.js';
import { synapseRewriteCycles } from '../../image/update-order.js';

/** Every bank at once: the visits of a CONV event touch rows all over the array. */
const allBanks = -1;

/**
 * The port of one core's synapse array, a bank each for the rows of equal number modulo the banks. Who wants a bank that is
 * taken gets it when it is free; users come in the order of time.
 *
 * Implements: docs/spec.md §8 (synapse array), §4.2, §4.5 (synapses.read, synapses.write). Invariant: a bank serves one
 * row at a time.
 */
export class SynapseArrayPort {
  /** R: words, and cycles of its port, of a row read. */
  readonly wordsPerRow: number;
  /** c·R: cycles of a row read and written back. */
  readonly rewriteCycles: number;
  /** Only words that changed are written; who changed them says how many (`wroteWords`). */
  readonly isGated: boolean;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;
  readonly #isConvolution: boolean;
  /** Per bank: the tick at which it is free. */
  readonly #freeTicks: Float64Array;

  /** @throws RangeError when there is no bank. */
  constructor(layer: LayerImage, bankCount: number, place: Place, ledger: AccessLedger) {
    if (!Number.isInteger(bankCount) || bankCount < 1) {
      throw new RangeError(
        `layer ${layer.layer}: a synapse array of ${bankCount} banks holds no weights; use 1 or more`,
      );
    }
    const { organisation } = layer;
    this.wordsPerRow = ceilDiv(columnCount(layer), organisation.weightsPerWord);
    this.rewriteCycles = this.wordsPerRow * synapseRewriteCycles(layer);
    this.isGated = organisation.hasWordWriteGating;
    this.#isConvolution = layer.convolution !== null;
    this.#freeTicks = new Float64Array(bankCount);
    this.#reads = new AccessMeter(ledger, place, 'synapses.read', organisation.wordBits.synapses);
    this.#writes = new AccessMeter(ledger, place, 'synapses.write', organisation.wordBits.synapses);
  }

  /** Reads the row of an axon once for each visit; returns the tick at which the port begins, `from` at the earliest. */
  read(axon: number, visitCount: number, from: number, moment: Moment): number {
    this.#reads.add(moment, visitCount * this.wordsPerRow);
    return this.#reserve(axon, from, visitCount * this.wordsPerRow);
  }

  /** Reads the row of an axon and writes it back; with write gating the words that changed are counted by `wroteWords`. */
  rewrite(axon: number, from: number, moment: Moment): number {
    this.#reads.add(moment, this.wordsPerRow);
    if (!this.isGated) this.#writes.add(moment, this.wordsPerRow);
    return this.#reserve(axon, from, this.rewriteCycles);
  }

  /** Reads the row of an axon for the forward pass and writes it back for the update (docs/spec.md §5.1). */
  readAndRewrite(axon: number, from: number, moment: Moment): number {
    this.#reads.add(moment, this.wordsPerRow);
    if (!this.isGated) this.#writes.add(trainingUpdate, this.wordsPerRow);
    return this.#reserve(axon, from, this.rewriteCycles);
  }

  /** Reads a row and writes it back by the port, or the bank, that no forward pass uses (docs/spec.md §5.1). */
  rewriteBeside(moment: Moment): void {
    this.#reads.add(moment, this.wordsPerRow);
    if (!this.isGated) this.#writes.add(moment, this.wordsPerRow);
  }

  /** With write gating: words that an update changed. */
  wroteWords(count: number, moment: Moment): void {
    this.#writes.add(moment, count);
  }

  #reserve(axon: number, from: number, cycles: number): number {
    const bank = this.#isConvolution ? allBanks : axon % this.#freeTicks.length;
    let start = from;
    if (bank === allBanks) {
      for (const freeTick of this.#freeTicks) start = Math.max(start, freeTick);
      this.#freeTicks.fill(start + cycles);
    } else {
      start = Math.max(start, this.#freeTicks[bank] ?? 0);
      this.#freeTicks[bank] = start + cycles;
    }
    return start;
  }
}
