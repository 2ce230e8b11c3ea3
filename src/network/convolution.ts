import type { ActivationName } from './activation-name.js';

/** Maps of values: channels, height, width. Flattened in this order, the last index fastest. */
export type MapShape = readonly [channels: number, height: number, width: number];

/** What a user writes for a convolution: square kernels, the same stride and zero padding on every side. */
export interface ConvolutionDescription {
  readonly type: 'conv';
  readonly channels: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;
}

/** A convolution, then f, then 2×2 max pooling with stride 2. */
export interface ConvolutionLayer {
  readonly kind: 'conv';
  readonly inputShape: MapShape;
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;
  /** Of z and h, before pooling. */
  readonly mapShape: MapShape;
  /** After pooling; an odd last row or column of `mapShape` is in no window. */
  readonly outputShape: MapShape;
  readonly activation: ActivationName;
  readonly inputCount: number;
  /** Values of h, before pooling: the columns of B. */
  readonly neuronCount: number;
}

/** Width and height of a pooling window, and its stride. */
export const poolSize = 2;

export function shapeCount([channels, height, width]: MapShape): number {
  return channels * height * width;
}

/**
 * A convolution on maps of `inputShape`: ⌊(side + 2·padding − kernel)/stride⌋ + 1 positions a side, pooled to ⌊·/2⌋ as
 * PyTorch's MaxPool2d does.
 * @throws RangeError when the kernel is larger than its padded input, or no pooling window fits.
 */
export function placeConvolution(
  description: ConvolutionDescription,
  inputShape: MapShape,
  activation: ActivationName,
  where: string,
): ConvolutionLayer {
  const { channels, kernelSize, stride, padding } = description;
  const [inputChannels, inputHeight, inputWidth] = inputShape;
  const positions = (side: number): number => {
    const padded = side + 2 * padding;
    if (kernelSize > padded) {
      throw new RangeError(
        `${where}: a kernel of ${kernelSize}×${kernelSize} is larger than its input of ${inputHeight}×${inputWidth} with padding ${padding}; use a smaller kernel or more padding`,
      );
    }
    return Math.floor((padded - kernelSize) / stride) + 1;
  };
  const height = positions(inputHeight);
  const width = positions(inputWidth);
  if (Math.min(height, width) < poolSize) {
    throw new RangeError(
      `${where}: its maps are ${height}×${width}, too small for a window of 2×2 max pooling; use a smaller kernel or stride`,
    );
  }
  return {
    kind: 'conv',
    inputShape,
    kernelSize,
    stride,
    padding,
    mapShape: [channels, height, width],
    outputShape: [channels, Math.floor(height / poolSize), Math.floor(width / poolSize)],
    activation,
    inputCount: inputChannels * inputHeight * inputWidth,
    neuronCount: channels * height * width,
  };
}
