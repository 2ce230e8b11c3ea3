import { elementAt } from '../../numerics/integer.js';
import type { LayerImage, LayerPart } from '../image/chip-image.js';
import {
  axonsOf,
  farthest,
  isHome,
  outputsOf,
  partLayer,
  partsOf,
  type Range,
  satellitesOf,
  sharedRange,
} from '../image/layer-parts.js';

/** A core of a layer, as counts and cycles see it. */
export interface LayerCore {
  readonly part: LayerPart;
  /** The part as a layer of its own. */
  readonly own: LayerImage;
  /** Of a home: the cores with the other axons of its neurons. */
  readonly satellites: readonly LayerPart[];
}

/** Cores of the layers counted so far: each run, each phase and each law asks for them again. */
const known = new WeakMap<LayerImage, readonly LayerCore[]>();

/** The cores of a layer in the order of its parts. */
export function coresOf(layer: LayerImage): readonly LayerCore[] {
  const found = known.get(layer);
  if (found !== undefined) return found;
  const cores = partsOf(layer).map((part) => ({
    part,
    own: partLayer(layer, part),
    satellites: isHome(part) ? satellitesOf(layer, part) : [],
  }));
  known.set(layer, cores);
  return cores;
}

/** A core of the next layer that has outputs of a home as axons. */
interface Destination {
  readonly part: LayerPart;
  /** These outputs, as inputs of that layer. */
  readonly inputs: Range;
  /** From the home, or to it. */
  readonly hops: number;
}

/** The cores that the events of a home go to. Implements: docs/spec.md §7 (counts). */
export function destinationsOf(
  layer: LayerImage,
  home: LayerPart,
  above: LayerImage,
): readonly Destination[] {
  const outputs = outputsOf(layer, home);
  return partsOf(above)
    .map((part, index) => ({
      part,
      inputs: sharedRange(outputs, axonsOf(part)),
      hops: elementAt(home.outputHops, index, 'hops of a home'),
    }))
    .filter(({ inputs }) => inputs.count > 0);
}

/** Hops of a home's events to the farthest core that they go to; 0 in the output layer. */
export function reachOf(layer: LayerImage, home: LayerPart, above: LayerImage | undefined): number {
  if (above === undefined) return 0;
  return farthest(destinationsOf(layer, home, above).map(({ hops }) => hops));
}
