import type { ChipImage, ConvolutionImage, LayerImage } from '../src/chip/image/chip-image.js';
import { columnCount, rowCount } from '../src/chip/image/layer-geometry.js';
import { elementAt } from '../src/numerics/integer.js';

/** CONV_32_5_1_2 on a map of 28×28. */
const convolution: ConvolutionImage = {
  inputShape: [1, 28, 28],
  kernelSize: 5,
  stride: 1,
  padding: 2,
  mapShape: [32, 28, 28],
  pooledShape: [32, 14, 14],
};

/** Values of an array again and again, up to a length: only their number matters for speed. */
function repeated(values: Int32Array, length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) =>
    elementAt(values, index % values.length, 'values'),
  );
}

/** MNIST's CONV_32_5_1_2_FC_1000_FC_10 on the chip of a two-layer network: its layers, its formats, its lanes. */
export function convolutionImage(image: ChipImage, batchSize: number): ChipImage {
  const hidden = elementAt(image.layers, 0, 'layers');
  const output = elementAt(image.layers, 1, 'layers');
  const { activation } = image.numerics.formats;
  const shapes: readonly (readonly [LayerImage, Partial<LayerImage>])[] = [
    [hidden, { convolution, inputCount: 784, neuronCount: 32 * 28 * 28 }],
    [hidden, { inputCount: 32 * 14 * 14, neuronCount: 1000, inputFormat: activation }],
    [output, { inputCount: 1000 }],
  ];
  const layers = shapes.map(([like, change], index): LayerImage => {
    const layer = { ...like, ...change, layer: index + 1, core: index };
    const { feedbackRaw, weightsRaw, biasesRaw } = like;
    return {
      ...layer,
      weightsRaw: repeated(weightsRaw, rowCount(layer) * columnCount(layer)),
      biasesRaw: repeated(biasesRaw, columnCount(layer)),
      feedbackRaw: feedbackRaw && repeated(feedbackRaw, image.classCount * layer.neuronCount),
    };
  });
  return { ...image, layers, batchSize };
}
