import { factsOf } from '../../../network/rule-facts.js';
import { ceilDiv } from '../../../numerics/integer.js';
import { type EventRoute, eventRoutes } from '../../image/event-routes.js';
import {
  type ChipImage,
  type LayerImage,
  type LayerPart,
  tensorNames,
} from '../../image/chip-image.js';
import {
  columnCount,
  learnsInSteps,
  outputCount,
  positionCount,
  rowCount,
} from '../../image/layer-geometry.js';
import { axonPartsOf, homesOf, partsOf } from '../../image/layer-parts.js';
import { passes } from '../../engine.js';
import { enginePaths } from './engine-paths.js';
import { alignmentBytes, type MemoryPlan } from './memory-plan.js';
import { signalSourceOf } from './signal-source.js';
import { lanesPerVector, type VectorChoice, vectorColumns } from './vector-choice.js';

/** Columns that a step takes at a time, 32 bits each. */
const columnsOfStep = 8;
/** Bytes of an event in the lists of the vector loops, and in those of a CONV layer. */
const eventBytes = 8;
const visitBytes = 16;
/** Samples whose gradients are added at a time. */
const groupSize = 8;
/** Bounds of gradients, momenta and second moments, and a rate; directions, gradients and states of a row of a step. */
const boundCount = 4;
const stepRowCount = 4;
/** Positions and columns of a tile of sums of a CONV layer, and bytes of an entry in its list. */
const tilePositions = 4;
const tileColumns = 8;
const tileEntryBytes = 20;
/** Bytes of a span: the first position that sees a row or column of an input map, and how many do. */
const spanBytes = 8;

/** Counters of one kind of pass: `Activity` in `assembly/parameters.ts`. */
const activityCount = 14;
/** Counters of all kinds of pass, and so of each part of a layer that spans cores. */
const passesCount = passes.length * activityCount;

/** Places in a layer's counters, 64 bits each: two per tensor, fourteen per kind of pass, two for the updates, the paths. */
export const counterPlaces = {
  overflow: 0,
  inference: 2 * tensorNames.length,
  training: 2 * tensorNames.length + activityCount,
  measuring: 2 * tensorNames.length + 2 * activityCount,
  nonZeroUpdates: 2 * tensorNames.length + passesCount,
  changedUpdates: 2 * tensorNames.length + passesCount + 1,
  paths: 2 * tensorNames.length + passesCount + 2,
} as const;
const ownCounterCount = counterPlaces.paths + enginePaths.length;

/** Per axon the number of a sample, and that of the one in flight; per axon a place, and a count (`assembly/forward`). */
export function lastSamplesCount(inputCount: number): number {
  return 2 * (inputCount + 1);
}

/** The parts that the compiled engine tells apart: of a layer on one core none. */
export function dividedParts({ parts }: LayerImage): readonly LayerPart[] {
  return parts === null || parts.length === 1 ? [] : parts;
}

/** Place of the first activity of a part: on one core the layer's own, else after its counters. */
export function partActivityPlace(layer: LayerImage, index: number): number {
  return dividedParts(layer).length === 0
    ? counterPlaces.inference
    : ownCounterCount + passesCount * index;
}

/** The routes that the compiled engine tells apart; none where all events go the same way. */
export function countedRoutes(image: ChipImage, layer: LayerImage): readonly EventRoute[] {
  const routes = eventRoutes(image, layer);
  return routes.length === 1 ? [] : routes;
}

/** Place of the events by route: those of inference, then of training, then while measuring. */
export function routesPlace(layer: LayerImage): number {
  return ownCounterCount + passesCount * dividedParts(layer).length;
}

export function counterCount(image: ChipImage, layer: LayerImage): number {
  return routesPlace(layer) + passes.length * countedRoutes(image, layer).length;
}

/** Counts of a layer in the symbols of docs/spec.md §2.10: ρ, κ, Q, P. */
export interface LayerGeometry {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly positionCount: number;
  readonly outputCount: number;
}

export function geometryOf(layer: LayerImage): LayerGeometry {
  return {
    rowCount: rowCount(layer),
    columnCount: columnCount(layer),
    positionCount: positionCount(layer),
    outputCount: outputCount(layer),
  };
}

/** Where a layer's memories and its scratch space lie; the fields are those of `Layer` in `assembly/parameters.ts`. */
export interface LayerMemory {
  readonly rowSpans: number;
  readonly columnSpans: number;
  readonly rowPitchBytes: number;
  readonly weights: number;
  readonly biases: number;
  readonly feedbackRows: number;
  readonly deltaHOverflow: number;
  readonly feedbackMatrix: number;
  readonly feedbackPitchBytes: number;
  readonly table: number;
  /** Gradients and states: rows so far apart, the biases' last. */
  readonly gradientPitchBytes: number;
  readonly gradients: number;
  readonly momenta: number;
  readonly secondMoments: number;
  readonly gradientBound: number;
  readonly touchedRows: number;
  readonly quietRows: number;
  readonly stepRows: number;
  readonly deltaLanes: number;
  readonly groupValues: number;
  readonly groupDeltas: number;
  readonly pairLists: number;
  readonly pairListBytes: number;
  readonly packedWeights: number;
  readonly laneStates: number;
  readonly wear: number;
  readonly wordOfColumn: number;
  readonly eventAxons: number;
  readonly eventValues: number;
  readonly eventList: number;
  readonly lastSamples: number;
  readonly rowCopy: number;
  readonly sums: number;
  readonly partSums: number;
  readonly routeEnds: number;
  readonly vectorSums: number;
  readonly columnSums: number;
  readonly outputs: number;
  readonly leaving: number;
  readonly winners: number;
  readonly leavingSignals: number;
  readonly deltas: number;
  readonly vectorDeltas: number;
  readonly rates: number;
  readonly vectorRates: number;
  readonly addends: number;
  readonly counters: number;
}

/** R, synapse words of a row with `columns` columns (docs/spec.md §1). */
export function wordsPerRow({ organisation }: LayerImage, columns: number): number {
  return ceilDiv(columns, organisation.weightsPerWord);
}

/** Wear counters of a core with `columns` columns: one per word with write gating; without it the words of a row wear alike: one per row. */
export function wearCounterCount(layer: LayerImage, columns: number): number {
  const { hasWordWriteGating } = layer.organisation;
  return rowCount(layer) * (hasWordWriteGating ? wordsPerRow(layer, columns) : 1);
}

/** Bytes of the registers of one core's lanes: whole vectors. */
export function laneBytes({ organisation }: LayerImage, choice: VectorChoice): number {
  return choice.laneStateBytes * padded(organisation.learningLaneCount, lanesPerVector);
}

function padded(count: number, unit: number): number {
  return ceilDiv(count, unit) * unit;
}

/** Rows of whole vectors, an odd number of cache lines apart where they are long: a column of them spreads over the cache. */
function rowPitch(columns: number, choice: VectorChoice): number {
  if (choice.weightBytes === 4) return 4 * columns;
  const bytes = choice.weightBytes * padded(columns, vectorColumns);
  return bytes % (2 * alignmentBytes) === 0 ? bytes + alignmentBytes : bytes;
}

/** Rows and columns of the matrix that vectors of the rule are multiplied with; 0 × 0: the layer keeps no such matrix. */
export function feedbackShape(
  { rule, layers, classCount }: ChipImage,
  { feedbackRaw, layer, neuronCount }: LayerImage,
): { readonly rowCount: number; readonly columnCount: number } {
  const source = signalSourceOf(rule);
  if (feedbackRaw === null || source === 'labelRow' || source === 'scaledRow') {
    return { rowCount: 0, columnCount: 0 };
  }
  const above = layers.find((candidate) => candidate.layer === layer + 1);
  return factsOf(rule.kind).feedback === 'weights' && above !== undefined
    ? { rowCount: rowCount(above), columnCount: columnCount(above) }
    : { rowCount: neuronCount, columnCount: classCount };
}

/** Reserves the buffers from which the error signals of a layer are computed. */
function reserveFeedback(
  plan: MemoryPlan,
  image: ChipImage,
  layer: LayerImage,
  choice: VectorChoice,
) {
  const shape = feedbackShape(image, layer);
  const hasRows = layer.feedbackRaw !== null && shape.columnCount === 0;
  const feedbackPitchBytes =
    choice.feedbackBytes === 4 ? 4 * shape.columnCount : padded(shape.columnCount, vectorColumns);
  return {
    feedbackRows: plan.reserve(hasRows ? 8 * image.classCount * layer.neuronCount : 0),
    deltaHOverflow: plan.reserve(8 * image.classCount),
    feedbackMatrix: plan.reserve(feedbackPitchBytes * shape.rowCount),
    feedbackPitchBytes,
  };
}

/** Reserves gradients and states: nothing in a layer that does not learn in steps (docs/spec.md §2.11). */
function reserveSteps(
  plan: MemoryPlan,
  image: ChipImage,
  layer: LayerImage,
  geometry: LayerGeometry,
) {
  const { kind } = image.optimizer;
  const isUsed = learnsInSteps(image, layer);
  const gradientPitchBytes = 4 * padded(geometry.columnCount, columnsOfStep);
  const valueBytes = isUsed ? (geometry.rowCount + 1) * gradientPitchBytes : 0;
  const hasGroups = isUsed && layer.convolution === null;
  const hasMomenta = kind === 'momentum' || kind === 'adam';
  const hasSecondMoments = kind === 'rmsprop' || kind === 'adam';
  return {
    gradientPitchBytes,
    gradients: plan.reserve(valueBytes),
    momenta: plan.reserve(hasMomenta ? valueBytes : 0),
    secondMoments: plan.reserve(hasSecondMoments ? valueBytes : 0),
    gradientBound: plan.reserve(8 * boundCount),
    touchedRows: plan.reserve(isUsed ? geometry.rowCount : 0),
    quietRows: plan.reserve(isUsed ? 4 * geometry.rowCount : 0),
    stepRows: plan.reserve(isUsed ? stepRowCount * gradientPitchBytes : 0),
    deltaLanes: plan.reserve(isUsed ? geometry.positionCount * gradientPitchBytes : 0),
    groupValues: plan.reserve(hasGroups ? 2 * groupSize * geometry.rowCount : 0),
    groupDeltas: plan.reserve(hasGroups ? (groupSize >> 1) * gradientPitchBytes : 0),
  };
}

/**
 * What the sums of a CONV layer list: the pairs of rows that a tile of positions meets, and what it meets (`assembly/forward/field-tiles.ts`);
 * in steps the positions that each place of the kernel meets (`assembly/forward/pair-list.ts`). Then packed weights, and values that enter.
 */
function reserveLists(
  plan: MemoryPlan,
  { convolution, inputCount }: LayerImage,
  geometry: LayerGeometry,
) {
  const pairListBytes = 4 + 12 * ceilDiv(geometry.positionCount, 2);
  if (convolution === null) {
    return { pairLists: plan.reserve(0), pairListBytes, packedWeights: plan.reserve(0) };
  }
  const places = convolution.kernelSize * convolution.kernelSize;
  const pairCount = ceilDiv(geometry.rowCount, 2);
  const tileBytes = pairCount * (tileEntryBytes + 4 * tilePositions);
  const packedBytes = 4 * pairCount * padded(geometry.columnCount, tileColumns);
  return {
    pairLists: plan.reserve(Math.max(tileBytes, places * pairListBytes)),
    pairListBytes,
    packedWeights: plan.reserve(packedBytes + 2 * inputCount),
  };
}

/** Reserves everything a layer needs. */
export function reserveLayer(
  plan: MemoryPlan,
  image: ChipImage,
  layer: LayerImage,
  choice: VectorChoice,
): LayerMemory {
  const { convolution, inputCount, neuronCount } = layer;
  const geometry = geometryOf(layer);
  const { columnCount: columns, positionCount: positions } = geometry;
  const paddedColumns = padded(columns, vectorColumns);
  const tiledPositions = convolution === null ? positions : padded(positions, tilePositions);
  const rowPitchBytes = rowPitch(columns, choice);
  const wearCounters = homesOf(layer).reduce(
    (sum, home) => sum + wearCounterCount(layer, home.columnCount),
    0,
  );
  const [, inputHeight, inputWidth] = convolution?.inputShape ?? [0, 0, 0];
  const eventListBytes =
    convolution === null ? eventBytes * (inputCount + 1) : visitBytes * inputCount;
  const outputs = plan.reserve(4 * neuronCount);
  // Without pooling, h leaves as it is.
  const pooledCount = convolution === null ? 0 : geometry.outputCount;
  return {
    rowSpans: plan.reserve(spanBytes * inputHeight),
    columnSpans: plan.reserve(spanBytes * inputWidth),
    rowPitchBytes,
    // The last vector of a part may reach past the last row.
    weights: plan.reserve(geometry.rowCount * rowPitchBytes + 2 * vectorColumns),
    biases: plan.reserve(4 * columns),
    ...reserveFeedback(plan, image, layer, choice),
    table: reserveTable(plan, layer),
    ...reserveSteps(plan, image, layer, geometry),
    ...reserveLists(plan, layer, geometry),
    laneStates: plan.reserve(laneBytes(layer, choice) * partsOf(layer).length),
    wear: plan.reserve(4 * wearCounters),
    wordOfColumn: plan.reserve(4 * columns),
    eventAxons: plan.reserve(4 * inputCount),
    eventValues: plan.reserve(8 * inputCount),
    eventList: plan.reserve(eventListBytes),
    lastSamples: plan.reserve(4 * lastSamplesCount(inputCount)),
    rowCopy: plan.reserve(2 * paddedColumns),
    sums: plan.reserve(8 * neuronCount),
    partSums: plan.reserve(axonPartsOf(layer).length > 1 ? 8 * neuronCount : 0),
    routeEnds: plan.reserve(4 * countedRoutes(image, layer).length),
    vectorSums: plan.reserve(4 * tiledPositions * paddedColumns),
    columnSums: plan.reserve(8 * columns),
    outputs,
    leaving: convolution === null ? outputs : plan.reserve(4 * pooledCount),
    winners: plan.reserve(4 * pooledCount),
    leavingSignals: plan.reserve(8 * pooledCount),
    deltas: plan.reserve(8 * neuronCount),
    vectorDeltas: plan.reserve(convolution === null ? 0 : 2 * positions * paddedColumns),
    rates: plan.reserve(convolution === null ? 8 * columns : 0),
    vectorRates: plan.reserve(6 * paddedColumns),
    // Words of a vector past the last column are written too.
    addends: plan.reserve(4 * (paddedColumns + vectorColumns)),
    counters: plan.reserve(8 * counterCount(image, layer)),
  };
}

/** Address of the table of f; 0: f is `linear` and has none. */
function reserveTable(plan: MemoryPlan, { activationUnit }: LayerImage): number {
  return activationUnit.kind === 'table' ? plan.reserve(4 * activationUnit.entriesRaw.length) : 0;
}
