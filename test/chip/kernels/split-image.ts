import type { ChipImage, LayerImage, LayerPart } from '../../../src/chip/chip-image.js';
import { columnCount } from '../../../src/chip/layer-geometry.js';
import { elementAt } from '../../../src/numerics/integer.js';
import type { Draws } from '../draws.js';

/** Axon parts and neuron parts asked for in one layer. */
export interface Grid {
  readonly axonParts: number;
  readonly neuronParts: number;
}

/** Ranges of the same length but for the last, none empty (docs/spec.md §7). */
function ranges(total: number, wanted: number): readonly (readonly [number, number])[] {
  const length = Math.ceil(total / wanted);
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
function partsOfGrid(layer: LayerImage, grid: Grid, nextSeed: () => number) {
  const together = inputsTogether(layer);
  return ranges(columnCount(layer), grid.neuronParts).flatMap(
    ([firstColumn, columns], neuronPart) =>
      ranges(layer.inputCount / together, grid.axonParts).map(([first, count], axonPart) => ({
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
 * The image with every layer on such a grid of cores, each with random seeds and random hops. A layer keeps its shape,
 * parameters and organisation.
 */
export function splitImage(
  image: ChipImage,
  draws: Draws,
  gridOf: (layer: LayerImage) => Grid,
): ChipImage {
  const largestSeed = 2 ** image.generator.widthBits - 1;
  const nextSeed = () => draws.integer(1, largestSeed);
  const hops = () => draws.integer(0, 6);
  const grids = image.layers.map((layer) => partsOfGrid(layer, gridOf(layer), nextSeed));
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
