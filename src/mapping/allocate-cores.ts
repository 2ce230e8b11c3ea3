import type { ChipNumerics, CoreOrganisation, RuleSpec } from '../chip/chip-image.js';
import {
  type ChipModel,
  type MemoryComponent,
  memoryCapacityBits,
  memoryComponents,
} from '../hardware/chip-model.js';
import type { NetworkTopology } from '../network/topology.js';
import { ceilDiv } from '../numerics/integer.js';
import { InputError } from '../units/input-error.js';
import { isLearning, type Learning } from './learning.js';
import { coreOrganisation, narrowWordProblem } from './organisation.js';

/** One memory of one core: what it holds and what of it this network uses. */
export interface MemoryUse {
  /** Null: all cores share it. */
  readonly core: number | null;
  readonly component: MemoryComponent | 'delayedError';
  readonly capacityBits: number;
  readonly usedBits: number;
  readonly wordBits: number;
  /** It exists only because the chip learns. */
  readonly isTrainingOnly: boolean;
}

/** A layer on its core, before any value is known. */
export interface CoreAllocation {
  /** 1…k. */
  readonly layer: number;
  readonly core: number;
  readonly isOutput: boolean;
  readonly inputCount: number;
  readonly neuronCount: number;
  readonly organisation: CoreOrganisation;
  readonly memories: readonly MemoryUse[];
}

type LayerShape = Omit<CoreAllocation, 'memories'>;

/** Words of B_i: (classes × neurons), for `fa` (neurons × neurons of the next layer); none for `bp` and `shallow`. */
function feedbackWords(
  layer: LayerShape,
  next: LayerShape | undefined,
  classCount: number,
  rule: RuleSpec,
): number {
  const { feedbacksPerWord } = layer.organisation;
  if (next === undefined || rule.kind === 'bp' || rule.kind === 'shallow') return 0;
  return rule.kind === 'fa'
    ? layer.neuronCount * ceilDiv(next.neuronCount, feedbacksPerWord)
    : classCount * ceilDiv(layer.neuronCount, feedbacksPerWord);
}

/** Words each memory of a layer's core needs. */
function wordsNeeded(
  layer: LayerShape,
  next: LayerShape | undefined,
  classCount: number,
  learning: Learning,
): Record<MemoryComponent, number> {
  const { inputCount, neuronCount, organisation } = layer;
  const sums =
    organisation.accumulate === 'memory'
      ? ceilDiv(neuronCount, organisation.accumulatorsPerWord)
      : 0;
  return {
    synapses: inputCount * ceilDiv(neuronCount, organisation.weightsPerWord),
    neurons: ceilDiv(neuronCount, organisation.outputsPerWord) + sums,
    bias: ceilDiv(neuronCount, organisation.biasesPerWord),
    feedback: feedbackWords(layer, next, classCount, learning.rule),
    eventBuffer: isLearning(layer, learning) ? inputCount : 0,
    gradient: 0,
    optimizerState: 0,
  };
}

const trainingOnly: readonly MemoryComponent[] = ['feedback', 'eventBuffer'];

/** What a layer uses of its core's memories. The event buffer must hold every axon's event, for no event is dropped. */
function memoryUse(
  layer: LayerShape,
  next: LayerShape | undefined,
  classCount: number,
  chip: ChipModel,
  learning: Learning,
): readonly MemoryUse[] {
  const needed = wordsNeeded(layer, next, classCount, learning);
  return memoryComponents.map((component) => {
    const memory = chip.core.memories[component];
    return {
      core: layer.core,
      component,
      capacityBits: memoryCapacityBits(memory),
      usedBits: needed[component] * memory.wordBits,
      wordBits: memory.wordBits,
      isTrainingOnly: trainingOnly.includes(component),
    };
  });
}

/**
 * What rule DEFP uses of the delayed-error memory; nothing for the other rules.
 * @throws InputError when it has fewer words than the rule needs.
 */
export function delayedErrorUse(
  rule: RuleSpec,
  classCount: number,
  chip: ChipModel,
): readonly MemoryUse[] {
  if (rule.kind !== 'defp') return [];
  const { variant, sampleCount, wordBits, delayedErrorsPerWord } = rule;
  if (delayedErrorsPerWord < 1) {
    throw new InputError(
      `${chip.name}: a word of the delayedError memory has ${wordBits} bits and does not hold one value of the delayedError format; use a narrower format`,
    );
  }
  const wordsPerSample = variant === 'fullVector' ? ceilDiv(classCount, delayedErrorsPerWord) : 1;
  const usedBits = (variant === 'aggregated' ? 1 : sampleCount * wordsPerSample) * wordBits;
  const capacityBits = memoryCapacityBits(chip.delayedErrorMemory);
  if (usedBits > capacityBits) {
    throw new InputError(
      `rule defp needs ${usedBits} bits of delayedError memory, ${chip.name} has ${capacityBits}; train on fewer samples, use variant aggregated, or a larger chip`,
    );
  }
  const component = 'delayedError';
  return [{ core: null, component, capacityBits, usedBits, wordBits, isTrainingOnly: true }];
}

/** What of a layer its core has no room for, one sentence each. */
function roomProblems(allocation: CoreAllocation, chip: ChipModel): readonly string[] {
  const { layer, inputCount, neuronCount, memories } = allocation;
  const limits = [
    ['axons', inputCount, chip.core.axonCount],
    ['neurons', neuronCount, chip.core.neuronCount],
  ] as const;
  return [
    ...limits
      .filter(([, needed, available]) => needed > available)
      .map(
        ([what, needed, available]) =>
          `layer ${layer} needs ${needed} ${what}, a core of ${chip.name} has ${available}; use a smaller layer or a larger chip`,
      ),
    ...memories
      .filter(({ usedBits, capacityBits }) => usedBits > capacityBits)
      .map(
        ({ component, usedBits, capacityBits }) =>
          `layer ${layer} needs ${usedBits} bits of ${component} memory, a core of ${chip.name} has ${capacityBits}; use a smaller layer, a narrower format or a larger chip`,
      ),
  ];
}

/**
 * Gives each layer a core, layer i core i − 1, and checks that it fits, before any weight is drawn.
 * @throws InputError naming each memory that is too small with the bits needed and available, or a word that does not
 * hold one value.
 */
export function allocateCores(
  topology: NetworkTopology,
  chip: ChipModel,
  numerics: ChipNumerics,
  learning: Learning,
): readonly CoreAllocation[] {
  const layerCount = topology.layers.length;
  const classCount = topology.layers.at(-1)?.neuronCount ?? 0;
  const problems: string[] = [];
  if (layerCount > chip.coreCount) {
    problems.push(
      `the network has ${layerCount} layers, ${chip.name} has ${chip.coreCount} cores, one for each layer; use fewer layers or a larger chip`,
    );
  }
  const shapes = topology.layers.map(({ inputCount, neuronCount }, core): LayerShape => {
    const isOutput = core === layerCount - 1;
    const organisation = coreOrganisation(chip, numerics, isOutput);
    const narrowWord = narrowWordProblem(organisation);
    if (narrowWord !== null) throw new InputError(`${chip.name}: ${narrowWord}`);
    return { layer: core + 1, core, isOutput, inputCount, neuronCount, organisation };
  });
  const allocations = shapes.map((shape, index): CoreAllocation => {
    const memories = memoryUse(shape, shapes[index + 1], classCount, chip, learning);
    return { ...shape, memories };
  });
  problems.push(...allocations.flatMap((allocation) => roomProblems(allocation, chip)));
  if (problems.length > 0) throw new InputError(problems.join('\n'));
  return allocations;
}
