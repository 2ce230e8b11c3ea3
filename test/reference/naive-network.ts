import type { NetworkLayer, NetworkTopology } from '../../src/network/topology.js';
import type { LossName } from '../../src/reference/loss.js';

/*
 * A network in float64, connection by connection: no patches, no matrix products, no code of src/reference. Each neuron
 * has a list of (input, weight) pairs, so that a convolution is many neurons that share weights.
 */

export function at<Element>(list: ArrayLike<Element>, index: number): Element {
  const element = list[index];
  if (element === undefined) throw new RangeError(`index ${index} of ${list.length}`);
  return element;
}

export function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

/** Adds in place. */
export function addTo(sums: number[], index: number, value: number): void {
  sums[index] = at(sums, index) + value;
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
export const naiveFunctions = {
  tanh: { f: Math.tanh, slope: (z: number) => 1 / Math.cosh(z) ** 2 },
  sigmoid: { f: logistic, slope: (z: number) => logistic(z) * logistic(-z) },
  relu: { f: (z: number) => (z > 0 ? z : 0), slope: (z: number) => (z > 0 ? 1 : 0) },
  none: { f: (z: number) => z, slope: () => 1 },
};

interface Neuron {
  readonly bias: number;
  readonly connections: readonly { readonly input: number; readonly weight: number }[];
}

function makeNeurons(layer: NetworkLayer): Neuron[] {
  if (layer.kind === 'fc') {
    return Array.from({ length: layer.neuronCount }, (_, neuron) => ({
      bias: neuron,
      connections: Array.from({ length: layer.inputCount }, (__, input) => ({
        input,
        weight: input * layer.neuronCount + neuron,
      })),
    }));
  }
  const [inputChannels, inputHeight, inputWidth] = layer.inputShape;
  const [channels, height, width] = layer.mapShape;
  const { kernelSize: k, stride, padding } = layer;
  const neurons: Neuron[] = [];
  for (let channel = 0; channel < channels; channel += 1) {
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const connections = [];
        for (let from = 0; from < inputChannels; from += 1) {
          for (let kr = 0; kr < k; kr += 1) {
            for (let kc = 0; kc < k; kc += 1) {
              const r = row * stride + kr - padding;
              const c = column * stride + kc - padding;
              if (r < 0 || r >= inputHeight || c < 0 || c >= inputWidth) continue;
              connections.push({
                input: (from * inputHeight + r) * inputWidth + c,
                weight: ((from * k + kr) * k + kc) * channels + channel,
              });
            }
          }
        }
        neurons.push({ bias: channel, connections });
      }
    }
  }
  return neurons;
}

/** For each output the neurons it takes the largest of, in row-major order. */
function makeWindows(layer: NetworkLayer): number[][] {
  if (layer.kind === 'fc') return Array.from({ length: layer.neuronCount }, (_, n) => [n]);
  const [, height, width] = layer.mapShape;
  const [channels, pooledHeight, pooledWidth] = layer.outputShape;
  const windows: number[][] = [];
  for (let channel = 0; channel < channels; channel += 1) {
    for (let row = 0; row < 2 * pooledHeight; row += 2) {
      for (let column = 0; column < 2 * pooledWidth; column += 2) {
        const first = (channel * height + row) * width + column;
        windows.push([first, first + 1, first + width, first + width + 1]);
      }
    }
  }
  return windows;
}

export interface NaiveLayer {
  readonly spec: NetworkLayer;
  readonly neurons: readonly Neuron[];
  readonly windows: readonly (readonly number[])[];
  weights: number[];
  biases: number[];
}

export function makeNaiveLayers(
  topology: NetworkTopology,
  initial: readonly { readonly weights: Float32Array; readonly biases: Float32Array }[],
): NaiveLayer[] {
  return topology.layers.map((spec, index) => ({
    spec,
    neurons: makeNeurons(spec),
    windows: makeWindows(spec),
    weights: [...at(initial, index).weights],
    biases: [...at(initial, index).biases],
  }));
}

/** What one sample leaves in one layer. */
export interface NaiveVisit {
  readonly x: readonly number[];
  readonly z: readonly number[];
  readonly h: readonly number[];
  /** For each output, the neuron that won. */
  readonly winners: readonly number[];
  readonly output: readonly number[];
}

export function visitLayer(layer: NaiveLayer, x: readonly number[]): NaiveVisit {
  const z = layer.neurons.map(({ bias, connections }) =>
    connections.reduce(
      (sum, { input, weight }) => sum + at(x, input) * at(layer.weights, weight),
      at(layer.biases, bias),
    ),
  );
  const h = z.map((value) => naiveFunctions[layer.spec.activation].f(value));
  const winners = layer.windows.map((window) =>
    window.reduce((best, neuron) => (at(h, neuron) > at(h, best) ? neuron : best)),
  );
  return { x, z, h, winners, output: winners.map((neuron) => at(h, neuron)) };
}

export function visitNetwork(
  layers: readonly NaiveLayer[],
  input: readonly number[],
): NaiveVisit[] {
  let x = input;
  return layers.map((layer) => {
    const visit = visitLayer(layer, x);
    x = visit.output;
    return visit;
  });
}

export function naiveSoftmax(y: readonly number[]): number[] {
  const sum = y.reduce((total, value) => total + Math.exp(value), 0);
  return y.map((value) => Math.exp(value) / sum);
}

/** J of one sample, summed over the classes. */
export function naiveLoss(loss: LossName, y: readonly number[], label: number): number {
  if (loss === 'ce') return -Math.log(at(naiveSoftmax(y), label));
  return y.reduce((sum, value, index) => {
    const target = index === label ? 1 : 0;
    if (loss === 'mse') return sum + (value - target) ** 2;
    return sum - target * Math.log(value) - (1 - target) * Math.log(1 - value);
  }, 0);
}

/** ∂J/∂y. */
export function naiveSlopeOfLoss(loss: LossName, y: readonly number[], label: number): number[] {
  const probabilities = naiveSoftmax(y);
  return y.map((value, index) => {
    const target = index === label ? 1 : 0;
    if (loss === 'ce') return at(probabilities, index) - target;
    if (loss === 'mse') return 2 * (value - target);
    return (1 - target) / (1 - value) - target / value;
  });
}

/** 1/(batch·elements) or 1. */
export function naiveFactor(
  loss: LossName,
  reduction: 'sum' | 'mean',
  batchCount: number,
  classCount: number,
): number {
  if (reduction === 'sum') return 1;
  return loss === 'ce' ? 1 / batchCount : 1 / (batchCount * classCount);
}

/** δ of a layer's inputs from δz through `carrier`, in the place of its weights. */
export function carryBack(
  layer: NaiveLayer,
  deltaZ: readonly number[],
  carrier: ArrayLike<number>,
): number[] {
  const inputCount = layer.spec.inputCount;
  const deltaX = zeros(inputCount);
  layer.neurons.forEach(({ connections }, neuron) => {
    for (const { input, weight } of connections) {
      addTo(deltaX, input, at(deltaZ, neuron) * at(carrier, weight));
    }
  });
  return deltaX;
}
