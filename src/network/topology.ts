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

/** Consecutive equal layers of a network that one layer stands for. */
export interface LayerSpan {
  /** Number of the first of them, 1…k. */
  readonly first: number;
  readonly repeat: number;
}

/** Layers i = 1…k in order; the last one is fully connected and has one neuron per class. */
export interface NetworkTopology {
  readonly inputCount: number;
  readonly layers: readonly NetworkLayer[];
  /** Of a condensed network (`condensed-network.ts`) what each of `layers` stands for; absent: itself alone. */
  readonly spans?: readonly LayerSpan[];
}

/** What the layer at `index`, 0 the first, stands for. */
export function spanOf({ spans }: Pick<NetworkTopology, 'spans'>, index: number): LayerSpan {
  return spans?.[index] ?? { first: index + 1, repeat: 1 };
}

/** In a sentence: `layer 5`, or of equal ones `each of layers 2 to 65535`. */
export function spanName({ first, repeat }: LayerSpan): string {
  return repeat === 1 ? `layer ${first}` : `each of layers ${first} to ${first + repeat - 1}`;
}

/** k, layers that equal ones stand for included. */
export function layerCount(topology: NetworkTopology): number {
  const last = spanOf(topology, topology.layers.length - 1);
  return last.first + last.repeat - 1;
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

/** What enters the next layer. */
export interface LayerInput {
  readonly count: number;
  /** (channels, height, width); null: a plain vector. */
  readonly shape: MapShape | null;
}

/** Functions of the hidden layers and of the output layer. */
export interface LayerActivations {
  readonly hidden: ActivationName;
  readonly output: ActivationName;
}

/** `input` is the number of inputs, or their shape. */
export function networkInput(input: number | MapShape): LayerInput {
  return typeof input === 'number'
    ? { count: input, shape: null }
    : { count: shapeCount(input), shape: input };
}

/** What a layer hands on. */
export function inputAfter(layer: NetworkLayer): LayerInput {
  const count = outputCount(layer);
  return { count, shape: layer.kind === 'fc' ? null : layer.outputShape };
}

/**
 * Layer `number`, 1…k, after what enters it.
 * @throws RangeError when a convolution is the last layer, or has nothing to work on.
 */
export function placeLayer(
  description: LayerDescription,
  before: LayerInput,
  { number, isOutput }: { readonly number: number; readonly isOutput: boolean },
  activation: LayerActivations,
): NetworkLayer {
  const where = `layer ${number}`;
  if (description.type === 'fc') {
    return {
      kind: 'fc',
      inputCount: before.count,
      neuronCount: description.neurons,
      activation: isOutput ? activation.output : activation.hidden,
    };
  }
  if (isOutput) throw new RangeError(`${where} is the last one and must be FC, with the classes`);
  if (before.shape === null) {
    throw new RangeError(
      `${where}: CONV needs maps (channels, height, width), but it follows ${number === 1 ? 'a plain vector' : 'an FC layer'}; put CONV layers first, on images`,
    );
  }
  return placeConvolution(description, before.shape, activation.hidden, where);
}

/** @throws RangeError where what leaves the last layer is not one value per class. */
export function checkClasses({ count }: LayerInput, classCount: number): void {
  if (count === classCount) return;
  throw new RangeError(
    `the last layer has ${count} neurons, the data set has ${classCount} classes; give the last layer ${classCount} neurons`,
  );
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
  activation: LayerActivations,
): NetworkTopology {
  let before = networkInput(input);
  const { count: inputCount } = before;
  const layers = descriptions.map((description, index): NetworkLayer => {
    const isOutput = index === descriptions.length - 1;
    const layer = placeLayer(description, before, { number: index + 1, isOutput }, activation);
    before = inputAfter(layer);
    return layer;
  });
  checkClasses(before, classCount);
  return { inputCount, layers };
}
