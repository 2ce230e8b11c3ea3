import type { LayerImage, LayerPart } from '../../chip/image/chip-image.js';
import { farthest } from '../../chip/image/layer-parts.js';
import { type ChipModel, kindOfCore } from '../../hardware/chip-model.js';
import { elementAt } from '../../numerics/integer.js';
import type { LayerAllocation, PartAllocation } from './allocate-cores.js';
import { laneSeeds } from '../lane-seeds.js';
import { coreHops, labelHops } from './router-hops.js';

/** The layer whose parts are placed, and the one its events go to: null after the output layer. */
interface Neighbours {
  readonly own: LayerAllocation;
  readonly above: LayerAllocation | null;
}

/**
 * The part that gathers what this one sends: for the sums of a satellite its home, for the outputs of a home of the output
 * layer the first home; for any other part itself.
 */
function gatheringPart({ own }: Neighbours, part: PartAllocation): PartAllocation {
  if (part.axonPart === 0) return own.isOutput ? elementAt(own.parts, 0, 'parts') : part;
  const home = own.parts.find(
    ({ neuronPart, axonPart }) => neuronPart === part.neuronPart && axonPart === 0,
  );
  return home ?? part;
}

function placePart(
  neighbours: Neighbours,
  part: PartAllocation,
  chip: ChipModel,
  seed: number,
): LayerPart {
  const { router } = chip;
  const { core, neuronPart, axonPart, firstColumn, columnCount, firstAxon, axonCount } = part;
  const { randomGenerator, laneCounts } = kindOfCore(chip, core).core;
  const destinations = axonPart === 0 ? (neighbours.above?.parts ?? []) : [];
  return {
    core,
    neuronPart,
    axonPart,
    firstColumn,
    columnCount,
    firstAxon,
    axonCount,
    laneSeeds: laneSeeds(randomGenerator, laneCounts.learning, seed, core),
    outputHops: destinations.map((destination) => coreHops(router, core, destination.core)),
    labelHops: labelHops(router, core),
    homeHops: coreHops(router, core, gatheringPart(neighbours, part).core),
  };
}

/**
 * Where a layer lies: its cores, their seeds and their distances. A layer on one core whose events go to one core has no
 * parts.
 *
 * Implements: docs/spec.md §7.
 */
export function placeParts(
  allocations: readonly LayerAllocation[],
  index: number,
  chip: ChipModel,
  seed: number,
): Pick<LayerImage, 'core' | 'parts' | 'laneSeeds' | 'outputHops' | 'labelHops'> {
  const own = elementAt(allocations, index, 'allocations');
  const above = allocations[index + 1] ?? null;
  const parts = own.parts.map((part) => placePart({ own, above }, part, chip, seed));
  const first = elementAt(parts, 0, 'parts');
  const isWhole = parts.length === 1 && first.outputHops.length <= 1;
  return {
    core: first.core,
    parts: isWhole ? null : parts,
    laneSeeds: first.laneSeeds,
    outputHops: farthest(first.outputHops),
    labelHops: first.labelHops,
  };
}
