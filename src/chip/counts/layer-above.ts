import { ceilDiv, elementAt } from '../../numerics/integer.js';
import type { LayerImage, LayerPart } from '../image/chip-image.js';
import { destinationsOf } from './cores.js';
import { columnCount } from '../image/layer-geometry.js';
import {
  axonPartsOf,
  axonsOf,
  farthest,
  homesOf,
  isHome,
  isInside,
  neuronsOf,
  outputsOf,
  partsOf,
  type Range,
  withInputs,
} from '../image/layer-parts.js';
import { totalVisits } from '../image/total-visits.js';
import { visitTable } from '../image/visit-table.js';

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

/** A home at work on the errors of its outputs. */
interface BackwardWork {
  readonly end: number;
  /** The output, an input of the layer above, whose row comes next, and when it is asked for. */
  input: number;
  cycle: number;
  /** Place among all that ask: who asked first is first at once. */
  turn: number;
}

/**
 * Cycles from the first row to the end of the last one of a layer's homes (bp). A home goes through its outputs one after the
 * other: the cores above read the row, once a visit, while its lanes multiply. Homes that ask the same core take turns at its
 * port, in the order in which they ask, at the same time in the order in which they began to wait. Implements: docs/spec.md §5, §7.
 */
export function backwardCycles(layer: LayerImage, above: LayerImage): number {
  const visits = visitTable(above);
  // All cores with the same axons are asked together; none is free later than the one with the most columns.
  const words = rowReadCycles(above);
  const readers = axonPartsOf(above).map((part) => ({ axons: axonsOf(part), freeCycle: 0 }));
  const laneCycles = ceilDiv(columnCount(above), layer.organisation.learningLaneCount);
  const working = homesOf(layer).map((home, turn): BackwardWork => {
    const { first, count } = outputsOf(layer, home);
    return { input: first, end: first + count, cycle: 0, turn };
  });
  const isBefore = (left: BackwardWork, right: BackwardWork): boolean =>
    left.cycle < right.cycle || (left.cycle === right.cycle && left.turn < right.turn);
  let last = 0;
  let turn = working.length;
  for (;;) {
    const [first] = working;
    if (first === undefined) return last;
    const next = working.reduce((best, one) => (isBefore(one, best) ? one : best), first);
    const visitCount = elementAt(visits, next.input, 'visits');
    const reader = readers.find(({ axons }) => isInside(next.input, axons));
    if (reader === undefined) {
      throw new RangeError(`layer ${above.layer}: no core has input ${next.input} as an axon`);
    }
    const start = Math.max(next.cycle, reader.freeCycle);
    reader.freeCycle = start + visitCount * words;
    next.cycle = start + visitCount * Math.max(words, laneCycles);
    last = Math.max(last, next.cycle);
    next.input += 1;
    next.turn = turn;
    turn += 1;
    if (next.input === next.end) working.splice(working.indexOf(next), 1);
  }
}
