import { type NetworkLayer, outputCount, weightShape } from '../../network/topology.js';
import { ceilDiv, floorDiv } from '../../numerics/integer.js';

/*
 * A layer cut into a grid of parts, one core each (docs/spec.md §7): geometry only, no chip.
 */

/** How many parts a layer has each way: nₙ and nₐ. */
export interface GridSize {
  readonly neuronParts: number;
  readonly axonParts: number;
}

/** Least numbers of parts of a layer, as an experiment asks for them. */
export interface GridRequest extends GridSize {
  /** 1…k. */
  readonly layer: number;
}

/** The part of a layer on one core (docs/spec.md §7). */
export interface PartShare {
  readonly neuronPart: number;
  /** 0: the home of its neuron part. */
  readonly axonPart: number;
  readonly firstColumn: number;
  readonly columnCount: number;
  /** Inputs of the layer; of a CONV layer whole channels. */
  readonly firstAxon: number;
  readonly axonCount: number;
}

/** Inputs that a cut keeps together: fully connected 1, CONV those of a channel. */
function inputsTogether(layer: NetworkLayer): number {
  return layer.kind === 'fc' ? 1 : layer.inputShape[1] * layer.inputShape[2];
}

/** The finest grid: one column, and one input or channel in, on each core. */
export function finestGrid(layer: NetworkLayer): GridSize {
  const [, neuronParts] = weightShape(layer);
  return { neuronParts, axonParts: floorDiv(layer.inputCount, inputsTogether(layer)) };
}

/** Consecutive ranges of ⌈total/parts⌉, the last one shorter where they do not divide; none is empty, so there may be fewer than `parts`. */
function ranges(
  total: number,
  parts: number,
): readonly (readonly [first: number, count: number])[] {
  const length = ceilDiv(total, parts);
  return Array.from({ length: ceilDiv(total, length) }, (_, index) => {
    const first = index * length;
    return [first, Math.min(length, total - first)] as const;
  });
}

/** The parts of a layer in the order neuron part, axon part. */
export function sharesOf(layer: NetworkLayer, { neuronParts, axonParts }: GridSize): PartShare[] {
  const finest = finestGrid(layer);
  const together = inputsTogether(layer);
  const axonRanges = ranges(finest.axonParts, axonParts);
  return ranges(finest.neuronParts, neuronParts).flatMap(([firstColumn, columnCount], neuronPart) =>
    axonRanges.map(([first, count], axonPart) => ({
      neuronPart,
      axonPart,
      firstColumn,
      columnCount,
      firstAxon: first * together,
      axonCount: count * together,
    })),
  );
}

/** The home of neuron part 0: no part of the grid has more columns, axons or memory. */
export function largestShare(layer: NetworkLayer, { neuronParts, axonParts }: GridSize): PartShare {
  const finest = finestGrid(layer);
  return {
    neuronPart: 0,
    axonPart: 0,
    firstColumn: 0,
    columnCount: ceilDiv(finest.neuronParts, neuronParts),
    firstAxon: 0,
    axonCount: ceilDiv(finest.axonParts, axonParts) * inputsTogether(layer),
  };
}

/** Rows of the synapse array for these inputs: fully connected one per input, CONV one per place of a kernel. */
export function rowsOf(layer: NetworkLayer, { axonCount }: Pick<PartShare, 'axonCount'>): number {
  const rowsTogether = layer.kind === 'fc' ? 1 : layer.kernelSize ** 2;
  return floorDiv(axonCount, inputsTogether(layer)) * rowsTogether;
}

/** Q: neurons that share a column; fully connected 1. */
export function positionCount(layer: NetworkLayer): number {
  return layer.kind === 'fc' ? 1 : layer.mapShape[1] * layer.mapShape[2];
}

/** Values that leave the layer from one column, after pooling; fully connected 1. */
export function outputsPerColumn(layer: NetworkLayer): number {
  const [, columnCount] = weightShape(layer);
  return floorDiv(outputCount(layer), columnCount);
}
