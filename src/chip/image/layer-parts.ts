import { elementAt, floorDiv } from '../../numerics/integer.js';
import type { ConvolutionImage, LayerImage, LayerPart } from './chip-image.js';
import { columnCount, outputCount, positionCount } from './layer-geometry.js';

/*
 * A layer on a grid of cores (docs/spec.md §7): which core has what, and how far it is. A layer on one core is one part.
 */

/** Consecutive columns, inputs or outputs of a layer. */
export interface Range {
  readonly first: number;
  readonly count: number;
}

/** The members that two ranges share. */
export function sharedRange(left: Range, right: Range): Range {
  const first = Math.max(left.first, right.first);
  const end = Math.min(left.first + left.count, right.first + right.count);
  return { first, count: Math.max(0, end - first) };
}

export function isInside(member: number, { first, count }: Range): boolean {
  return member >= first && member < first + count;
}

/** Columns and inputs that a core has of its layer. */
type LayerShare = Pick<LayerPart, 'firstColumn' | 'columnCount' | 'firstAxon' | 'axonCount'>;

/** The inputs of a layer that one of its cores takes. */
export function axonsOf({ firstAxon, axonCount }: LayerShare): Range {
  return { first: firstAxon, count: axonCount };
}

function wholePart(layer: LayerImage): LayerPart {
  const { core, inputCount, laneSeeds, outputHops, labelHops, isOutput } = layer;
  return {
    core,
    neuronPart: 0,
    axonPart: 0,
    firstColumn: 0,
    columnCount: columnCount(layer),
    firstAxon: 0,
    axonCount: inputCount,
    laneSeeds,
    outputHops: isOutput ? [] : [outputHops],
    labelHops,
    homeHops: 0,
  };
}

/** The parts of a layer, in the order neuron part, axon part. */
export function partsOf(layer: LayerImage): readonly LayerPart[] {
  return layer.parts ?? [wholePart(layer)];
}

/** Whether the part has its neurons' biases, h, feedback and δz. */
export function isHome({ axonPart }: LayerPart): boolean {
  return axonPart === 0;
}

export function homesOf(layer: LayerImage): readonly LayerPart[] {
  return partsOf(layer).filter(isHome);
}

/** The parts with the other axons of a home's neurons. */
export function satellitesOf(layer: LayerImage, home: LayerPart): readonly LayerPart[] {
  return partsOf(layer).filter(
    (part) => part.neuronPart === home.neuronPart && part.axonPart !== home.axonPart,
  );
}

/** One part of each axon part, those of neuron part 0. */
export function axonPartsOf(layer: LayerImage): readonly LayerPart[] {
  return partsOf(layer).filter(({ neuronPart }) => neuronPart === 0);
}

/** Hops to the farthest of several cores; 0 where there is none. */
export function farthest(hops: readonly number[]): number {
  return hops.reduce((most, distance) => Math.max(most, distance), 0);
}

/** The values that leave a layer from one home: inputs of the next layer. */
export function outputsOf(layer: LayerImage, home: LayerPart): Range {
  const perColumn = floorDiv(outputCount(layer), columnCount(layer));
  return { first: home.firstColumn * perColumn, count: home.columnCount * perColumn };
}

/** The neurons of one home among those of its layer. */
export function neuronsOf(layer: LayerImage, home: LayerPart): Range {
  const positions = positionCount(layer);
  return { first: home.firstColumn * positions, count: home.columnCount * positions };
}

/** The row of the synapse array where the weights of an input begin: of a CONV layer, of its channel. */
export function firstRowOf({ convolution }: LayerImage, input: number): number {
  if (convolution === null) return input;
  const { inputShape, kernelSize } = convolution;
  return floorDiv(input, inputShape[1] * inputShape[2]) * kernelSize * kernelSize;
}

function narrowedConvolution(convolution: ConvolutionImage, share: LayerShare): ConvolutionImage {
  const { inputShape, mapShape, pooledShape } = convolution;
  const channelCount = floorDiv(share.axonCount, inputShape[1] * inputShape[2]);
  return {
    ...convolution,
    inputShape: [channelCount, inputShape[1], inputShape[2]],
    mapShape: [share.columnCount, mapShape[1], mapShape[2]],
    pooledShape: [share.columnCount, pooledShape[1], pooledShape[2]],
  };
}

/** The layer with some of its columns and inputs only. Its parameters are still those of all of them. */
export function narrowed(layer: LayerImage, share: LayerShare): LayerImage {
  const { convolution } = layer;
  return {
    ...layer,
    parts: null,
    convolution: convolution === null ? null : narrowedConvolution(convolution, share),
    inputCount: share.axonCount,
    neuronCount: share.columnCount * positionCount(layer),
  };
}

/** The layer with all columns, and some inputs only. */
export function withInputs(layer: LayerImage, { first, count }: Range): LayerImage {
  const columns = { firstColumn: 0, columnCount: columnCount(layer) };
  return narrowed(layer, { ...columns, firstAxon: first, axonCount: count });
}

/**
 * A part as if it were a layer of its own: shape, core, seeds, hops (outputs: to the farthest core). Its parameters are
 * still those of the whole layer.
 */
export function partLayer(layer: LayerImage, part: LayerPart): LayerImage {
  const { core, laneSeeds, outputHops, labelHops } = part;
  return { ...narrowed(layer, part), core, laneSeeds, outputHops: farthest(outputHops), labelHops };
}

/**
 * Hops of each output of a home to every core of the next layer that has it as an axon, summed; with `bp` those of its
 * error on the way back. Shape (outputs of the home).
 */
export function hopsOfOutputs(
  layer: LayerImage,
  home: LayerPart,
  above: LayerImage,
): readonly number[] {
  const { first, count } = outputsOf(layer, home);
  const destinations = partsOf(above);
  return Array.from({ length: count }, (_, output) =>
    destinations.reduce(
      (total, destination, index) =>
        isInside(first + output, axonsOf(destination))
          ? total + elementAt(home.outputHops, index, 'hops of a home')
          : total,
      0,
    ),
  );
}

/** Hops between a home and the home of each neuron of the next layer. Shape (neurons of the next layer). */
export function hopsOfNeurons(home: LayerPart, above: LayerImage): readonly number[] {
  return partsOf(above).flatMap((destination, index) => {
    if (!isHome(destination)) return [];
    const hops = elementAt(home.outputHops, index, 'hops of a home');
    return Array.from({ length: neuronsOf(above, destination).count }, () => hops);
  });
}
