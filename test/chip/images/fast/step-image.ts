import type {
  ChipImage,
  ConvolutionImage,
  LayerImage,
} from '../../../../src/chip/image/chip-image.js';
import { columnCount } from '../../../../src/chip/image/layer-geometry.js';
import { type FixedPointFormat, parseFormat } from '../../../../src/numerics/format.js';
import { elementAt } from '../../../../src/numerics/integer.js';
import { workedImage } from './worked-image.js';

/** What a test says of a layer; everything else is the same for all. */
export interface StepLayer extends Partial<LayerImage> {
  readonly inputCount: number;
  readonly neuronCount: number;
  readonly weightsRaw: Int32Array;
}

const whole = parseFormat('s16.0');
const wide = parseFormat('s24.0');

/**
 * Networks of integers for pencil and paper: all formats without fraction, f(z) = z in every layer, loss mse, so that
 * δz of the output layer is 2(y − t). Biases start at 0, η is 1, weights and biases round to nearest.
 */
export function stepImage(
  layers: readonly StepLayer[],
  chip: Partial<Omit<ChipImage, 'layers'>> = {},
  formats: Partial<Record<keyof ChipImage['numerics']['formats'], FixedPointFormat>> = {},
): ChipImage {
  const base = workedImage();
  const [first] = base.layers;
  if (first === undefined) throw new Error('the worked image has layers');
  const { numerics } = base;
  const allFormats = {
    ...numerics.formats,
    input: whole,
    weight: whole,
    bias: wide,
    accumulator: wide,
    activation: whole,
    output: whole,
    delta: whole,
    feedback: whole,
    gradient: wide,
    momentum: wide,
    secondMoment: parseFormat('u24.0'),
    ...formats,
  };
  const images = layers.map((layer, index): LayerImage => {
    const isOutput = index === layers.length - 1;
    const common: LayerImage = {
      ...first,
      isOutput,
      layer: index + 1,
      core: index + 1,
      feedbackRaw: null,
      learningRate: { kind: 'shift', shiftBits: 0 },
      activationUnit: { kind: 'linear', function: 'none' },
      inputFormat: index === 0 ? allFormats.input : allFormats.activation,
      outputFormat: isOutput ? allFormats.output : allFormats.activation,
      ...layer,
    };
    return { ...common, biasesRaw: layer.biasesRaw ?? new Int32Array(columnCount(common)) };
  });
  return {
    ...base,
    classCount: elementAt(images, images.length - 1, 'layers').neuronCount,
    loss: 'mse',
    rule: { kind: 'bp' },
    numerics: {
      ...numerics,
      formats: allFormats,
      rounding: { ...numerics.rounding, weight: 'nearest' },
    },
    ...chip,
    layers: images,
  };
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
