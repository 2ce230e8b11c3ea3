import type { ChipImage, ConvolutionImage, LayerImage } from '../src/chip/image/chip-image.js';
import { columnCount, rowCount } from '../src/chip/image/layer-geometry.js';
import { shapeCount } from '../src/network/convolution.js';
import { elementAt } from '../src/numerics/integer.js';

/** CONV_32_5_1_2 on a map of 28×28. */
const mnistMaps: ConvolutionImage = {
  inputShape: [1, 28, 28],
  kernelSize: 5,
  stride: 1,
  padding: 2,
  mapShape: [32, 28, 28],
  pooledShape: [32, 14, 14],
};

/** CONV_64_3_1_1 and CONV_256_3_1_1 on maps of 32×32, as in the thesis's network for CIFAR-10. */
const cifarMaps: readonly ConvolutionImage[] = [
  {
    inputShape: [3, 32, 32],
    kernelSize: 3,
    stride: 1,
    padding: 1,
    mapShape: [64, 32, 32],
    pooledShape: [64, 16, 16],
  },
  {
    inputShape: [64, 16, 16],
    kernelSize: 3,
    stride: 1,
    padding: 1,
    mapShape: [256, 16, 16],
    pooledShape: [256, 8, 8],
  },
];

/** Values of an array again and again, up to a length: only their number matters for speed. */
function repeated(values: Int32Array, length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) =>
    elementAt(values, index % values.length, 'values'),
  );
}

/** CONV layers and hidden layers of these numbers of neurons on the chip of a two-layer network: its formats, its lanes, its output layer. */
function networkImage(
  image: ChipImage,
  convolutions: readonly ConvolutionImage[],
  hiddenCounts: readonly number[],
): ChipImage {
  const hidden = elementAt(image.layers, 0, 'layers');
  const output = elementAt(image.layers, 1, 'layers');
  const { activation, input } = image.numerics.formats;
  const shapes: Partial<LayerImage>[] = convolutions.map((convolution) => ({
    convolution,
    inputCount: shapeCount(convolution.inputShape),
    neuronCount: shapeCount(convolution.mapShape),
  }));
  let inputCount = shapeCount(elementAt(convolutions, convolutions.length - 1, 'maps').pooledShape);
  for (const neuronCount of [...hiddenCounts, output.neuronCount]) {
    shapes.push({ inputCount, neuronCount });
    inputCount = neuronCount;
  }
  const layers = shapes.map((change, index): LayerImage => {
    const like = index === shapes.length - 1 ? output : hidden;
    const inputFormat = index === 0 ? input : activation;
    const layer = { ...like, ...change, inputFormat, layer: index + 1, core: index };
    const { feedbackRaw, weightsRaw, biasesRaw } = like;
    return {
      ...layer,
      weightsRaw: repeated(weightsRaw, rowCount(layer) * columnCount(layer)),
      biasesRaw: repeated(biasesRaw, columnCount(layer)),
      feedbackRaw: feedbackRaw && repeated(feedbackRaw, image.classCount * layer.neuronCount),
    };
  });
  return { ...image, layers };
}

/** MNIST's CONV_32_5_1_2_FC_1000_FC_10 on the chip of a two-layer network. */
export function convolutionImage(image: ChipImage, batchSize: number): ChipImage {
  return { ...networkImage(image, [mnistMaps], [1000]), batchSize };
}

/** The thesis's CONV_64_3_1_1_CONV_256_3_1_1_FC_1000_FC_1000_FC_10 for CIFAR-10 on the chip of a two-layer network. */
export function cifarImage(image: ChipImage): ChipImage {
  return networkImage(image, cifarMaps, [1000, 1000]);
}
