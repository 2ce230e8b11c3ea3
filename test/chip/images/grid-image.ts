import type { ChipImage, LayerImage, LayerPart } from '../../../src/chip/image/chip-image.js';
import type { LayerActivity, PartActivity } from '../../../src/chip/image/activity.js';
import { elementAt } from '../../../src/numerics/integer.js';
import { Draws } from '../oracle/draws.js';
import { type PartSize, splitImage } from './fast/split-image.js';

/** Distances of a router (docs/spec.md §7). */
interface Distances {
  readonly between: (from: number, to: number) => number;
  /** From the pins. */
  readonly ofLabel: (core: number) => number;
}

/** The core that a part sends to: its home, of a home of the output layer the first; of another home itself. */
function homeOf({ isOutput, core }: LayerImage, part: LayerPart, parts: readonly LayerPart[]) {
  if (part.axonPart > 0) return elementAt(parts, parts.indexOf(part) - part.axonPart, 'parts').core;
  return isOutput ? core : part.core;
}

/** The image on cores 0, 1, … in the order of its parts, each of at most the axons and columns of `sizes` for its layer. */
export function gridImage(
  image: ChipImage,
  sizes: readonly PartSize[],
  { between, ofLabel }: Distances,
): ChipImage {
  const split = splitImage(image, new Draws(0, 'grid'), ({ layer }) =>
    elementAt(sizes, layer - 1, 'sizes of parts'),
  );
  const layers = split.layers.map((layer): LayerImage => {
    const parts = layer.parts ?? [];
    const above = split.layers[layer.layer]?.parts ?? [];
    return {
      ...layer,
      labelHops: ofLabel(layer.core),
      parts: parts.map((part) => ({
        ...part,
        labelHops: ofLabel(part.core),
        homeHops: between(part.core, homeOf(layer, part, parts)),
        outputHops: part.axonPart > 0 ? [] : above.map(({ core }) => between(part.core, core)),
      })),
    };
  });
  return { ...split, layers };
}

/** Activity of a core: `events` events of one visit each, and the words written. */
export function partActivity(events: number, writtenWordCount: number): PartActivity {
  return {
    deliveredEventCount: events,
    deliveredVisitCount: events,
    nonZeroEventCount: events,
    sharedEventCount: 0,
    writtenWordCount,
  };
}

/** A fully-connected layer; `parts` null: it is on one core. `routes`: events of each route, null where there is one. */
export function layerActivity(
  layer: number,
  whole: PartActivity,
  parts: readonly PartActivity[] | null,
  routes: readonly number[] | null,
): LayerActivity {
  const slowest = (parts ?? [whole]).reduce(
    (most, { deliveredEventCount }) => Math.max(most, deliveredEventCount),
    0,
  );
  const traffic = routes && {
    slowestEventCount: slowest,
    slowestVisitCount: slowest,
    routeEventCounts: routes,
  };
  return { layer, ...whole, parts, traffic };
}
