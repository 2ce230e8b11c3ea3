import { tableOf } from '../activation-table.js';
import { ceilDiv, elementAt } from '../../numerics/integer.js';
import { type ChipImage, type LayerImage, tensorNames } from '../chip-image.js';
import type { LayerActivity } from '../closed-form-counts.js';
import type { TensorHealth, UpdateHealth, WearFigure } from '../engine.js';
import { writeFeedback } from './feedback-layout.js';
import type { Pass } from './kernel-module.js';
import { counterCount, counterPlaces, wearCounterCount, wordsPerRow } from './memory-plan.js';
import type { PlacedLayer } from './placed-layer.js';
import { modesOf } from './tensor-modes.js';

/** All that a layer carries from one sample to the next. Plain data: numbers and typed arrays. */
export interface LayerCheckpoint {
  /** Shape (inputCount × neuronCount), row-major. */
  readonly weightsRaw: Int32Array;
  readonly biasesRaw: Int32Array;
  readonly laneStates: Uint32Array;
  /** Writes per synapse word with write gating, else rows updated per axon. */
  readonly wear: Uint32Array;
  /** The layer's counters in the order of `counterPlaces`; safe integers, −1 for "no training sample yet". */
  readonly counters: Float64Array;
}

/** One layer's part of the kernel's memory, seen from the driver. */
export class LayerState {
  readonly #image: ChipImage;
  readonly #layer: LayerImage;
  readonly #weights: Int8Array | Int32Array;
  /** Elements from one row of weights to the next. */
  readonly #rowPitch: number;
  readonly #biases: Int32Array;
  readonly #laneStates: Uint16Array | Uint32Array;
  readonly #wear: Uint32Array;
  readonly #counters: BigInt64Array;

  constructor(buffer: ArrayBuffer, image: ChipImage, placed: PlacedLayer) {
    const { layer, choice, memory } = placed;
    const { inputCount, neuronCount, organisation } = layer;
    this.#image = image;
    this.#layer = layer;
    this.#rowPitch = choice.weightBytes === 1 ? memory.rowPitchBytes : neuronCount;
    const weightCount = inputCount * this.#rowPitch;
    this.#weights =
      choice.weightBytes === 1
        ? new Int8Array(buffer, memory.weights, weightCount)
        : new Int32Array(buffer, memory.weights, weightCount);
    this.#biases = new Int32Array(buffer, memory.biases, neuronCount);
    const laneCount = organisation.learningLaneCount;
    this.#laneStates =
      choice.laneStateBytes === 2
        ? new Uint16Array(buffer, memory.laneStates, laneCount)
        : new Uint32Array(buffer, memory.laneStates, laneCount);
    this.#wear = new Uint32Array(buffer, memory.wear, wearCounterCount(layer));
    this.#counters = new BigInt64Array(buffer, memory.counters, counterCount);
  }

  /** Fills everything as the image has it; nothing is counted yet. */
  initialise(buffer: ArrayBuffer, placed: PlacedLayer): void {
    const { layer, memory } = placed;
    this.#writeWeights(layer.weightsRaw);
    this.#biases.set(layer.biasesRaw);
    this.#laneStates.set(layer.laneSeeds);
    for (const index of tensorNames.keys()) this.#counters[2 * index + 1] = -1n;
    const { entriesRaw } = tableOf(layer);
    new Int32Array(buffer, memory.table, entriesRaw.length).set(entriesRaw);
    const words = new Int32Array(buffer, memory.wordOfNeuron, layer.neuronCount);
    const { weightsPerWord } = layer.organisation;
    words.forEach((_, neuron) => {
      words[neuron] = ceilDiv(neuron + 1, weightsPerWord) - 1;
    });
    writeFeedback(buffer, this.#image, placed);
  }

  /** Shape (inputCount × neuronCount), row-major. */
  weightsRaw(): Int32Array {
    const { inputCount, neuronCount } = this.#layer;
    const weights = new Int32Array(inputCount * neuronCount);
    for (let axon = 0; axon < inputCount; axon += 1) {
      const start = axon * this.#rowPitch;
      weights.set(this.#weights.subarray(start, start + neuronCount), axon * neuronCount);
    }
    return weights;
  }

  #writeWeights(weightsRaw: Int32Array): void {
    const { inputCount, neuronCount } = this.#layer;
    for (let axon = 0; axon < inputCount; axon += 1) {
      const start = axon * neuronCount;
      this.#weights.set(weightsRaw.subarray(start, start + neuronCount), axon * this.#rowPitch);
    }
  }

  biasesRaw(): Int32Array {
    return this.#biases.slice();
  }

  laneStates(): Uint32Array {
    return Uint32Array.from(this.#laneStates);
  }

  /** Measured totals of one kind of pass. */
  activity(pass: Pass): LayerActivity {
    const place = counterPlaces[pass];
    return {
      layer: this.#layer.layer,
      deliveredEventCount: this.#count(place),
      deliveredVisitCount: this.#count(place),
      nonZeroEventCount: this.#count(place + 1),
      writtenWordCount: this.#count(place + 2),
    };
  }

  /** One entry for every tensor, also where nothing ever overflowed. */
  tensorHealth(): readonly TensorHealth[] {
    return tensorNames.map((tensor, index) => {
      const count = this.#count(2 * index);
      const first = this.#count(2 * index + 1);
      const wraps = modesOf(this.#image.numerics, tensor).overflow === 'wrap';
      return {
        layer: this.#layer.layer,
        tensor,
        saturationCount: wraps ? 0 : count,
        wrapCount: wraps ? count : 0,
        firstTrainingSample: first < 0 ? null : first,
      };
    });
  }

  /** An update with g·x = 0 never changes a weight, so dead updates are the non-zero ones less those that changed one. */
  updateHealth(): UpdateHealth {
    const nonZeroUpdateCount = this.#count(counterPlaces.nonZeroUpdates);
    const changedCount = this.#count(counterPlaces.changedUpdates);
    return {
      layer: this.#layer.layer,
      nonZeroUpdateCount,
      deadUpdateCount: nonZeroUpdateCount - changedCount,
    };
  }

  wear(): WearFigure {
    const largestWritesPerWord = this.#wear.reduce((most, writes) => Math.max(most, writes), 0);
    return {
      layer: this.#layer.layer,
      largestWritesPerWord,
      totalWrites: this.#count(counterPlaces.training + 2),
      wordCount: this.#layer.inputCount * wordsPerRow(this.#layer),
    };
  }

  checkpoint(): LayerCheckpoint {
    return {
      weightsRaw: this.weightsRaw(),
      biasesRaw: this.biasesRaw(),
      laneStates: this.laneStates(),
      wear: this.#wear.slice(),
      counters: Float64Array.from(this.#counters, Number),
    };
  }

  /** @throws RangeError when an array does not have this layer's shape. */
  restore(checkpoint: LayerCheckpoint): void {
    const { layer, inputCount, neuronCount } = this.#layer;
    const lengths = [
      ['weightsRaw', checkpoint.weightsRaw.length, inputCount * neuronCount],
      ['biasesRaw', checkpoint.biasesRaw.length, neuronCount],
      ['laneStates', checkpoint.laneStates.length, this.#laneStates.length],
      ['wear', checkpoint.wear.length, this.#wear.length],
      ['counters', checkpoint.counters.length, counterCount],
    ] as const;
    for (const [name, actual, expected] of lengths) {
      if (actual !== expected) {
        throw new RangeError(
          `checkpoint: ${name} of layer ${layer} has ${actual} elements, this image needs ${expected}; restore into an engine of the image it was taken from`,
        );
      }
    }
    this.#writeWeights(checkpoint.weightsRaw);
    this.#biases.set(checkpoint.biasesRaw);
    this.#laneStates.set(checkpoint.laneStates);
    this.#wear.set(checkpoint.wear);
    checkpoint.counters.forEach((count, index) => {
      this.#counters[index] = BigInt(count);
    });
  }

  #count(place: number): number {
    const count = Number(elementAt(this.#counters, place, 'kernel counters'));
    if (!Number.isSafeInteger(count)) {
      throw new RangeError(
        `fast engine: a counter of layer ${this.#layer.layer} reached ${count}; counts stay below 2^53, so end the run earlier`,
      );
    }
    return count;
  }
}
