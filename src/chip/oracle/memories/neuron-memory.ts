import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv, elementAt } from '../../../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';

export interface NeuronMemorySpec {
  /** κ: neurons of one position. */
  readonly columnCount: number;
  /** Q: fully connected 1. */
  readonly positionCount: number;
  /** P: values after pooling, each with a winner; 0 where nothing is pooled. */
  readonly winnerCount: number;
  readonly wordBits: number;
  /** Pa: whole accumulators in a word. */
  readonly accumulatorsPerWord: number;
  /** Ph: whole outputs in a word. */
  readonly outputsPerWord: number;
  /** Where partial sums live: in registers of the datapath they cost no access. */
  readonly accumulate: 'registers' | 'memory';
}

/** Bits that name the winner of a pooling window. */
const winnerBits = 2;

/**
 * Neuron memory of one core: the partial sums z of the sample in flight, the outputs h, and which of them won the
 * pooling. Each position has words of its own.
 *
 * Implements: docs/spec.md §1, §4.2, §4.5 (neurons.read, neurons.write). Whole vectors are accessed, never single words.
 */
export class NeuronMemory {
  readonly #spec: NeuronMemorySpec;
  readonly #sumWords: number;
  readonly #outputWords: number;
  readonly #winnerWords: number;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;
  /** One vector a position, shape (columnCount). */
  readonly #sums: (readonly bigint[])[] = [];
  #outputs: readonly bigint[] = [];
  #winners: readonly number[] = [];

  constructor(spec: NeuronMemorySpec, place: Place, ledger: AccessLedger) {
    const { columnCount, positionCount, winnerCount, wordBits } = spec;
    this.#spec = spec;
    this.#sumWords =
      spec.accumulate === 'memory' ? ceilDiv(columnCount, spec.accumulatorsPerWord) : 0;
    this.#outputWords = positionCount * ceilDiv(columnCount, spec.outputsPerWord);
    this.#winnerWords = ceilDiv(winnerBits * winnerCount, wordBits);
    this.#reads = new AccessMeter(ledger, place, 'neurons.read', wordBits);
    this.#writes = new AccessMeter(ledger, place, 'neurons.write', wordBits);
  }

  /** z of one position, shape (columnCount), raw in the format of the accumulator. */
  readSums(position: number, moment: Moment): readonly bigint[] {
    this.#reads.add(moment, this.#sumWords);
    return elementAt(this.#sums, position, 'positions');
  }

  writeSums(position: number, sums: readonly bigint[], moment: Moment): void {
    this.#writes.add(moment, this.#sumWords);
    this.#sums[position] = sums;
  }

  /** z of all neurons, shape (columnCount × positionCount). */
  readAllSums(moment: Moment): readonly bigint[] {
    const { columnCount, positionCount } = this.#spec;
    const sums = Array.from({ length: positionCount }, (_, position) =>
      this.readSums(position, moment),
    );
    return Array.from({ length: columnCount }, (_, column) =>
      sums.map((atPosition) => elementAt(atPosition, column, 'columns')),
    ).flat();
  }

  /** h, shape (columnCount × positionCount), raw in the layer's output format. */
  readOutputs(moment: Moment): readonly bigint[] {
    this.#reads.add(moment, this.#outputWords);
    return this.#outputs;
  }

  writeOutputs(outputs: readonly bigint[], moment: Moment): void {
    this.#writes.add(moment, this.#outputWords);
    this.#outputs = outputs;
  }

  /** The winner of each window, 0…3, shape (winnerCount). */
  readWinners(moment: Moment): readonly number[] {
    this.#reads.add(moment, this.#winnerWords);
    return this.#winners;
  }

  writeWinners(winners: readonly number[], moment: Moment): void {
    this.#writes.add(moment, this.#winnerWords);
    this.#winners = winners;
  }
}
