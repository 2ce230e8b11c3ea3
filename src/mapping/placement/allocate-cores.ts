import type { ChipNumerics, CoreOrganisation } from '../../chip/image/chip-image.js';
import type { ChipModel, NamedKind } from '../../hardware/chip-model.js';
import { elementAt } from '../../numerics/integer.js';
import { type LayerSpan, type NetworkTopology, spanName, spanOf } from '../../network/topology.js';
import { InputError } from '../../units/input-error.js';
import {
  type GridRequest,
  type GridSize,
  largestShare,
  type PartShare,
  sharesOf,
} from './layer-grid.js';
import type { Learning } from '../learning.js';
import { chooseKind, type KindTrial, onKind, type Trial } from './choose-kind.js';
import { type MemoryUse, memoryUse } from './memory-use.js';
import { coreOrganisation, narrowWordProblems } from './organisation.js';
import {
  type GridProblem,
  missingSentences,
  shortageSentences,
  smallestGrid,
} from './smallest-grid.js';
import { wordsNeeded } from './words-needed.js';

/** The part of a layer on one core, before any value is known. */
export interface PartAllocation extends PartShare {
  readonly core: number;
  readonly memories: readonly MemoryUse[];
}

/** A layer on its cores. */
export interface LayerAllocation {
  /** 1…k. */
  readonly layer: number;
  readonly isOutput: boolean;
  readonly inputCount: number;
  readonly neuronCount: number;
  readonly organisation: CoreOrganisation;
  /** The layers of the whole network that it stands for; they lie on the cores that follow, each like the one before. */
  readonly span: LayerSpan;
  /** In the order neuron part, axon part; one where the layer fits on a core. */
  readonly parts: readonly PartAllocation[];
}

const onePart: GridSize = { neuronParts: 1, axonParts: 1 };
/** Split layers that a message names: enough to see where the cores go. */
const mostNamedLayers = 5;

function classCountOf({ layers }: NetworkTopology): number {
  return layers.at(-1)?.neuronCount ?? 0;
}

function labelProblems(topology: NetworkTopology, { name, events }: ChipModel): readonly string[] {
  const classCount = classCountOf(topology);
  if (classCount <= 2 ** events.labelBits) return [];
  return [
    `the data set has ${classCount} classes, a label of ${name} has ${events.labelBits} bits; use a chip with longer labels`,
  ];
}

/** `4 neuron parts × 1 axon part`. */
function printGrid(parts: readonly PartShare[]): string {
  const axonParts = parts.filter(({ neuronPart }) => neuronPart === 0).length;
  const neuronParts = parts.filter(({ axonPart }) => axonPart === 0).length;
  const counted = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;
  return `${counted(neuronParts, 'neuron part')} × ${counted(axonParts, 'axon part')}`;
}

/** The problem that the network needs more cores than the chip has: how many, and which layers take them; else none. */
function coreProblems(
  allocations: readonly LayerAllocation[],
  { name, coreCount }: ChipModel,
): readonly string[] {
  const needed = allocations.reduce((sum, { parts, span }) => sum + parts.length * span.repeat, 0);
  if (needed <= coreCount) return [];
  const split = allocations.filter(({ parts }) => parts.length > 1);
  const named = split
    .slice(0, mostNamedLayers)
    .map(({ span, parts }) => `${spanName(span)} takes ${parts.length} (${printGrid(parts)})`);
  const others = split.slice(mostNamedLayers).reduce((sum, { span }) => sum + span.repeat, 0);
  const more = others > 0 ? [`${others} more layers several each`] : [];
  const list = named.length === 0 ? 'every layer takes one' : [...named, ...more].join(', ');
  return [
    `the network needs ${needed} cores, ${name} has ${coreCount}, ${needed - coreCount} too few: ${list}; use a smaller network, narrower formats, or a chip with more or larger cores`,
  ];
}

/** The parts of a layer on cores from `firstCore` on. */
function placeParts(
  problem: GridProblem,
  grid: GridSize,
  firstCore: number,
): readonly PartAllocation[] {
  const { place, classCount, learning, chip } = problem;
  return sharesOf(place.described, grid).map((share, index) => {
    const core = firstCore + index;
    const needed = wordsNeeded(place, share, classCount, learning);
    return { ...share, core, memories: memoryUse(core, needed, chip.core) };
  });
}

/** What the layers of a network have in common. */
interface Request {
  readonly topology: NetworkTopology;
  readonly chip: ChipModel;
  readonly numerics: ChipNumerics;
  readonly learning: Learning;
  readonly requests: readonly GridRequest[];
}

/** One layer on cores like `chip.core`. */
function tryCores(
  { topology, numerics, learning, requests }: Request,
  index: number,
  chip: ChipModel,
): Trial {
  const described = elementAt(topology.layers, index, 'layers');
  const layer = index + 1;
  const next = topology.layers[layer] ?? null;
  const isOutput = next === null;
  const classCount = classCountOf(topology);
  const { optimizer } = learning;
  const organisation = coreOrganisation(chip, numerics, optimizer, isOutput);
  const sharesNeuronWords = chip.core.neuronsPerWord !== 'packed';
  const span = spanOf(topology, index);
  const place = { layer, span, isOutput, described, next, organisation, sharesNeuronWords };
  const problem: GridProblem = { place, classCount, learning, chip };
  const whole = wordsNeeded(place, largestShare(described, onePart), classCount, learning);
  const least = requests.find((request) => request.layer === span.first) ?? onePart;
  return {
    problem,
    narrowWords: narrowWordProblems(chip, numerics, optimizer, isOutput, whole),
    grid: smallestGrid(problem, least),
  };
}

/** The layer on these parts; `null`: on none. */
function allocationOf({ problem, grid }: Trial, firstCore: number | null): LayerAllocation {
  const { layer, isOutput, described, organisation, span } = problem.place;
  const { inputCount, neuronCount } = described;
  const parts = grid === null || firstCore === null ? [] : placeParts(problem, grid, firstCore);
  return { layer, isOutput, inputCount, neuronCount, organisation, span, parts };
}

function coresOf({ parts, span }: LayerAllocation): number {
  return parts.length * span.repeat;
}

/** Layers on cores that are all alike, with what is in their way. */
function allocateAlike(request: Request, problems: string[]): readonly LayerAllocation[] {
  const { topology, chip } = request;
  let nextCore = 0;
  const allocations = topology.layers.map((_, index) => {
    const trial = tryCores(request, index, chip);
    problems.push(...trial.narrowWords, ...missingSentences(trial.problem));
    if (trial.grid === null) problems.push(...shortageSentences(trial.problem));
    const allocation = allocationOf(trial, nextCore);
    nextCore += coresOf(allocation);
    return allocation;
  });
  // How many cores it takes is known only where every layer has a grid.
  if (allocations.every(({ parts }) => parts.length > 0)) {
    problems.push(...coreProblems(allocations, chip));
  }
  return allocations;
}

/** Layers on the first kinds that hold them, with what is in their way. */
function allocateOnKinds(
  request: Request,
  kinds: readonly NamedKind[],
  problems: string[],
): readonly LayerAllocation[] {
  const { topology, chip } = request;
  const used = new Map<NamedKind, number>();
  return topology.layers.map((_, index) => {
    const trials = kinds.map((kind): KindTrial => {
      const trial = tryCores(request, index, onKind(chip, kind));
      return { ...trial, kind, freeCount: kind.count - (used.get(kind) ?? 0) };
    });
    const chosen = chooseKind(trials, topology);
    if (!('kind' in chosen)) {
      problems.push(...chosen);
      return allocationOf(elementAt(trials, 0, 'kinds of cores'), null);
    }
    const { kind, freeCount } = chosen;
    const usedCount = kind.count - freeCount;
    const allocation = allocationOf(chosen, kind.firstCore + usedCount);
    used.set(kind, usedCount + coresOf(allocation));
    return allocation;
  });
}

/**
 * Gives each layer the smallest grid of cores that holds it, or more parts where they are asked for, and checks that all of
 * it fits, before any weight is drawn. Cores are given in the order layer, neuron part, axon part; where cores differ, a
 * layer lies on the first kind that holds it with its free cores.
 *
 * Implements: docs/spec.md §7.
 * @throws InputError naming each memory that is missing, or too small however finely the layer is split, with the bits
 * needed and available, a word that does not hold one value, or the cores needed and available.
 */
export function allocateCores(
  topology: NetworkTopology,
  chip: ChipModel,
  numerics: ChipNumerics,
  learning: Learning,
  requests: readonly GridRequest[] = [],
): readonly LayerAllocation[] {
  const problems = [...labelProblems(topology, chip)];
  const request = { topology, chip, numerics, learning, requests };
  const allocations =
    chip.kinds === undefined
      ? allocateAlike(request, problems)
      : allocateOnKinds(request, chip.kinds, problems);
  if (problems.length > 0) throw new InputError([...new Set(problems)].join('\n'));
  return allocations;
}
