import type { ChipImage, LayerPart } from '../../image/chip-image.js';
import { positionCount } from '../../image/layer-geometry.js';
import {
  axonPartsOf,
  firstRowOf,
  homesOf,
  isHome,
  partLayer,
  partsOf,
} from '../../image/layer-parts.js';
import {
  countedRoutes,
  counterPlaces,
  dividedParts,
  laneBytes,
  partActivityPlace,
  wearCounterCount,
} from './layer-memory.js';
import type { PlacedLayer } from './placed-layer.js';

/** Which part of a layer a block of the compiled engine is about; the layer's own block is about all of it. */
export interface BlockShare {
  readonly partCount: number;
  readonly axonPartCount: number;
  /** Address of the blocks of the parts; of a whole layer its own. */
  readonly partsAt: number;
  readonly isHome: boolean;
  readonly firstAxon: number;
  readonly axonCount: number;
  readonly firstRow: number;
  readonly rowEnd: number;
  /** Place of its activity among the layer's counters. */
  readonly activityPlace: number;
  /** Routes whose events are counted: in the layer's own block, and 0 where it has one. */
  readonly routeCount: number;
}

/** A block of the compiled engine to write. */
export interface PlacedBlock {
  readonly placed: PlacedLayer;
  readonly share: BlockShare;
}

/** The layer's own block. */
export function wholeBlock(image: ChipImage, placed: PlacedLayer, partsAt: number): PlacedBlock {
  const { layer, geometry } = placed;
  const share = {
    partCount: partsOf(layer).length,
    axonPartCount: axonPartsOf(layer).length,
    partsAt,
    isHome: true,
    firstAxon: 0,
    axonCount: layer.inputCount,
    firstRow: 0,
    rowEnd: geometry.rowCount,
    activityPlace: counterPlaces.inference,
    routeCount: countedRoutes(image, layer).length,
  };
  return { placed, share };
}

/** Wear counters before those of a neuron part. */
function firstWearCounter({ layer }: PlacedLayer, part: LayerPart): number {
  return homesOf(layer)
    .slice(0, part.neuronPart)
    .reduce((sum, home) => sum + wearCounterCount(layer, home.columnCount), 0);
}

/**
 * The layer as one of its cores has it: its columns of the same rows, whose places stay those of the layer; its own
 * lanes and words (docs/spec.md §7).
 */
function partBlock(placed: PlacedLayer, part: LayerPart, index: number): PlacedBlock {
  const { layer, geometry, choice, memory } = placed;
  const { firstColumn, columnCount, firstAxon, axonCount } = part;
  const firstNeuron = firstColumn * positionCount(layer);
  return {
    placed: {
      ...placed,
      layer: partLayer(layer, part),
      geometry: { ...geometry, columnCount },
      memory: {
        ...memory,
        weights: memory.weights + choice.weightBytes * firstColumn,
        biases: memory.biases + 4 * firstColumn,
        gradients: memory.gradients + 4 * firstColumn,
        momenta: memory.momenta + 4 * firstColumn,
        secondMoments: memory.secondMoments + 4 * firstColumn,
        rates: memory.rates + 8 * firstNeuron,
        laneStates: memory.laneStates + laneBytes(layer, choice) * index,
        wear: memory.wear + 4 * firstWearCounter(placed, part),
      },
    },
    share: {
      partCount: 1,
      axonPartCount: 1,
      partsAt: 0,
      isHome: isHome(part),
      firstAxon,
      axonCount,
      firstRow: firstRowOf(layer, firstAxon),
      rowEnd: firstRowOf(layer, firstAxon + axonCount),
      activityPlace: partActivityPlace(layer, index),
      routeCount: 0,
    },
  };
}

/** The blocks of a layer's parts; one on one core has none but its own. */
export function partBlocks(placed: PlacedLayer): readonly PlacedBlock[] {
  return dividedParts(placed.layer).map((part, index) => partBlock(placed, part, index));
}
