import { ceilDiv, elementAt } from '../../numerics/integer.js';
import type { LayerImage, LayerPart } from '../image/chip-image.js';
import { coresOf, destinationsOf } from './cores.js';
import {
  farthest,
  homesOf,
  isHome,
  neuronsOf,
  outputsOf,
  partsOf,
  type Range,
  withInputs,
} from '../image/layer-parts.js';
import { totalVisits } from '../image/total-visits.js';

/*
 * The layer above taken backwards, for one home of the layer below: rules fa and bp. For each of the home's outputs and
 * each visit of that, a row of κ_{i+1} values is multiplied with δz. Implements: docs/spec.md §4.5, §5, §7.
 */

/** X: visits of some inputs of a layer when all of them are events. */
function visitsOf(layer: LayerImage, inputs: Range): number {
  return totalVisits(withInputs(layer, inputs));
}

/** Rows that the home takes: the visits of its outputs. Fully connected an output has one. */
export function rowsAbove(layer: LayerImage, home: LayerPart, above: LayerImage): number {
  return visitsOf(above, outputsOf(layer, home));
}

/** What comes to a home: hops of all packets together, and of the one from the farthest core. */
interface Arrivals {
  readonly hopCount: number;
  readonly farthestHops: number;
}

/** The δz of the layer above, each from the home of its neuron (fa). */
export function deltasFromAbove(home: LayerPart, above: LayerImage): Arrivals {
  const ways = partsOf(above).flatMap((part, index) => {
    const hops = elementAt(home.outputHops, index, 'hops of a home');
    return isHome(part) ? [{ hops, packetCount: neuronsOf(above, part).count }] : [];
  });
  return {
    hopCount: ways.reduce((sum, { hops, packetCount }) => sum + hops * packetCount, 0),
    farthestHops: farthest(ways.map(({ hops }) => hops)),
  };
}

/** The errors of the home's outputs, each from every core that has it as an axon (bp). */
export function errorsFromAbove(layer: LayerImage, home: LayerPart, above: LayerImage): Arrivals {
  const senders = destinationsOf(layer, home, above);
  return {
    hopCount: senders.reduce((sum, { hops, inputs }) => sum + hops * inputs.count, 0),
    farthestHops: farthest(senders.map(({ hops }) => hops)),
  };
}

/** R of some columns of the layer. */
function rowWords({ organisation }: LayerImage, columns: number): number {
  return ceilDiv(columns, organisation.weightsPerWord);
}

/** Words of weights that a core of the layer above reads for a home (bp). */
interface SynapseReads {
  readonly core: number;
  readonly wordCount: number;
}

export function synapseReadsFor(
  layer: LayerImage,
  home: LayerPart,
  above: LayerImage,
): readonly SynapseReads[] {
  return destinationsOf(layer, home, above).map(({ part, inputs }) => ({
    core: part.core,
    wordCount: visitsOf(above, inputs) * rowWords(above, part.columnCount),
  }));
}

/** Cycles until every core of the layer above has read its part of a row: R of the one with the most columns. */
export function rowReadCycles(above: LayerImage): number {
  return Math.max(...homesOf(above).map(({ columnCount }) => rowWords(above, columnCount)));
}

/** Cycles of the core of the layer above that reads the most, for all homes (bp). */
export function busiestReadCycles(above: LayerImage): number {
  return Math.max(
    ...coresOf(above).map(({ own, part }) => totalVisits(own) * rowWords(above, part.columnCount)),
  );
}
