import type { ChipImage, LayerImage, LayerPart } from '../../../src/chip/image/chip-image.js';
import { isHome, partsOf } from '../../../src/chip/image/layer-parts.js';
import { Draws } from '../oracle/draws.js';
import { type PartSize, splitImage } from '../images/fast/split-image.js';

/** How far apart cores are; the pins are at none. */
interface Distances {
  readonly between: (from: number, to: number) => number;
  readonly fromPins: (core: number) => number;
}

/** A mesh with `columns` columns, pins one hop before core 0 (docs/spec.md §7). */
export function meshOf(columns: number): Distances {
  const at = (core: number) => ({ column: core % columns, row: Math.floor(core / columns) });
  return {
    between: (from, to) => {
      const [start, end] = [at(from), at(to)];
      return Math.abs(start.column - end.column) + Math.abs(start.row - end.row);
    },
    fromPins: (core) => at(core).column + at(core).row + 1,
  };
}

/** The core that a part sends its sums to, or its y; null: it is that core itself. */
function destinationOf(layer: LayerImage, part: LayerPart): LayerPart | undefined {
  const neuronPart = isHome(part) ? 0 : part.neuronPart;
  if (isHome(part) && (!layer.isOutput || part.neuronPart === 0)) return undefined;
  return partsOf(layer).find((other) => isHome(other) && other.neuronPart === neuronPart);
}

/** The image with every layer cut into parts of such a size, on cores 0, 1, 2, … that are so far apart. */
export function cutImage(
  image: ChipImage,
  sizeOf: (layer: LayerImage) => PartSize,
  { between, fromPins }: Distances,
  seed = 1,
): ChipImage {
  const cut = splitImage(image, new Draws(seed, 'cut'), sizeOf);
  const layers = cut.layers.map((layer, index): LayerImage => {
    const above = cut.layers[index + 1];
    const destinations = above === undefined ? [] : partsOf(above);
    const parts = partsOf(layer).map((part): LayerPart => {
      const destination = destinationOf(layer, part);
      return {
        ...part,
        outputHops: isHome(part) ? destinations.map(({ core }) => between(part.core, core)) : [],
        labelHops: fromPins(part.core),
        homeHops: destination === undefined ? 0 : between(part.core, destination.core),
      };
    });
    return { ...layer, parts, labelHops: parts[0]?.labelHops ?? 0 };
  });
  return { ...cut, layers };
}
