import type { LayerImage } from './chip-image.js';

/** Σ over the coordinates of one axis of the positions whose field they are in: the part of each field that is no padding. */
function axisVisits(
  inputSize: number,
  positionCount: number,
  { kernelSize, stride, padding }: { kernelSize: number; stride: number; padding: number },
): number {
  let total = 0;
  for (let position = 0; position < positionCount; position += 1) {
    const first = position * stride - padding;
    const inside = Math.min(first + kernelSize, inputSize) - Math.max(first, 0);
    total += Math.max(inside, 0);
  }
  return total;
}

/**
 * X: Σ V(a) over all inputs a, the visits when every input is an event. V is a product of the axes, so X is too; fully
 * connected every input has one visit. Implements: docs/spec.md §2.10.
 */
export function totalVisits({
  convolution,
  inputCount,
}: Pick<LayerImage, 'convolution' | 'inputCount'>): number {
  if (convolution === null) return inputCount;
  const [channels, height, width] = convolution.inputShape;
  const [, outputHeight, outputWidth] = convolution.mapShape;
  return (
    channels *
    axisVisits(height, outputHeight, convolution) *
    axisVisits(width, outputWidth, convolution)
  );
}
