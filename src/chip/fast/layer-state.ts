import { ceilDiv, elementAt } from '../../numerics/integer.js';
import { type ChipImage, tensorNames } from '../image/chip-image.js';
import type { LayerActivity, LayerTraffic, PartActivity } from '../image/activity.js';
import type { TensorHealth, UpdateHealth, WearFigure } from '../engine.js';
import { homesOf, partsOf } from '../image/layer-parts.js';
import { comparesErrors } from '../image/learning-layers.js';
import { engineNeuron, writeFeedback } from './layout/feedback-layout.js';
import { type Pass, passes } from '../engine.js';
import { mapSpans } from '../image/convolution-spans.js';
import {
  countedRoutes,
  counterCount,
  counterPlaces,
  dividedParts,
  laneBytes,
  lastSamplesCount,
  partActivityPlace,
  routesPlace,
  wearCounterCount,
  wordsPerRow,
} from './layout/layer-memory.js';
import { type EnginePathCount, enginePaths } from './layout/engine-paths.js';
import { PaddedRows } from './padded-rows.js';
import { type StepMemory, stepMemoryOf } from './step-memory.js';
import type { PlacedLayer } from './layout/placed-layer.js';
import { pathReason } from './layout/path-reasons.js';
import { modesOf } from './layout/tensor-modes.js';

/** All that a layer carries from one sample to the next. Plain data: numbers and typed arrays. */
export interface LayerCheckpoint {
  /** Shape (rowCount × columnCount) of layer-geometry.ts, row-major. */
  readonly weightsRaw: Int32Array;
  readonly biasesRaw: Int32Array;
  /** Of all parts, one part after the other. */
  readonly laneStates: Uint32Array;
  /** Gradients and states as in `LearnedState`; null where the layer has none. */
  readonly gradientsRaw: Int32Array | null;
  readonly momentaRaw: Int32Array | null;
  readonly secondMomentsRaw: Int32Array | null;
  /** Writes per synapse word with write gating, else updates per row. */
  readonly wear: Uint32Array;
  /** Which training sample last had an event at each axon, the number of the latest, the places of its events and their count (docs/spec.md §5.1); shape (2·(inputCount + 1)). */
  readonly lastSamples: Int32Array;
  /** The layer's counters in the order of `counterPlaces`, then those of its parts; safe integers, −1 for "no training sample yet". */
  readonly counters: Float64Array;
}

/** All values one after the other. */
function concatenated(arrays: readonly (Uint16Array | Uint32Array)[]): Uint32Array {
  return Uint32Array.from(arrays.flatMap((values) => [...values]));
}

/** Weights by the bytes that each is stored in. */
const weightArrays = { 1: Int8Array, 2: Int16Array, 4: Int32Array } as const;

/** One layer's part of the compiled engine's memory, seen from the driver. */
export class LayerState {
  readonly #buffer: ArrayBuffer;
  readonly #image: ChipImage;
  readonly #placed: PlacedLayer;
  readonly #weights: PaddedRows;
  readonly #biases: Int32Array;
  /** Registers of each part's lanes. */
  readonly #laneStates: readonly (Uint16Array | Uint32Array)[];
  readonly #steps: StepMemory | null;
  readonly #wear: Uint32Array;
  readonly #counters: BigInt64Array;
  /** Per axon, and of the sample in flight, as `lastSamplesAt` in `assembly/parameters.ts` says. */
  readonly #lastSamples: Int32Array;
  /** h of all neurons, in the order of the compiled engine. */
  readonly #outputs: Int32Array;

  constructor(buffer: ArrayBuffer, image: ChipImage, placed: PlacedLayer) {
    const { layer, geometry, choice, memory } = placed;
    const { columnCount, rowCount } = geometry;
    this.#buffer = buffer;
    this.#image = image;
    this.#placed = placed;
    const StoredWeights = weightArrays[choice.weightBytes];
    const pitch = ceilDiv(memory.rowPitchBytes, choice.weightBytes);
    const weights = new StoredWeights(buffer, memory.weights, rowCount * pitch);
    this.#weights = new PaddedRows(weights, columnCount, pitch);
    this.#biases = new Int32Array(buffer, memory.biases, columnCount);
    const laneCount = layer.organisation.learningLaneCount;
    this.#laneStates = partsOf(layer).map((_, index) => {
      const address = memory.laneStates + laneBytes(layer, choice) * index;
      return choice.laneStateBytes === 2
        ? new Uint16Array(buffer, address, laneCount)
        : new Uint32Array(buffer, address, laneCount);
    });
    this.#steps = stepMemoryOf(buffer, image, placed);
    const wearCount = homesOf(layer).reduce(
      (sum, home) => sum + wearCounterCount(layer, home.columnCount),
      0,
    );
    this.#lastSamples = new Int32Array(
      buffer,
      memory.lastSamples,
      lastSamplesCount(layer.inputCount),
    );
    this.#outputs = new Int32Array(buffer, memory.outputs, layer.neuronCount);
    this.#wear = new Uint32Array(buffer, memory.wear, wearCount);
    this.#counters = new BigInt64Array(buffer, memory.counters, counterCount(image, layer));
  }

  /** Fills everything as the image has it; nothing is counted yet. */
  initialise(buffer: ArrayBuffer): void {
    const { layer, geometry, memory } = this.#placed;
    this.#weights.write(layer.weightsRaw);
    this.#biases.set(layer.biasesRaw);
    this.#setLanes(concatenated(partsOf(layer).map(({ laneSeeds }) => laneSeeds)));
    this.#lastSamples.fill(-1, 0, layer.inputCount);
    for (const index of tensorNames.keys()) this.#counters[2 * index + 1] = -1n;
    if (layer.activationUnit.kind === 'table') {
      const { entriesRaw } = layer.activationUnit;
      new Int32Array(buffer, memory.table, entriesRaw.length).set(entriesRaw);
    }
    if (layer.convolution !== null) {
      const { ofRows, ofColumns } = mapSpans(layer.convolution);
      new Int32Array(buffer, memory.rowSpans, ofRows.length).set(ofRows);
      new Int32Array(buffer, memory.columnSpans, ofColumns.length).set(ofColumns);
    }
    const words = new Int32Array(buffer, memory.wordOfColumn, geometry.columnCount);
    const { weightsPerWord } = layer.organisation;
    words.forEach((_, column) => {
      words[column] = ceilDiv(column + 1, weightsPerWord) - 1;
    });
    const routes = countedRoutes(this.#image, layer);
    new Int32Array(buffer, memory.routeEnds, routes.length).set(
      routes.map(({ inputs }) => inputs.first + inputs.count),
    );
    this.setFeedback(layer.feedbackRaw);
  }

  /** Other values of B, in the shape of the image. */
  setFeedback(feedbackRaw: Int32Array | null): void {
    const placed = { ...this.#placed, layer: { ...this.#placed.layer, feedbackRaw } };
    writeFeedback(this.#buffer, this.#image, placed);
  }

  /** Values of B that did not fit as it changed. */
  addFeedbackOverflows(count: number): void {
    const place = 2 * tensorNames.indexOf('feedback');
    this.#counters[place] = (this.#counters[place] ?? 0n) + BigInt(count);
  }

  /** Sets the place of every neuron with h > 0 to 1, shape (neuronCount) in the order of the image. */
  markActive(isActive: Uint8Array): void {
    isActive.forEach((_, neuron) => {
      if ((this.#outputs[engineNeuron(this.#placed, neuron)] ?? 0) > 0) isActive[neuron] = 1;
    });
  }

  /** Shape (rowCount × columnCount), row-major. */
  weightsRaw(): Int32Array {
    return this.#weights.read();
  }

  /** Gradients of the weights, then of the biases; null where the layer does not learn in steps. */
  gradientsRaw(): Int32Array | null {
    return this.#steps?.gradients.read() ?? null;
  }

  momentaRaw(): Int32Array | null {
    return this.#steps?.momenta?.read() ?? null;
  }

  secondMomentsRaw(): Int32Array | null {
    return this.#steps?.secondMoments?.read() ?? null;
  }

  biasesRaw(): Int32Array {
    return this.#biases.slice();
  }

  laneStates(): Uint32Array {
    return concatenated(this.#laneStates);
  }

  /** Measured totals of one kind of pass. */
  activity(pass: Pass): LayerActivity {
    const { layer } = this.#placed;
    const whole = this.#activityAt(counterPlaces[pass], pass);
    const parts = dividedParts(layer).map((_, index) => {
      const place = partActivityPlace(layer, index);
      return this.#activityAt(place + counterPlaces[pass] - counterPlaces.inference, pass);
    });
    const traffic = this.#traffic(pass);
    if (parts.length === 0) return { layer: layer.layer, ...whole, parts: null, traffic };
    // Words are written by the parts.
    const writtenWordCount = parts.reduce((sum, part) => sum + part.writtenWordCount, 0);
    return { layer: layer.layer, ...whole, writtenWordCount, parts, traffic };
  }

  #traffic(pass: Pass): LayerTraffic | null {
    const { layer } = this.#placed;
    const routes = countedRoutes(this.#image, layer);
    if (routes.length === 0) return null;
    const place = counterPlaces[pass];
    const isCut = dividedParts(layer).length > 0;
    const firstRoute = routesPlace(layer) + passes.indexOf(pass) * routes.length;
    return {
      slowestEventCount: this.#count(isCut ? place + 5 : place),
      slowestVisitCount: this.#count(isCut ? place + 4 : place + 1),
      ...(pass === 'training' && comparesErrors(this.#image)
        ? { skippedSlowestVisitCount: this.#count(isCut ? place + 10 : place + 8) }
        : {}),
      routeEventCounts: routes.map((_, route) => this.#count(firstRoute + route)),
    };
  }

  /** The counters of one kind of pass, which begin at `place`. */
  #activityAt(place: number, pass: Pass): PartActivity {
    return {
      deliveredEventCount: this.#count(place),
      deliveredVisitCount: this.#count(place + 1),
      nonZeroEventCount: this.#count(place + 2),
      writtenWordCount: this.#count(place + 3),
      sharedEventCount: this.#count(place + 6),
      uncoveredCycleCount: this.#count(place + 11),
      nonZeroVisitCount: this.#count(place + 12),
      ...this.#skippedAt(place, pass),
    };
  }

  /** Nothing where every sample is learned from. */
  #skippedAt(place: number, pass: Pass): Pick<PartActivity, 'skipped'> {
    if (pass !== 'training' || !comparesErrors(this.#image)) return {};
    return {
      skipped: {
        deliveredEventCount: this.#count(place + 7),
        deliveredVisitCount: this.#count(place + 8),
        nonZeroEventCount: this.#count(place + 9),
        nonZeroVisitCount: this.#count(place + 13),
      },
    };
  }

  /** One entry for every tensor, also where nothing ever overflowed. */
  tensorHealth(): readonly TensorHealth[] {
    return tensorNames.map((tensor, index) => {
      const count = this.#count(2 * index);
      const first = this.#count(2 * index + 1);
      const wraps = modesOf(this.#image.numerics, tensor).overflow === 'wrap';
      return {
        layer: this.#placed.layer.layer,
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
      layer: this.#placed.layer.layer,
      nonZeroUpdateCount,
      deadUpdateCount: nonZeroUpdateCount - changedCount,
    };
  }

  /** The paths that the layer took, in the order of `enginePaths`. */
  paths(): readonly EnginePathCount[] {
    const { layer } = this.#placed.layer;
    return enginePaths
      .map((name, index) => ({
        layer,
        ...name,
        count: this.#count(counterPlaces.paths + index),
        reason: pathReason(this.#image, this.#placed, name),
      }))
      .filter(({ count }) => count > 0);
  }

  wear(): WearFigure {
    const { layer, geometry } = this.#placed;
    const largestWritesPerWord = this.#wear.reduce((most, writes) => Math.max(most, writes), 0);
    return {
      layer: layer.layer,
      largestWritesPerWord,
      totalWrites: this.activity('training').writtenWordCount,
      wordCount: homesOf(layer).reduce(
        (sum, home) => sum + geometry.rowCount * wordsPerRow(layer, home.columnCount),
        0,
      ),
    };
  }

  checkpoint(): LayerCheckpoint {
    return {
      weightsRaw: this.weightsRaw(),
      biasesRaw: this.biasesRaw(),
      laneStates: this.laneStates(),
      gradientsRaw: this.gradientsRaw(),
      momentaRaw: this.momentaRaw(),
      secondMomentsRaw: this.secondMomentsRaw(),
      wear: this.#wear.slice(),
      lastSamples: this.#lastSamples.slice(),
      counters: Float64Array.from(this.#counters, Number),
    };
  }

  /** @throws RangeError when an array does not have this layer's shape. */
  restore(checkpoint: LayerCheckpoint): void {
    const { layer } = this.#placed;
    const { gradients, momenta = null, secondMoments = null } = this.#steps ?? {};
    const lengths = [
      ['weightsRaw', checkpoint.weightsRaw.length, this.#weights.count],
      ['biasesRaw', checkpoint.biasesRaw.length, this.#biases.length],
      ['laneStates', checkpoint.laneStates.length, this.laneStates().length],
      ['gradientsRaw', checkpoint.gradientsRaw?.length ?? 0, gradients?.count ?? 0],
      ['momentaRaw', checkpoint.momentaRaw?.length ?? 0, momenta?.count ?? 0],
      ['secondMomentsRaw', checkpoint.secondMomentsRaw?.length ?? 0, secondMoments?.count ?? 0],
      ['wear', checkpoint.wear.length, this.#wear.length],
      ['lastSamples', checkpoint.lastSamples.length, this.#lastSamples.length],
      ['counters', checkpoint.counters.length, this.#counters.length],
    ] as const;
    for (const [name, actual, expected] of lengths) {
      if (actual !== expected) {
        throw new RangeError(
          `checkpoint: ${name} of layer ${layer.layer} has ${actual} elements, this image needs ${expected}; restore into an engine of the image it was taken from`,
        );
      }
    }
    this.#weights.write(checkpoint.weightsRaw);
    this.#biases.set(checkpoint.biasesRaw);
    this.#setLanes(checkpoint.laneStates);
    this.#restoreSteps(checkpoint);
    this.#wear.set(checkpoint.wear);
    this.#lastSamples.set(checkpoint.lastSamples);
    checkpoint.counters.forEach((count, index) => {
      this.#counters[index] = BigInt(count);
    });
  }

  #restoreSteps({ gradientsRaw, momentaRaw, secondMomentsRaw }: LayerCheckpoint): void {
    if (this.#steps === null) return;
    const { gradients, momenta, secondMoments, bounds, touchedRows, quietRows } = this.#steps;
    if (gradientsRaw !== null) gradients.write(gradientsRaw);
    if (momentaRaw !== null) momenta?.write(momentaRaw);
    if (secondMomentsRaw !== null) secondMoments?.write(secondMomentsRaw);
    // The largest magnitude of any format: the next sample or step looks how large they are.
    bounds.fill(1n << 31n);
    touchedRows.fill(1);
    quietRows.fill(0);
  }

  #setLanes(states: Uint32Array): void {
    const { learningLaneCount } = this.#placed.layer.organisation;
    for (const [index, lanes] of this.#laneStates.entries()) {
      lanes.set(states.subarray(index * learningLaneCount, (index + 1) * learningLaneCount));
    }
  }

  #count(place: number): number {
    const count = Number(elementAt(this.#counters, place, 'counters of the compiled engine'));
    if (!Number.isSafeInteger(count)) {
      throw new RangeError(
        `fast engine: a counter of layer ${this.#placed.layer.layer} reached ${count}; counts stay below 2^53, so end the run earlier`,
      );
    }
    return count;
  }
}
