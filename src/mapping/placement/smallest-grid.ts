import { coreMemories, type CoreMemory } from '../../ledger/components.js';
import { alternatives, rulesWhere } from '../../network/rule-facts.js';
import { type ChipModel, memoryCapacityBits } from '../../hardware/chip-model.js';
import { spanName } from '../../network/topology.js';
import {
  finestGrid,
  type GridSize,
  largestShare,
  type PartShare,
  positionCount,
  rowsOf,
} from './layer-grid.js';
import { floorDiv } from '../../numerics/integer.js';
import type { KeyPath } from '../../units/strict-yaml.js';
import type { Learning } from '../learning.js';
import { type LayerPlace, wordsNeeded } from './words-needed.js';

/*
 * The smallest grid of cores that holds a layer (docs/spec.md §7), and what is short where none does.
 */

/** A layer, how it learns, and the chip it is to fit on: `chip.core` is the core that is asked. */
export interface GridProblem {
  readonly place: LayerPlace;
  readonly classCount: number;
  readonly learning: Learning;
  readonly chip: ChipModel;
}

/** A resource of a core: how much of it a part needs, and how much there is. */
interface Demand {
  readonly what: string;
  readonly needed: number;
  readonly available: number;
  /** In a message: where it is. */
  readonly owner: string;
  /** In a message: what to do about it. */
  readonly remedy: string;
  /** Where the chip file states it of a core; null: it is no part of a core. */
  readonly key: KeyPath | null;
}

/** Rows, neurons and addresses of a part against those of a core and of an event. */
function limitDemands({ place, chip }: GridProblem, share: PartShare): readonly Demand[] {
  const { described } = place;
  const remedy = 'use a smaller layer or a larger chip';
  const core = { owner: 'a core', remedy };
  const { axonCount, neuronCount } = chip.core;
  const neurons = share.columnCount * positionCount(described);
  return [
    {
      what: 'axons',
      needed: rowsOf(described, share),
      available: axonCount,
      key: ['axons'],
      ...core,
    },
    { what: 'neurons', needed: neurons, available: neuronCount, key: ['neurons'], ...core },
    {
      what: 'event addresses',
      needed: share.axonCount,
      available: 2 ** chip.events.addressBits,
      owner: 'an event',
      key: null,
      remedy,
    },
  ];
}

/** What a part needs of the memories that a core has. */
function memoryDemands(problem: GridProblem, share: PartShare): readonly Demand[] {
  const { place, classCount, learning, chip } = problem;
  const words = wordsNeeded(place, share, classCount, learning);
  return coreMemories
    .filter((component) => chip.core.memories[component].bankCount > 0)
    .map((component) => {
      const memory = chip.core.memories[component];
      return {
        what: `bits of ${component} memory`,
        needed: words[component] * memory.wordBits,
        available: memoryCapacityBits(memory),
        owner: 'a core',
        key: ['memories', component],
        remedy: 'use a smaller layer, a narrower format or a larger chip',
      };
    });
}

/** All that a part needs of what its core has. */
export function demandsOf(problem: GridProblem, share: PartShare): readonly Demand[] {
  return [...limitDemands(problem, share), ...memoryDemands(problem, share)];
}

/** Demands of a part that its core cannot meet. */
export function shortages(problem: GridProblem, share: PartShare): readonly Demand[] {
  return demandsOf(problem, share).filter(({ needed, available }) => needed > available);
}

/** The first from `first` to `last` that is good, where all after a good one are good. */
function firstFrom(
  first: number,
  last: number,
  isGood: (candidate: number) => boolean,
): number | null {
  if (first > last) return null;
  if (isGood(first)) return first;
  if (!isGood(last)) return null;
  let [bad, good] = [first, last];
  while (good - bad > 1) {
    const middle = bad + floorDiv(good - bad, 2);
    if (isGood(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/**
 * The smallest grid with at least the parts of `least` that fits: first the fewest axon parts with which some number of
 * neuron parts fits, then the fewest neuron parts. Memories that no core has are left to `missingMemories`. Null: not even
 * the finest grid fits.
 *
 * Implements: docs/spec.md §7.
 */
export function smallestGrid(problem: GridProblem, least: GridSize): GridSize | null {
  const { described } = problem.place;
  const finest = finestGrid(described);
  const fits = (grid: GridSize): boolean =>
    shortages(problem, largestShare(described, grid)).length === 0;
  const axonParts = firstFrom(
    Math.min(least.axonParts, finest.axonParts),
    finest.axonParts,
    (candidate) => fits({ axonParts: candidate, neuronParts: finest.neuronParts }),
  );
  if (axonParts === null) return null;
  const neuronParts = firstFrom(
    Math.min(least.neuronParts, finest.neuronParts),
    finest.neuronParts,
    (candidate) => fits({ axonParts, neuronParts: candidate }),
  );
  return neuronParts === null ? null : { neuronParts, axonParts };
}

/** `layer 2 needs 300 axons even with one neuron and one axon on a core, a core of … has 256, 44 too few` */
export function shortageWords({ place, chip }: GridProblem, demand: Demand): string {
  const { span, described } = place;
  const { what, needed, available, owner } = demand;
  const finest =
    described.kind === 'fc' ? 'one neuron and one axon' : 'one channel out and one channel in';
  return `${spanName(span)} needs ${needed} ${what} even with ${finest} on a core, ${owner} of ${chip.name} has ${available}, ${needed - available} too few`;
}

/** Demands that even the finest grid cannot meet, one sentence each. */
export function shortageSentences(problem: GridProblem): readonly string[] {
  const { described } = problem.place;
  return shortages(problem, largestShare(described, finestGrid(described))).map(
    (demand) => `${shortageWords(problem, demand)}; ${demand.remedy}`,
  );
}

/** What to do where a memory is missing altogether. */
function missingRemedy(component: CoreMemory, { described }: LayerPlace): string {
  switch (component) {
    case 'optimizerState':
      return 'learn with sgd';
    case 'eventBuffer':
      return 'this chip does not learn, so freeze the layer';
    case 'feedback':
      return `learn by ${alternatives(rulesWhere(({ feedback }) => feedback === 'none'))}, or let a generator make B`;
    case 'gradient':
      return described.kind === 'conv'
        ? 'freeze this CONV layer'
        : 'learn sample by sample (batch 1)';
    case 'synapses':
    case 'neurons':
    case 'bias':
      return `give the core ${component} memory in the chip file (core.memories.${component}.banks)`;
  }
}

/** A memory that a layer needs and the core does not have, and the bits that it needs on one core. */
interface MissingMemory {
  readonly component: CoreMemory;
  readonly bits: number;
}

/** Memories that a layer needs and the core does not have. */
export function missingMemories(problem: GridProblem): readonly MissingMemory[] {
  const { place, classCount, learning, chip } = problem;
  const whole = largestShare(place.described, { neuronParts: 1, axonParts: 1 });
  const words = wordsNeeded(place, whole, classCount, learning);
  return coreMemories
    .filter((component) => chip.core.memories[component].bankCount === 0 && words[component] > 0)
    .map((component) => {
      const bits = words[component] * chip.core.memories[component].wordBits;
      return { component, bits };
    });
}

/** A sentence for each memory that a layer needs and no core has. */
export function missingSentences(problem: GridProblem): readonly string[] {
  const { place, chip } = problem;
  return missingMemories(problem).map(({ component, bits }) => {
    return `${spanName(place.span)} needs ${bits} bits of ${component} memory, a core of ${chip.name} has none; ${missingRemedy(component, place)}, or use a chip that has one, such as large-28nm`;
  });
}
