import fc from 'fast-check';
import type { ConvolutionImage, RuleSpec } from '../../../../src/chip/image/chip-image.js';
import { columnCount, outputCount, rowCount } from '../../../../src/chip/image/layer-geometry.js';
import { placeConvolution, type MapShape } from '../../../../src/network/convolution.js';
import type { Draw } from './random-numerics.js';

/** What a layer's place in the network decides. */
export interface LayerShape {
  readonly layer: number;
  readonly isOutput: boolean;
  readonly convolution: ConvolutionImage | null;
  readonly inputCount: number;
  readonly neuronCount: number;
  /** Elements of B; 0: the layer has none. */
  readonly feedbackCount: number;
}

/** A convolution on maps of that shape, of which at least two positions a side are left. */
function convolution(draw: Draw, inputShape: MapShape, channelCount: number): ConvolutionImage {
  const stride = draw(fc.integer({ min: 1, max: 2 }));
  const padding = draw(fc.integer({ min: 0, max: 2 }));
  const shortSide = Math.min(inputShape[1], inputShape[2]) + 2 * padding;
  const kernelSize = draw(fc.integer({ min: 1, max: Math.min(3, shortSide - stride) }));
  const channels = draw(fc.integer({ min: 1, max: channelCount }));
  const description = { type: 'conv' as const, channels, kernelSize, stride, padding };
  const placed = placeConvolution(description, inputShape, 'tanh', 'random image');
  const { mapShape, outputShape: pooledShape } = placed;
  return { inputShape, kernelSize, stride, padding, mapShape, pooledShape };
}

/** One or two CONV layers of at most `channelCount` channels; the second only where the maps of the first are large enough. */
export function drawConvolutions(draw: Draw, channelCount: number): readonly ConvolutionImage[] {
  const side = fc.integer({ min: 3, max: 6 });
  const inputChannels = draw(fc.integer({ min: 1, max: 2 }));
  const first = convolution(draw, [inputChannels, draw(side), draw(side)], channelCount);
  const { pooledShape } = first;
  if (Math.min(pooledShape[1], pooledShape[2]) < 3 || draw(fc.boolean())) return [first];
  return [first, convolution(draw, pooledShape, channelCount)];
}

type Sizes = Pick<LayerShape, 'convolution' | 'inputCount' | 'neuronCount'>;

/** The CONV layers, then fully connected ones of the given numbers of neurons, the last of them the output. */
export function layerShapes(
  { kind }: RuleSpec,
  inputCount: number,
  convolutions: readonly ConvolutionImage[],
  neuronCounts: readonly number[],
): readonly LayerShape[] {
  const classCount = neuronCounts.at(-1) ?? 0;
  const sizes: Sizes[] = [];
  for (const placed of [...convolutions, ...neuronCounts]) {
    const below = sizes.at(-1);
    const entering = below === undefined ? inputCount : outputCount(below);
    if (typeof placed === 'number') {
      sizes.push({ convolution: null, inputCount: entering, neuronCount: placed });
    } else {
      const neuronCount = placed.mapShape.reduce((product, side) => product * side);
      sizes.push({ convolution: placed, inputCount: entering, neuronCount });
    }
  }
  return sizes.map((size, index) => {
    const above = sizes[index + 1];
    const count = kind === 'fa' ? nextWeights(above) : classCount * size.neuronCount;
    const hasFeedback = above !== undefined && kind !== 'bp' && kind !== 'shallow';
    return {
      ...size,
      layer: index + 1,
      isOutput: above === undefined,
      feedbackCount: hasFeedback ? count : 0,
    };
  });
}

function nextWeights(above: Sizes | undefined): number {
  return above === undefined ? 0 : rowCount(above) * columnCount(above);
}
