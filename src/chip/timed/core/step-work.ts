import { type WrittenCoreMemory } from '../../../ledger/components.js';
import type { ChipImage, LayerImage, OptimizerSpec } from '../../image/chip-image.js';
import { columnCount, rowCount } from '../../image/layer-geometry.js';
import { rowWords } from '../../image/row-words.js';
import type { WorkCounter } from './work-tally.js';

/*
 * One step of one core, as its learning engine takes it: rows of weights one after the other, at home the biases as one
 * row more. Implements: docs/spec.md §4.5 (each step), §7 (cores that are no home).
 */

/** Bits of a mantissa of η or of a scale (docs/spec.md §2.6 step 4). */
export const factorBits = 16;
/** Bits of a ratio s32.16 and of adam's r₁, r₂ (docs/spec.md §2.11). */
const ratioBits = 32;

const recipeOperations = ['multiply', 'add', 'squareRoot', 'reciprocal'] as const;
/** How many of each turn one gradient into what η multiplies. */
type Recipe = Readonly<Record<(typeof recipeOperations)[number], number>>;

function recipeOf(optimizer: OptimizerSpec): Recipe {
  switch (optimizer.kind) {
    case 'sgd':
      return { multiply: 0, add: 0, squareRoot: 0, reciprocal: 0 };
    case 'momentum':
      // Nesterov looks ahead: β times the new momentum, and the gradient, once more.
      return optimizer.isNesterov
        ? { multiply: 2, add: 2, squareRoot: 0, reciprocal: 0 }
        : { multiply: 1, add: 1, squareRoot: 0, reciprocal: 0 };
    case 'rmsprop':
      return { multiply: 4, add: 2, squareRoot: 1, reciprocal: 1 };
    case 'adam':
      return { multiply: 8, add: 3, squareRoot: 1, reciprocal: 1 };
  }
}

/** S and Bu of docs/spec.md §4.5: widths of the recipe's operands, and of what η multiplies. */
function widthsOf({ optimizer, numerics }: ChipImage): {
  readonly operandBits: number;
  readonly directionBits: number;
} {
  const gradientBits = numerics.formats.gradient.totalBits;
  const momentumBits = numerics.formats.momentum.totalBits;
  const secondMomentBits = numerics.formats.secondMoment.totalBits;
  switch (optimizer.kind) {
    case 'sgd':
      return { operandBits: gradientBits, directionBits: gradientBits };
    case 'momentum':
      return { operandBits: Math.max(gradientBits, momentumBits), directionBits: momentumBits };
    case 'rmsprop':
      return { operandBits: Math.max(gradientBits, secondMomentBits), directionBits: ratioBits };
    case 'adam':
      return {
        operandBits: Math.max(gradientBits, momentumBits, secondMomentBits),
        directionBits: ratioBits,
      };
  }
}

/**
 * Memories of a step: each row of each is read and written back. Gradients are written as zeros. With write gating the
 * synapse words that the step writes are counted when it is taken.
 */
function countMemories(
  image: ChipImage,
  layer: LayerImage,
  isHome: boolean,
  count: WorkCounter,
): void {
  const { wordBits, hasWordWriteGating } = layer.organisation;
  const words = rowWords(image, layer);
  const weightRows = rowCount(layer);
  const biasRows = isHome ? 1 : 0;
  const rewrite = (memory: WrittenCoreMemory, total: number) => {
    count('update', `${memory}.read`, wordBits[memory], total);
    const isGated = memory === 'synapses' && hasWordWriteGating;
    count('update', `${memory}.write`, wordBits[memory], isGated ? 0 : total);
  };
  rewrite('synapses', weightRows * words.synapses);
  rewrite('gradient', (weightRows + biasRows) * words.gradients);
  rewrite('optimizerState', (weightRows + biasRows) * words.states);
  rewrite('bias', biasRows * words.biases);
}

/** Counts one step of a core. `isHome`: it has biases, with gradients and states of their own. */
export function countStepWork(
  image: ChipImage,
  layer: LayerImage,
  isHome: boolean,
  count: WorkCounter,
): void {
  const { formats, rounding } = image.numerics;
  const weights = rowCount(layer) * columnCount(layer);
  const biases = isHome ? columnCount(layer) : 0;
  const parameters = weights + biases;
  const { operandBits, directionBits } = widthsOf(image);
  countMemories(image, layer, isHome, count);
  if (layer.gradientScale.kind === 'factor') {
    const bits = Math.max(formats.gradient.totalBits, factorBits);
    count('update', 'datapath.multiply', bits, parameters);
  }
  const recipe = recipeOf(image.optimizer);
  for (const operation of recipeOperations) {
    count('update', `datapath.${operation}`, operandBits, recipe[operation] * parameters);
  }
  if (image.optimizer.kind === 'adam') {
    for (const operation of ['multiply', 'reciprocal'] as const) {
      count('update', `datapath.${operation}`, ratioBits, 2);
    }
  }
  if (layer.learningRate.kind === 'factor') {
    const bits = Math.max(directionBits, factorBits);
    count('update', 'datapath.multiply', bits, parameters);
  }
  count('update', 'datapath.add', formats.weight.totalBits, weights);
  count('update', 'datapath.add', formats.bias.totalBits, biases);
  const { widthBits } = image.generator;
  count('update', 'random.draw', widthBits, rounding.weight === 'stochastic' ? weights : 0);
  count('update', 'random.draw', widthBits, rounding.bias === 'stochastic' ? biases : 0);
}
