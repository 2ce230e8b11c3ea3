import type { AccessLedger } from '../ledger/access-ledger.js';
import { ceilDiv } from '../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from './access-meter.js';

export interface NeuronMemorySpec {
  readonly neuronCount: number;
  readonly wordBits: number;
  /** Pa: whole accumulators in a word. */
  readonly accumulatorsPerWord: number;
  /** Ph: whole outputs in a word. */
  readonly outputsPerWord: number;
  /** Where partial sums live: in registers of the datapath they cost no access. */
  readonly accumulate: 'registers' | 'memory';
}

/**
 * Neuron memory of one core: the partial sums z of the sample in flight and the outputs h.
 *
 * Implements: docs/spec.md §1, §4.2 (neurons.read, neurons.write). Whole vectors are accessed, never single words.
 */
export class NeuronMemory {
  readonly #accumulatorWords: number;
  readonly #outputWords: number;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;
  #accumulators: readonly bigint[];
  #outputs: readonly bigint[];

  constructor(spec: NeuronMemorySpec, place: Place, ledger: AccessLedger) {
    const { neuronCount, wordBits } = spec;
    this.#accumulatorWords =
      spec.accumulate === 'memory' ? ceilDiv(neuronCount, spec.accumulatorsPerWord) : 0;
    this.#outputWords = ceilDiv(neuronCount, spec.outputsPerWord);
    this.#reads = new AccessMeter(ledger, place, 'neurons.read', wordBits);
    this.#writes = new AccessMeter(ledger, place, 'neurons.write', wordBits);
    this.#accumulators = Array.from({ length: neuronCount }, () => 0n);
    this.#outputs = this.#accumulators;
  }

  /** z, shape (neuronCount), raw in the format of the accumulator. */
  readAccumulators(moment: Moment): readonly bigint[] {
    this.#reads.add(moment, this.#accumulatorWords);
    return this.#accumulators;
  }

  writeAccumulators(accumulators: readonly bigint[], moment: Moment): void {
    this.#writes.add(moment, this.#accumulatorWords);
    this.#accumulators = accumulators;
  }

  /** h, shape (neuronCount), raw in the layer's output format. */
  readOutputs(moment: Moment): readonly bigint[] {
    this.#reads.add(moment, this.#outputWords);
    return this.#outputs;
  }

  writeOutputs(outputs: readonly bigint[], moment: Moment): void {
    this.#writes.add(moment, this.#outputWords);
    this.#outputs = outputs;
  }
}
