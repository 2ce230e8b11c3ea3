import { AccessMeter, type Place, trainingUpdate } from '../../../ledger/access-meter.js';
import { ceilDiv, elementAt } from '../../../numerics/integer.js';
import type { FeedbackUpdate } from '../../engine.js';
import { isInShapeOfWeights, usesFeedback } from '../../image/upkeep/feedback-upkeep.js';
import { partsOf } from '../../image/layer-parts.js';
import { type ChipServices, tickPhases } from '../chip-services.js';
import type { CoreContext } from '../core/core-context.js';
import type { TimedCore } from '../core/core.js';
import type { TimedLayer } from '../layer/timed-layer.js';

/** Meters of what changes the B of one layer. */
interface UpkeepMeters {
  readonly writes: AccessMeter;
  readonly hops: AccessMeter;
  readonly products: AccessMeter;
  readonly synapseReads: AccessMeter;
  readonly factorReads: AccessMeter;
}

/**
 * B between two epochs: the controller starts layer after layer, from the last hidden one down, and a layer's homes work row
 * after row. Nothing else is in flight, so nothing contends.
 *
 * Implements: docs/spec.md §2.16.
 */
export class TimedFeedbackUpkeep {
  readonly #context: CoreContext;
  readonly #services: ChipServices;
  readonly #layers: readonly TimedLayer[];
  readonly #nothing: number;

  constructor(context: CoreContext, layers: readonly TimedLayer[]) {
    this.#context = context;
    this.#services = context.services;
    this.#layers = layers;
    this.#nothing = this.#services.queue.register(() => undefined);
  }

  /** Moves time and the ledger on by one update of all B. */
  run({ kind }: FeedbackUpdate): void {
    const { image } = this.#context;
    const hidden = this.#layers.filter(({ image: layer }) => usesFeedback(image, layer));
    for (const layer of hidden.toReversed()) {
      if (kind === 'redrawn') this.#redraw(layer);
      else if (isInShapeOfWeights(image)) this.#copy(layer);
      else this.#multiply(layer);
    }
  }

  #redraw(layer: TimedLayer): void {
    if (this.#context.image.feedbackSource === 'generator') return;
    // All homes of a layer write at once, a word a cycle each.
    let slowest = 0;
    for (const home of layer.homes) {
      const words = this.#rowsOf(layer, home) * this.#wordsPerRow(layer, home);
      this.#meters(layer, home).writes.add(trainingUpdate, words);
      this.#book(home, words);
      slowest = Math.max(slowest, words);
    }
    this.#wait(slowest);
  }

  /** Row after row of the weights above, which is read while the one before is written. */
  #copy(layer: TimedLayer): void {
    const home = elementAt(layer.homes, 0, 'homes');
    const above = this.#above(layer);
    const meters = this.#meters(layer, home);
    const readCycles = this.#synapseWords(above);
    const writeCycles = this.#wordsPerRow(layer, home);
    const hops = elementAt(home.part.outputHops, 0, 'hops of a home');
    let cycles = hops;
    for (let row = 0; row < this.#rowsOf(layer, home); row += 1) {
      meters.synapseReads.add(trainingUpdate, readCycles);
      meters.hops.add(trainingUpdate, hops * above.image.neuronCount);
      meters.writes.add(trainingUpdate, writeCycles);
      cycles += Math.max(readCycles, writeCycles);
    }
    this.#book(home, cycles);
    this.#wait(cycles);
  }

  /** Class after class: the row of B above, a backward pass through the weights above, the row of this B. */
  #multiply(layer: TimedLayer): void {
    const { classCount } = this.#context.image;
    const home = elementAt(layer.homes, 0, 'homes');
    const above = this.#above(layer);
    const meters = this.#meters(layer, home);
    const synapseWords = this.#synapseWords(above);
    const { neuronCount: factors, isOutput: isAtTop } = above.image;
    const hops = elementAt(home.part.outputHops, 0, 'hops of a home');
    for (let row = 0; row < classCount; row += 1) {
      let cycles = hops;
      if (!isAtTop) {
        const words = ceilDiv(factors, above.image.organisation.feedbacksPerWord);
        meters.factorReads.add(trainingUpdate, words);
        cycles += words;
      }
      const lanes = isAtTop ? 0 : ceilDiv(factors, layer.image.organisation.learningLaneCount);
      for (let neuron = 0; neuron < layer.image.neuronCount; neuron += 1) {
        meters.synapseReads.add(trainingUpdate, synapseWords);
        if (!isAtTop) meters.products.add(trainingUpdate, factors);
        meters.hops.add(trainingUpdate, hops);
        cycles += Math.max(synapseWords, lanes);
      }
      const written = this.#wordsPerRow(layer, home);
      meters.writes.add(trainingUpdate, written);
      this.#book(home, cycles + written);
      this.#wait(cycles + written);
    }
  }

  #above(layer: TimedLayer): TimedLayer {
    return elementAt(this.#layers, layer.image.layer, 'layers');
  }

  #synapseWords({ image }: TimedLayer): number {
    return ceilDiv(image.neuronCount, image.organisation.weightsPerWord);
  }

  #rowsOf(layer: TimedLayer, home: TimedCore): number {
    if (!isInShapeOfWeights(this.#context.image)) return this.#context.image.classCount;
    const { convolution } = this.#above(layer).image;
    if (convolution !== null)
      return home.part.columnCount * convolution.kernelSize * convolution.kernelSize;
    const columns = partsOf(layer.image).length === 1 ? null : home.part.columnCount;
    return this.#outputsOf(layer, columns);
  }

  /** Values that leave some columns of a layer; null: all of them. */
  #outputsOf({ image }: TimedLayer, columns: number | null): number {
    if (image.convolution === null) return columns ?? image.neuronCount;
    const [channels, height, width] = image.convolution.pooledShape;
    return (columns ?? channels) * height * width;
  }

  #wordsPerRow(layer: TimedLayer, home: TimedCore): number {
    const above = this.#above(layer).image;
    const { feedbacksPerWord } = layer.image.organisation;
    if (!isInShapeOfWeights(this.#context.image))
      return ceilDiv(home.layer.neuronCount, feedbacksPerWord);
    const columns = above.convolution === null ? above.neuronCount : above.convolution.mapShape[0];
    return ceilDiv(columns, feedbacksPerWord);
  }

  #meters(layer: TimedLayer, home: TimedCore): UpkeepMeters {
    const { ledger } = this.#services;
    const { eventBits, numerics } = this.#context.image;
    const above = this.#above(layer).image;
    const place: Place = { layer: layer.image.layer, core: home.part.core };
    const placeAbove: Place = { layer: above.layer, core: above.core };
    const { wordBits } = above.organisation;
    const bits = Math.max(numerics.formats.weight.totalBits, numerics.formats.feedback.totalBits);
    const ownWord = layer.image.organisation.wordBits.feedback;
    return {
      writes: new AccessMeter(ledger, place, 'feedback.write', ownWord),
      hops: new AccessMeter(ledger, place, 'router.hop', eventBits),
      products: new AccessMeter(ledger, place, 'datapath.multiplyAccumulate', bits),
      synapseReads: new AccessMeter(ledger, placeAbove, 'synapses.read', wordBits.synapses),
      factorReads: new AccessMeter(ledger, placeAbove, 'feedback.read', wordBits.feedback),
    };
  }

  #book(home: TimedCore, cycles: number): void {
    this.#context.record.addCycles('training', 'update', home.number, cycles);
  }

  #wait(cycles: number): void {
    const { queue } = this.#services;
    queue.schedule(queue.now + cycles, tickPhases.workEnds, this.#nothing, 0, 0);
    while (queue.step());
  }
}
