import type { ChipNumerics, CoreOrganisation } from '../chip/chip-image.js';
import type { ChipModel } from '../hardware/chip-model.js';
import { floorDiv } from '../numerics/integer.js';

/** Values a word of this memory holds; 0 where not even one fits. */
type WordCapacities = Pick<
  CoreOrganisation,
  | 'weightsPerWord'
  | 'accumulatorsPerWord'
  | 'outputsPerWord'
  | 'biasesPerWord'
  | 'feedbacksPerWord'
  | 'gradientsPerWord'
>;

/** Values in a word (docs/spec.md §4.1). The output layer's h has a format of its own. */
function wordCapacities(
  chip: ChipModel,
  { formats }: ChipNumerics,
  isOutput: boolean,
): WordCapacities {
  const { memories } = chip.core;
  const outputBits = (isOutput ? formats.output : formats.activation).totalBits;
  return {
    weightsPerWord: floorDiv(memories.synapses.wordBits, formats.weight.totalBits),
    accumulatorsPerWord: floorDiv(memories.neurons.wordBits, formats.accumulator.totalBits),
    outputsPerWord: floorDiv(memories.neurons.wordBits, outputBits),
    biasesPerWord: floorDiv(memories.bias.wordBits, formats.bias.totalBits),
    feedbacksPerWord: floorDiv(memories.feedback.wordBits, formats.feedback.totalBits),
    gradientsPerWord: floorDiv(memories.gradient.wordBits, formats.gradient.totalBits),
  };
}

/** How the cores of this chip hold a layer with these formats. */
export function coreOrganisation(
  chip: ChipModel,
  numerics: ChipNumerics,
  isOutput: boolean,
): CoreOrganisation {
  const { core } = chip;
  const { memories, laneCounts } = core;
  return {
    wordBits: {
      synapses: memories.synapses.wordBits,
      neurons: memories.neurons.wordBits,
      bias: memories.bias.wordBits,
      feedback: memories.feedback.wordBits,
      eventBuffer: memories.eventBuffer.wordBits,
      gradient: memories.gradient.wordBits,
      optimizerState: memories.optimizerState.wordBits,
    },
    ...wordCapacities(chip, numerics, isOutput),
    optimizerStatesPerWord: 1,
    accumulate: core.accumulate,
    hasWordWriteGating: core.writeGating === 'word',
    forwardLaneCount: laneCounts.forward,
    learningLaneCount: laneCounts.learning,
    activationLaneCount: laneCounts.activation,
    pipelineDepthCycles: core.pipelineDepthCycles,
    portCount: core.portCount,
  };
}

/** A word too narrow for one value of this chip's formats, as a sentence; null when all fit. */
export function narrowWordProblem(organisation: CoreOrganisation): string | null {
  const { wordBits } = organisation;
  const memories: readonly (readonly [string, number, number, string])[] = [
    ['synapses', organisation.weightsPerWord, wordBits.synapses, 'weight'],
    ['neurons', organisation.outputsPerWord, wordBits.neurons, 'activation or output'],
    [
      'neurons',
      organisation.accumulate === 'memory' ? organisation.accumulatorsPerWord : 1,
      wordBits.neurons,
      'accumulator',
    ],
    ['bias', organisation.biasesPerWord, wordBits.bias, 'bias'],
    ['feedback', organisation.feedbacksPerWord, wordBits.feedback, 'feedback'],
  ];
  const narrow = memories.find(([, perWord]) => perWord < 1);
  if (narrow === undefined) return null;
  const [memory, , bits, tensor] = narrow;
  return `a word of the ${memory} memory has ${bits} bits and does not hold one value of the ${tensor} format; use a narrower format`;
}
