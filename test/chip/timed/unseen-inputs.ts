import type { ChipImage } from '../../../src/chip/image/chip-image.js';

/** Whether a CONV layer has inputs that no position's field contains: they still take their cycle on the way (docs/spec.md §8). */
export function hasUnseenInputs({ layers }: ChipImage): boolean {
  return layers.some(({ convolution }) => {
    if (convolution === null) return false;
    const { inputShape, kernelSize, mapShape, padding, stride } = convolution;
    const isUnseen = (place: number, positionCount: number) =>
      !Array.from(
        { length: positionCount },
        (_, position) => place + padding - position * stride,
      ).some((offset) => offset >= 0 && offset < kernelSize);
    const places = (side: number) => Array.from({ length: side }, (_, place) => place);
    return (
      places(inputShape[1]).some((place) => isUnseen(place, mapShape[1])) ||
      places(inputShape[2]).some((place) => isUnseen(place, mapShape[2]))
    );
  });
}
