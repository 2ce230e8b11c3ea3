import { ceilDiv } from '../../numerics/integer.js';
import { type ChipImage, type LayerImage, tensorNames } from '../chip-image.js';
import { tableOf } from '../activation-table.js';
import { signalSourceOf } from './signal-source.js';
import { lanesPerVector, type VectorChoice } from './vector-choice.js';

/** Everything starts on a cache line. */
const alignmentBytes = 64;
const pageBytes = 65536;
/** 4 GiB less a page: addresses have 32 bits. */
const largestMemoryBytes = 0xffff_0000;
/** Columns of a vector. */
const vectorColumns = 16;
/** Bytes of an event in the lists of the vector loops. */
const eventBytes = 8;

/** Places in a layer's counters, 64 bits each: two per tensor, three per kind of pass, two for the updates. */
export const counterPlaces = {
  overflow: 0,
  inference: 2 * tensorNames.length,
  training: 2 * tensorNames.length + 3,
  measuring: 2 * tensorNames.length + 6,
  nonZeroUpdates: 2 * tensorNames.length + 9,
  changedUpdates: 2 * tensorNames.length + 10,
} as const;
export const counterCount = 2 * tensorNames.length + 11;

/** Hands out addresses of the kernel's memory, upwards. */
export class MemoryPlan {
  #nextAddress: number;

  constructor(firstFreeAddress: number) {
    this.#nextAddress = firstFreeAddress;
    this.reserve(0);
  }

  /** Address of so many bytes. @throws RangeError when the image needs more than 4 GiB. */
  reserve(bytes: number): number {
    const address = ceilDiv(this.#nextAddress, alignmentBytes) * alignmentBytes;
    this.#nextAddress = address + bytes;
    if (this.#nextAddress > largestMemoryBytes) {
      throw new RangeError(
        `fast engine: the image needs more than ${largestMemoryBytes} bytes of memory; use smaller layers`,
      );
    }
    return address;
  }

  /** Pages that hold everything reserved so far. */
  get pageCount(): number {
    return ceilDiv(this.#nextAddress, pageBytes);
  }
}

/** Where a layer's memories and its scratch space lie; the fields are those of `Layer` in `assembly/parameters.ts`. */
export interface LayerMemory {
  readonly rowPitchBytes: number;
  readonly weights: number;
  readonly biases: number;
  readonly feedbackRows: number;
  readonly deltaHOverflow: number;
  readonly feedbackMatrix: number;
  readonly feedbackPitchBytes: number;
  readonly table: number;
  readonly laneStates: number;
  readonly wear: number;
  readonly wordOfNeuron: number;
  readonly eventAxons: number;
  readonly eventValues: number;
  readonly eventList: number;
  readonly rowCopy: number;
  readonly sums: number;
  readonly vectorSums: number;
  readonly outputs: number;
  readonly deltas: number;
  readonly rates: number;
  readonly vectorRates: number;
  readonly counters: number;
}

/** Synapse words of a row, R (docs/spec.md §1). */
export function wordsPerRow(layer: LayerImage): number {
  return ceilDiv(layer.neuronCount, layer.organisation.weightsPerWord);
}

/** Wear counters: one a word with write gating; without it all words of a row wear alike, so one an axon. */
export function wearCounterCount(layer: LayerImage): number {
  return layer.inputCount * (layer.organisation.hasWordWriteGating ? wordsPerRow(layer) : 1);
}

/** Rows of whole vectors, an odd number of cache lines apart where they are long: a column of them spreads over the cache. */
function rowPitch(layer: LayerImage, choice: VectorChoice): number {
  if (choice.weightBytes === 4) return 4 * layer.neuronCount;
  const bytes = ceilDiv(layer.neuronCount, vectorColumns) * vectorColumns;
  return bytes % (2 * alignmentBytes) === 0 ? bytes + alignmentBytes : bytes;
}

/** Elements of a row of the matrix that vectors of the rule are multiplied with; 0: the layer keeps no such matrix. */
export function feedbackColumnCount(image: ChipImage, layer: LayerImage): number {
  if (layer.feedbackRaw === null) return 0;
  const source = signalSourceOf(image.rule);
  if (source === 'labelRow' || source === 'scaledRow') return 0;
  // Of one neuron: C weights, for `fa` one for every neuron of the next layer.
  return ceilDiv(layer.feedbackRaw.length, layer.neuronCount);
}

/** Reserves everything a layer needs. */
export function reserveLayer(
  plan: MemoryPlan,
  image: ChipImage,
  layer: LayerImage,
  choice: VectorChoice,
): LayerMemory {
  const { inputCount, neuronCount } = layer;
  const paddedNeurons = ceilDiv(neuronCount, vectorColumns) * vectorColumns;
  const paddedLanes =
    ceilDiv(layer.organisation.learningLaneCount, lanesPerVector) * lanesPerVector;
  const rowPitchBytes = rowPitch(layer, choice);
  const columnCount = feedbackColumnCount(image, layer);
  const hasFeedbackRows = layer.feedbackRaw !== null && columnCount === 0;
  const feedbackPitchBytes =
    choice.feedbackBytes === 4
      ? 4 * columnCount
      : ceilDiv(columnCount, vectorColumns) * vectorColumns;
  return {
    rowPitchBytes,
    weights: plan.reserve(inputCount * rowPitchBytes),
    biases: plan.reserve(4 * neuronCount),
    feedbackRows: plan.reserve(hasFeedbackRows ? 8 * image.classCount * neuronCount : 0),
    deltaHOverflow: plan.reserve(8 * image.classCount),
    feedbackMatrix: plan.reserve(feedbackPitchBytes * neuronCount),
    feedbackPitchBytes,
    table: plan.reserve(4 * tableOf(layer).entriesRaw.length),
    laneStates: plan.reserve(choice.laneStateBytes * paddedLanes),
    wear: plan.reserve(4 * wearCounterCount(layer)),
    wordOfNeuron: plan.reserve(4 * neuronCount),
    eventAxons: plan.reserve(4 * inputCount),
    eventValues: plan.reserve(8 * inputCount),
    eventList: plan.reserve(eventBytes * (inputCount + 1)),
    rowCopy: plan.reserve(paddedNeurons),
    sums: plan.reserve(8 * neuronCount),
    vectorSums: plan.reserve(4 * paddedNeurons),
    outputs: plan.reserve(4 * neuronCount),
    deltas: plan.reserve(8 * neuronCount),
    rates: plan.reserve(8 * neuronCount),
    vectorRates: plan.reserve(2 * paddedNeurons),
    counters: plan.reserve(8 * counterCount),
  };
}
