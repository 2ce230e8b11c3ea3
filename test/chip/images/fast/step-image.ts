import type {
  ChipImage,
  ConvolutionImage,
  LayerImage,
} from '../../../../src/chip/image/chip-image.js';
import { chipImage, type ImageOptions, type SmallLayer } from '../chip-image.js';
import { smallNumerics } from '../small-numerics.js';
import { workedChip, workedLayer } from '../worked-image.js';

/** What a test says of a layer; everything else is the same for all. */
export interface StepLayer extends Partial<LayerImage> {
  readonly inputCount: number;
  readonly neuronCount: number;
  readonly weightsRaw: Int32Array;
}

/** All formats without fraction. */
const wholeFormats = {
  input: 's16.0',
  weight: 's16.0',
  bias: 's24.0',
  accumulator: 's24.0',
  activation: 's16.0',
  output: 's16.0',
  delta: 's16.0',
  feedback: 's16.0',
  update: 's10.9',
  delayedError: 's10.8',
  gradient: 's24.0',
  momentum: 's24.0',
  secondMoment: 'u24.0',
};

/**
 * Networks of integers for pencil and paper: all formats without fraction, f(z) = z in every layer, loss mse, so that
 * δz of the output layer is 2(y − t). Biases start at 0, η is 1, weights and biases round to nearest.
 */
export function stepImage(
  layers: readonly StepLayer[],
  chip: Partial<Omit<ChipImage, 'layers'>> = {},
  formats: NonNullable<ImageOptions['formats']> = {},
): ChipImage {
  const images = layers.map((layer, index): SmallLayer => {
    const { convolution, neuronCount } = layer;
    return {
      ...workedLayer,
      core: index + 1,
      learningRate: { kind: 'shift', shiftBits: 0 },
      activationUnit: { kind: 'linear', function: 'none' },
      biasesRaw: new Int32Array(convolution?.mapShape[0] ?? neuronCount),
      ...layer,
    };
  });
  return chipImage(images, {
    ...workedChip,
    numerics: smallNumerics({ formats: { ...wholeFormats, ...formats } }),
    loss: 'mse',
    rule: { kind: 'bp' },
    ...chip,
  });
}

/** A convolution on square maps: its map and its pooled map follow. */
export function squareMaps(
  channels: readonly [number, number],
  sides: readonly [number, number, number],
  {
    kernelSize,
    stride = 1,
    padding = 0,
  }: { kernelSize: number; stride?: number; padding?: number },
): ConvolutionImage {
  const [inputSide, mapSide, pooledSide] = sides;
  return {
    inputShape: [channels[0], inputSide, inputSide],
    kernelSize,
    stride,
    padding,
    mapShape: [channels[1], mapSide, mapSide],
    pooledShape: [channels[1], pooledSide, pooledSide],
  };
}
