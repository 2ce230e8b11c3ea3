import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { ceilDiv } from '../../../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { columnCount, outputCount, positionCount } from '../../image/layer-geometry.js';
import { needsDelta } from '../../image/learning-layers.js';
import { usesLayerAbove } from '../../../network/rule-facts.js';

/** Bits that say which of the four values of a window won. */
const bitsPerWinner = 2;

/** Words of the winners of a training sample, kept where an error comes back through a pool (docs/spec.md §4.5); else 0. */
function winnerWords(image: ChipImage, layer: LayerImage): number {
  const isPooled = layer.convolution !== null;
  const isComingBack = usesLayerAbove(image.rule.kind) && needsDelta(image, layer);
  if (!isPooled || !isComingBack) return 0;
  return ceilDiv(bitsPerWinner * outputCount(layer), layer.organisation.wordBits.neurons);
}

/**
 * Partial sums and h of one core, in time: with `accumulate: memory` every visit reads and writes the sums of its position.
 *
 * Implements: docs/spec.md §8 (neuron memory), §4.2, §4.5 (neurons.read, neurons.write).
 */
export class NeuronMemoryPort {
  /** M: cycles of a visit; 0 where sums live in registers. */
  readonly visitCycles: number;
  /** Cycles in which all sums are read and written; 0 where they live in registers. */
  readonly mergeCycles: number;
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;
  /** Words of the sums of one position; 0 where they live in registers. */
  readonly #sumWords: number;
  readonly #positionCount: number;
  readonly #outputWords: number;
  readonly #winnerWords: number;

  constructor(image: ChipImage, layer: LayerImage, place: Place, ledger: AccessLedger) {
    const { organisation } = layer;
    const columns = columnCount(layer);
    const isInMemory = organisation.accumulate === 'memory';
    this.#sumWords = isInMemory ? ceilDiv(columns, organisation.accumulatorsPerWord) : 0;
    this.visitCycles = this.#sumWords * (organisation.portCount === 1 ? 2 : 1);
    this.#positionCount = positionCount(layer);
    this.mergeCycles = this.#positionCount * this.visitCycles;
    this.#outputWords = this.#positionCount * ceilDiv(columns, organisation.outputsPerWord);
    this.#winnerWords = winnerWords(image, layer);
    this.#reads = new AccessMeter(ledger, place, 'neurons.read', organisation.wordBits.neurons);
    this.#writes = new AccessMeter(ledger, place, 'neurons.write', organisation.wordBits.neurons);
  }

  /** Loads the biases into all sums, elsewhere than at home zeros. */
  loadSums(moment: Moment): void {
    this.#writes.add(moment, this.#positionCount * this.#sumWords);
  }

  /** Reads and writes the sums of one position per visit. */
  addToSums(visitCount: number, moment: Moment): void {
    if (this.#sumWords === 0) return;
    this.#reads.add(moment, visitCount * this.#sumWords);
    this.#writes.add(moment, visitCount * this.#sumWords);
  }

  /** Reads all sums, for f or to send them home. */
  readSums(moment: Moment): void {
    this.#reads.add(moment, this.#positionCount * this.#sumWords);
  }

  /** Adds the sums of another core to all of its own. */
  mergeSums(moment: Moment): void {
    this.addToSums(this.#positionCount, moment);
  }

  /** Stores h, in training with the winners of its windows where they are needed. */
  storeOutputs(moment: Moment): void {
    const winners = moment.run === 'training' ? this.#winnerWords : 0;
    this.#writes.add(moment, this.#outputWords + winners);
  }

  /** Reads h, and the winners of its windows where they are kept, for δz. */
  readOutputs(moment: Moment): void {
    this.#reads.add(moment, this.#outputWords + this.#winnerWords);
  }
}
