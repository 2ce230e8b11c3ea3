import type { ChipImage, LayerImage, LayerPart } from '../../../../src/chip/image/chip-image.js';
import { columnCount } from '../../../../src/chip/image/layer-geometry.js';
import { elementAt } from '../../../../src/numerics/integer.js';
import { Draws } from '../../oracle/draws.js';

/** The most axons (of a CONV layer channels in) and columns of a part: w and c of docs/spec.md §7. */
export interface PartSize {
  readonly axonCount: number;
  readonly columnCount: number;
}

/** Ranges of `length` that cover 0…total − 1; the last may be shorter. */
function ranges(total: number, length: number): readonly (readonly [number, number])[] {
  return Array.from({ length: Math.ceil(total / length) }, (_, index) => {
    const first = index * length;
    return [first, Math.min(length, total - first)] as const;
  });
}

/** Inputs that stay together: fully connected each goes alone, CONV whole channels. */
function inputsTogether({ convolution }: LayerImage): number {
  return convolution === null ? 1 : convolution.inputShape[1] * convolution.inputShape[2];
}

/** Parts of a layer in the order (neuron part, axon part), without their hops. */
function partsOfSize(layer: LayerImage, size: PartSize, nextSeed: () => number) {
  const together = inputsTogether(layer);
  return ranges(columnCount(layer), size.columnCount).flatMap(
    ([firstColumn, columns], neuronPart) =>
      ranges(layer.inputCount / together, size.axonCount).map(([first, count], axonPart) => ({
        neuronPart,
        axonPart,
        firstColumn,
        columnCount: columns,
        firstAxon: first * together,
        axonCount: count * together,
        laneSeeds: layer.laneSeeds.map(nextSeed),
      })),
  );
}

/**
 * The image with every layer on cores of such a size, each with random seeds and random hops. A layer keeps its shape,
 * parameters and organisation.
 */
export function splitImage(
  image: ChipImage,
  draws: Draws,
  sizeOf: (layer: LayerImage) => PartSize,
): ChipImage {
  const largestSeed = 2 ** image.generator.widthBits - 1;
  const nextSeed = () => draws.integer(1, largestSeed);
  const hops = () => draws.integer(0, 6);
  const grids = image.layers.map((layer) => partsOfSize(layer, sizeOf(layer), nextSeed));
  let nextCore = 0;
  const layers = image.layers.map((layer, index): LayerImage => {
    const above = grids[index + 1] ?? [];
    const parts = elementAt(grids, index, 'grids').map((part): LayerPart => {
      const isHome = part.axonPart === 0;
      const sendsHome = !isHome || (layer.isOutput && part.neuronPart > 0);
      return {
        ...part,
        core: nextCore++,
        outputHops: isHome ? above.map(hops) : [],
        labelHops: hops(),
        homeHops: sendsHome ? hops() : 0,
      };
    });
    const { core, laneSeeds, labelHops } = elementAt(parts, 0, 'parts');
    return { ...layer, parts, core, laneSeeds, labelHops };
  });
  return { ...image, layers };
}

/** Random sizes: each side of the grid whole, in two or in three, as even as can be (docs/spec.md §7). */
export function randomSplit(image: ChipImage, seed: number): ChipImage {
  const draws = new Draws(seed, 'split');
  return splitImage(image, draws, (layer) => ({
    axonCount: Math.ceil(layer.inputCount / inputsTogether(layer) / draws.integer(1, 3)),
    columnCount: Math.ceil(columnCount(layer) / draws.integer(1, 3)),
  }));
}
