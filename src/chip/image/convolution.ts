import type { ConvolutionImage } from './chip-image.js';

/** One meeting of an input with a kernel: the row of weights it meets, and the position whose sums it adds to. */
export interface Visit {
  /** Of the synapse array. */
  readonly row: number;
  /** Of the neurons, row-major in a map; fully connected there is one, 0. */
  readonly position: number;
}

/** A meeting along one side: a place of the kernel and a place of the map. */
interface SideVisit {
  readonly kernelPlace: number;
  readonly mapPlace: number;
}

/**
 * The meetings of input `place` along one side, map places ascending: 0 ≤ place + q − o·S < K.
 * Implements: docs/spec.md §2.10.
 */
function sideVisits(
  { kernelSize, stride, padding }: ConvolutionImage,
  place: number,
  mapSide: number,
): readonly SideVisit[] {
  const visits: SideVisit[] = [];
  for (let mapPlace = 0; mapPlace < mapSide; mapPlace += 1) {
    const kernelPlace = place + padding - mapPlace * stride;
    if (kernelPlace >= 0 && kernelPlace < kernelSize) visits.push({ kernelPlace, mapPlace });
  }
  return visits;
}

/** The visits of every input of a CONV layer, each list in ascending positions, shape (inputCount). */
export function convolutionVisits(convolution: ConvolutionImage): readonly (readonly Visit[])[] {
  const { inputShape, mapShape, kernelSize } = convolution;
  const [channels, height, width] = inputShape;
  const [, mapHeight, mapWidth] = mapShape;
  const visits: (readonly Visit[])[] = [];
  for (let channel = 0; channel < channels; channel += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const across = sideVisits(convolution, x, mapWidth);
        visits.push(
          sideVisits(convolution, y, mapHeight).flatMap((down) =>
            across.map((right) => ({
              row: (channel * kernelSize + down.kernelPlace) * kernelSize + right.kernelPlace,
              position: down.mapPlace * mapWidth + right.mapPlace,
            })),
          ),
        );
      }
    }
  }
  return visits;
}

/** Visits of the input that has the most of them. */
export function largestVisitCount(convolution: ConvolutionImage): number {
  return convolutionVisits(convolution).reduce((most, { length }) => Math.max(most, length), 0);
}
