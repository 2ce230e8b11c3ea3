import type { ChipNumerics, CoreOrganisation, RuleSpec } from '../chip/chip-image.js';
import {
  type ChipModel,
  type MemoryComponent,
  memoryCapacityBits,
  memoryComponents,
  trainingOnlyMemories,
} from '../hardware/chip-model.js';
import { type NetworkLayer, type NetworkTopology, weightShape } from '../network/topology.js';
import { ceilDiv } from '../numerics/integer.js';
import { InputError } from '../units/input-error.js';
import type { Learning } from './learning.js';
import { coreOrganisation, narrowWordProblems } from './organisation.js';
import { wordsNeeded } from './words-needed.js';

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

/** What a layer uses of its core's memories. */
function memoryUse(
  core: number,
  needed: Readonly<Record<MemoryComponent, number>>,
  chip: ChipModel,
): readonly MemoryUse[] {
  return memoryComponents.map((component) => {
    const memory = chip.core.memories[component];
    return {
      core,
      component,
      capacityBits: memoryCapacityBits(memory),
      usedBits: needed[component] * memory.wordBits,
      wordBits: memory.wordBits,
      isTrainingOnly: trainingOnlyMemories.includes(component),
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

/** What to do where a memory is missing altogether. */
function remedy(component: MemoryUse['component'], isConvolution: boolean): string {
  if (component === 'optimizerState') return 'learn with sgd';
  if (component === 'eventBuffer') return 'this chip does not learn, so freeze the layer';
  if (component === 'feedback') return 'learn by bp or shallow, or let a generator make B';
  return isConvolution ? 'freeze this CONV layer' : 'learn sample by sample (batch 1)';
}

/** What of a layer its core has no room for, one sentence each. */
function roomProblems(
  allocation: CoreAllocation,
  described: NetworkLayer,
  chip: ChipModel,
): readonly string[] {
  const { layer, inputCount, neuronCount, memories } = allocation;
  const [rowCount] = weightShape(described);
  const limits = [
    ['axons', rowCount, chip.core.axonCount, 'a core'],
    ['neurons', neuronCount, chip.core.neuronCount, 'a core'],
    ['event addresses', inputCount, 2 ** chip.events.addressBits, 'an event'],
  ] as const;
  return [
    ...limits
      .filter(([, needed, available]) => needed > available)
      .map(
        ([what, needed, available, part]) =>
          `layer ${layer} needs ${needed} ${what}, ${part} of ${chip.name} has ${available}; use a smaller layer or a larger chip`,
      ),
    ...memories
      .filter(({ usedBits, capacityBits }) => usedBits > capacityBits)
      .map(({ component, usedBits, capacityBits }) =>
        capacityBits === 0
          ? `layer ${layer} needs ${usedBits} bits of ${component} memory, a core of ${chip.name} has none; ${remedy(component, described.kind === 'conv')}, or use a chip that has one, such as large-28nm`
          : `layer ${layer} needs ${usedBits} bits of ${component} memory, a core of ${chip.name} has ${capacityBits}; use a smaller layer, a narrower format or a larger chip`,
      ),
  ];
}

/** What the network as a whole needs more of than the chip has, one sentence each. */
function chipProblems(topology: NetworkTopology, chip: ChipModel): readonly string[] {
  const layerCount = topology.layers.length;
  const classCount = classCountOf(topology);
  const problems: string[] = [];
  if (layerCount > chip.coreCount) {
    problems.push(
      `the network has ${layerCount} layers, ${chip.name} has ${chip.coreCount} cores, one for each layer; use fewer layers or a larger chip`,
    );
  }
  if (classCount > 2 ** chip.events.labelBits) {
    problems.push(
      `the data set has ${classCount} classes, a label of ${chip.name} has ${chip.events.labelBits} bits; use a chip with longer labels`,
    );
  }
  return problems;
}

function classCountOf({ layers }: NetworkTopology): number {
  return layers.at(-1)?.neuronCount ?? 0;
}

/**
 * Gives each layer a core, layer i core i − 1, and checks that it fits, before any weight is drawn.
 * @throws InputError naming each memory that is missing or too small with the bits needed and available, or a word that
 * does not hold one value.
 */
export function allocateCores(
  topology: NetworkTopology,
  chip: ChipModel,
  numerics: ChipNumerics,
  learning: Learning,
): readonly CoreAllocation[] {
  const { optimizer } = learning;
  const problems = [...chipProblems(topology, chip)];
  const allocations = topology.layers.map((described, core): CoreAllocation => {
    const { inputCount, neuronCount } = described;
    const next = topology.layers[core + 1] ?? null;
    const isOutput = next === null;
    const organisation = coreOrganisation(chip, numerics, optimizer, isOutput);
    const sharesNeuronWords = chip.core.neuronsPerWord !== 'packed';
    const place = { layer: core + 1, isOutput, described, next, organisation, sharesNeuronWords };
    const needed = wordsNeeded(place, classCountOf(topology), learning);
    const memories = memoryUse(core, needed, chip);
    const shape = { layer: core + 1, core, isOutput, inputCount, neuronCount };
    const allocation = { ...shape, organisation, memories };
    problems.push(...narrowWordProblems(chip, numerics, optimizer, isOutput, needed));
    problems.push(...roomProblems(allocation, described, chip));
    return allocation;
  });
  if (problems.length > 0) throw new InputError([...new Set(problems)].join('\n'));
  return allocations;
}
