import { coreMemories, type CoreMemory } from '../../ledger/components.js';
import type { ChipNumerics, CoreOrganisation } from '../../chip/image/chip-image.js';
import type { ChipModel } from '../../hardware/chip-model.js';
import type { OptimizerName } from '../../network/optimizer-name.js';
import { floorDiv } from '../../numerics/integer.js';
import { optimizerStateBits } from '../optimizer-spec.js';

/** A value that a memory stores, whole in one word: its width and its name. */
interface StoredValue {
  readonly memory: CoreMemory;
  readonly bits: number;
  /** In a message: "a word does not hold …". */
  readonly name: string;
}

type StoredTensor =
  'weight' | 'accumulator' | 'output' | 'bias' | 'feedback' | 'gradient' | 'optimizerState';

/** What is stored where; the output layer's h has a format of its own, an optimizer's states stay together. */
function storedValues(
  numerics: ChipNumerics,
  optimizer: OptimizerName,
  isOutput: boolean,
): Readonly<Record<StoredTensor, StoredValue>> {
  const { formats } = numerics;
  const outputTensor = isOutput ? 'output' : 'activation';
  const valueOf = (memory: CoreMemory, tensor: keyof typeof formats): StoredValue => ({
    memory,
    bits: formats[tensor].totalBits,
    name: `one value of the ${tensor} format`,
  });
  return {
    weight: valueOf('synapses', 'weight'),
    accumulator: valueOf('neurons', 'accumulator'),
    output: valueOf('neurons', outputTensor),
    bias: valueOf('bias', 'bias'),
    feedback: valueOf('feedback', 'feedback'),
    gradient: valueOf('gradient', 'gradient'),
    optimizerState: {
      memory: 'optimizerState',
      bits: optimizerStateBits(optimizer, numerics),
      name: `the ${optimizer} state of one weight`,
    },
  };
}

/** How the cores of this chip hold a layer with these formats (docs/spec.md §4.1). */
export function coreOrganisation(
  chip: ChipModel,
  numerics: ChipNumerics,
  optimizer: OptimizerName,
  isOutput: boolean,
): CoreOrganisation {
  const { core } = chip;
  const { memories, laneCounts } = core;
  const stored = storedValues(numerics, optimizer, isOutput);
  const perWord = ({ memory, bits }: StoredValue): number =>
    bits === 0 ? 1 : Math.max(1, floorDiv(memories[memory].wordBits, bits));
  /** Of a neuron's sum or h: a word that holds all of n neurons has n of either. */
  const perNeuronWord = (value: StoredValue): number =>
    core.neuronsPerWord === 'packed' ? perWord(value) : core.neuronsPerWord;
  const wordBits = (memory: CoreMemory): number =>
    memories[memory].bankCount === 0 ? 0 : memories[memory].wordBits;
  return {
    wordBits: Object.fromEntries(
      coreMemories.map((memory) => [memory, wordBits(memory)]),
    ) as Record<CoreMemory, number>,
    weightsPerWord: perWord(stored.weight),
    accumulatorsPerWord: perNeuronWord(stored.accumulator),
    outputsPerWord: perNeuronWord(stored.output),
    biasesPerWord: perWord(stored.bias),
    feedbacksPerWord: perWord(stored.feedback),
    gradientsPerWord: perWord(stored.gradient),
    optimizerStatesPerWord: perWord(stored.optimizerState),
    accumulate: core.accumulate,
    hasWordWriteGating: core.writeGating === 'word',
    forwardLaneCount: laneCounts.forward,
    learningLaneCount: laneCounts.learning,
    activationLaneCount: laneCounts.activation,
    pipelineDepthCycles: core.pipelineDepthCycles,
    eventOverheadCycles: core.eventOverheadCycles,
    portCount: core.portCount,
    updateSchedule: core.update.schedule,
    writeBanks: core.update.writeBanks,
  };
}

/** The values of `neuronCount` neurons as one: a word holds them together. */
function wholeNeurons(neuronCount: number, values: readonly StoredValue[]): StoredValue {
  const bits = neuronCount * values.reduce((sum, value) => sum + value.bits, 0);
  return { memory: 'neurons', bits, name: `all of ${neuronCount} neurons (neuronsPerWord)` };
}

/** Words too narrow for one value, a sentence each, among the memories of which `needed` words are needed. */
export function narrowWordProblems(
  chip: ChipModel,
  numerics: ChipNumerics,
  optimizer: OptimizerName,
  isOutput: boolean,
  needed: Readonly<Record<CoreMemory, number>>,
): readonly string[] {
  const { memories, accumulate, neuronsPerWord } = chip.core;
  const { accumulator, ...others } = storedValues(numerics, optimizer, isOutput);
  const sums = accumulate === 'memory' ? [accumulator] : [];
  const separate = [...sums, ...Object.values(others)];
  const stored =
    neuronsPerWord === 'packed'
      ? separate
      : [...separate, wholeNeurons(neuronsPerWord, [...sums, others.output])];
  return stored
    .filter(({ memory }) => needed[memory] > 0 && memories[memory].bankCount > 0)
    .filter(({ memory, bits }) => memories[memory].wordBits < bits)
    .map(
      ({ memory, bits, name }) =>
        `${chip.name}: a word of the ${memory} memory has ${memories[memory].wordBits} bits and does not hold ${name}, ${bits} bits; use a narrower format`,
    );
}
