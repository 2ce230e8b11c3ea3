import type { ChipModel, NamedKind } from '../../hardware/chip-model.js';
import { elementAt } from '../../numerics/integer.js';
import { type NetworkTopology, spanName } from '../../network/topology.js';
import type { KeyPath } from '../../units/strict-yaml.js';
import { wordList } from '../../units/word-list.js';
import { isCarryingGradient, isLearning } from '../learning.js';
import { finestGrid, type GridSize, largestShare, sharesOf } from './layer-grid.js';
import {
  demandsOf,
  type GridProblem,
  missingMemories,
  shortages,
  shortageWords,
} from './smallest-grid.js';

/*
 * Which kind of core a layer lies on, where cores differ (docs/spec.md §7): the first that has enough free cores for it.
 */

/** A layer on the cores of a chip whose `core` is the one that is asked. */
export interface Trial {
  readonly problem: GridProblem;
  /** Words that do not hold one value, a sentence each. */
  readonly narrowWords: readonly string[];
  /** Null: not even the finest grid fits. */
  readonly grid: GridSize | null;
}

/** A layer on the cores of a kind. */
export interface KindTrial extends Trial {
  readonly kind: NamedKind;
  readonly freeCount: number;
}

/** The chip as a layer on this kind of core sees it. */
export function onKind(chip: ChipModel, { name, core }: NamedKind): ChipModel {
  return { ...chip, core, name: `kind ${name} of ${chip.name}` };
}

/** Why a layer cannot lie on a kind, and the key of the kind that keeps it off. */
type Obstacle = readonly [key: KeyPath, sentence: string];

/** Whether a layer needs a learning engine: it learns, makes δz for layers below, or measures the error that others learn of. */
function needsLanes({ place, learning }: GridProblem, topology: NetworkTopology): boolean {
  const isAnyLearning = topology.layers.some((_, index) =>
    isLearning({ layer: index + 1, isOutput: index === topology.layers.length - 1 }, learning),
  );
  return (
    isLearning(place, learning) ||
    (isAnyLearning && (place.isOutput || isCarryingGradient(place, learning)))
  );
}

/** What keeps the layer off the kind however many cores of it there are. */
function obstaclesOf(
  { kind, problem, narrowWords, grid }: KindTrial,
  topology: NetworkTopology,
): readonly Obstacle[] {
  const { place, chip } = problem;
  const name = spanName(place.span);
  const noLanes: readonly Obstacle[] =
    kind.core.laneCounts.learning === 0 && needsLanes(problem, topology)
      ? [
          [
            ['lanes', 'learning'],
            `${name} takes part in learning, ${chip.name} has no lanes for it`,
          ],
        ]
      : [];
  const missing = missingMemories(problem).map(({ component, bits }): Obstacle => {
    const sentence = `${name} needs ${bits} bits of ${component} memory, ${chip.name} has none`;
    return [['memories', component], sentence];
  });
  const finest = largestShare(place.described, finestGrid(place.described));
  const short =
    grid === null
      ? shortages(problem, finest).map((demand): Obstacle => [
          demand.key ?? ['name'],
          shortageWords(problem, demand),
        ])
      : [];
  const narrow = narrowWords.map((sentence): Obstacle => [['memories'], sentence]);
  return [...noLanes, ...missing, ...short, ...narrow];
}

/** The cores that the layer takes of the kind, and those that are free of it, where these are fewer. */
function countObstacle({ kind, problem, grid, freeCount }: KindTrial): readonly Obstacle[] {
  if (grid === null) return [];
  const { place, chip } = problem;
  const needed = sharesOf(place.described, grid).length * place.span.repeat;
  if (needed <= freeCount) return [];
  const { count } = kind;
  const sentence = `${spanName(place.span)} takes ${needed} cores of ${chip.name}, ${freeCount} of ${count} are free; with count: ${count - freeCount + needed} it fits`;
  return [[['count'], sentence]];
}

/** `1440 axons, 128 neurons and 1474560 bits of synapses memory`: what one core needs to hold all of a layer. */
function wholeDemand(problem: GridProblem): string {
  const { described } = problem.place;
  const demands = demandsOf(problem, largestShare(described, { neuronParts: 1, axonParts: 1 }));
  const ofCore = demands.filter(({ key, needed }) => key !== null && needed > 0);
  const missing = missingMemories(problem).map(
    ({ component, bits }) => `${bits} bits of ${component} memory`,
  );
  return wordList([...ofCore.map(({ needed, what }) => `${needed} ${what}`), ...missing], 'and');
}

/**
 * The first kind that holds the layer with its free cores; else a sentence for each kind, with its place in the chip's file,
 * and one of what would hold it.
 */
export function chooseKind(
  trials: readonly KindTrial[],
  topology: NetworkTopology,
): KindTrial | readonly string[] {
  const sentences: string[] = [];
  let hasRoom = false;
  for (const trial of trials) {
    const obstacles = obstaclesOf(trial, topology);
    const tooFew = obstacles.length === 0 ? countObstacle(trial) : [];
    if (obstacles.length + tooFew.length === 0) return trial;
    hasRoom ||= tooFew.length > 0;
    for (const [key, sentence] of [...obstacles, ...tooFew]) {
      sentences.push(trial.kind.problem(key, sentence).message);
    }
  }
  if (hasRoom) return sentences;
  const { problem } = elementAt(trials, trials.length - 1, 'kinds of cores');
  const name = spanName(problem.place.span);
  return [
    ...sentences,
    `no kind of core holds ${name}: one core with ${wholeDemand(problem)} would; make a kind larger or add one, or use a smaller layer or narrower formats`,
  ];
}
