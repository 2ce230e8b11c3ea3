import type { ActivationName } from './activation-name.js';
import {
  type ConvolutionDescription,
  type ConvolutionLayer,
  type MapShape,
  placeConvolution,
  shapeCount,
} from './convolution.js';

export { type ActivationName, activationNames } from './activation-name.js';

/** A fully-connected layer: z = W·h + b, h = f(z). */
export interface FullyConnectedLayer {
  readonly kind: 'fc';
  readonly inputCount: number;
  readonly neuronCount: number;
  readonly activation: ActivationName;
}

/** Layer of a network: fully connected or convolutional. */
export type NetworkLayer = FullyConnectedLayer | ConvolutionLayer;

/** Layers i = 1…k in order; the last one is fully connected and has one neuron per class. */
export interface NetworkTopology {
  readonly inputCount: number;
  readonly layers: readonly NetworkLayer[];
}

/** What a user writes for a fully-connected layer. */
export interface FullyConnectedDescription {
  readonly type: 'fc';
  readonly neurons: number;
}

/** What a user writes for one layer. */
export type LayerDescription = FullyConnectedDescription | ConvolutionDescription;

/** Values that leave a layer for the next one, in the order (channel, row, column). */
export function outputCount(layer: NetworkLayer): number {
  return layer.kind === 'fc' ? layer.neuronCount : shapeCount(layer.outputShape);
}

/** Shape of W: a row for each value that enters a sum, a column for each bias. A kernel's row is (channel, row, column). */
export function weightShape(layer: NetworkLayer): readonly [rowCount: number, columnCount: number] {
  if (layer.kind === 'fc') return [layer.inputCount, layer.neuronCount];
  return [layer.inputShape[0] * layer.kernelSize ** 2, layer.mapShape[0]];
}

const grammar =
  'write FC_<neurons> or CONV_<channels>_<kernel>_<stride>_<padding> for each layer, for example FC_500_FC_10';

/** Reads `CONV_32_5_1_2_FC_500_FC_10`, the topology strings of the published DRTP and DEFP code. @throws RangeError */
export function parseTopologyString(text: string): readonly LayerDescription[] {
  const isTopology = /^(FC_\d+|CONV_\d+_\d+_\d+_\d+)(_FC_\d+|_CONV_\d+_\d+_\d+_\d+)*$/.test(text);
  if (!isTopology) throw new RangeError(`"${text}" is not a topology; ${grammar}`);
  const parts = text.match(/[A-Z]+(_\d+)+/g) ?? [];
  return parts.map((part): LayerDescription => {
    const [kind, ...numbers] = part.split('_');
    const [size = 0, kernelSize = 0, stride = 0, padding = 0] = numbers.map(Number);
    if (kind === 'FC') {
      if (size === 0) throw new RangeError(`"${text}": a layer needs a neuron; ${grammar}`);
      return { type: 'fc', neurons: size };
    }
    if (size === 0 || kernelSize === 0 || stride === 0) {
      throw new RangeError(
        `"${text}": channels, kernel and stride of ${part} must be at least 1; ${grammar}`,
      );
    }
    return { type: 'conv', channels: size, kernelSize, stride, padding };
  });
}

/** The inverse of `parseTopologyString`. */
export function printTopology(topology: NetworkTopology): string {
  return topology.layers
    .map((layer) =>
      layer.kind === 'fc'
        ? `FC_${layer.neuronCount}`
        : `CONV_${layer.mapShape[0]}_${layer.kernelSize}_${layer.stride}_${layer.padding}`,
    )
    .join('_');
}

/**
 * Joins layer descriptions to a network. `input` is the number of inputs, or (channels, height, width) where a
 * convolution comes first.
 * @throws RangeError when the last layer does not have one neuron per class, or a convolution has nothing to work on.
 */
export function buildTopology(
  descriptions: readonly LayerDescription[],
  input: number | MapShape,
  classCount: number,
  activation: { readonly hidden: ActivationName; readonly output: ActivationName },
): NetworkTopology {
  const inputCount = typeof input === 'number' ? input : shapeCount(input);
  let shape: MapShape | null = typeof input === 'number' ? null : input;
  let previousCount = inputCount;
  const layers = descriptions.map((description, index): NetworkLayer => {
    const isOutput = index === descriptions.length - 1;
    const where = `layer ${index + 1}`;
    if (description.type === 'conv') {
      if (isOutput)
        throw new RangeError(`${where} is the last one and must be FC, with the classes`);
      if (shape === null) {
        throw new RangeError(
          `${where}: CONV needs maps (channels, height, width), but it follows ${index === 0 ? 'a plain vector' : 'an FC layer'}; put CONV layers first, on images`,
        );
      }
      const layer = placeConvolution(description, shape, activation.hidden, where);
      shape = layer.outputShape;
      previousCount = outputCount(layer);
      return layer;
    }
    const layer: FullyConnectedLayer = {
      kind: 'fc',
      inputCount: previousCount,
      neuronCount: description.neurons,
      activation: isOutput ? activation.output : activation.hidden,
    };
    shape = null;
    previousCount = description.neurons;
    return layer;
  });
  if (previousCount !== classCount) {
    throw new RangeError(
      `the last layer has ${previousCount} neurons, the data set has ${classCount} classes; give the last layer ${classCount} neurons`,
    );
  }
  return { inputCount, layers };
}
