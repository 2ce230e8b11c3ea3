import type { CoreOrganisation } from '../chip/chip-image.js';
import type { MemoryComponent } from '../hardware/chip-model.js';
import { type NetworkLayer, outputCount, weightShape } from '../network/topology.js';
import { ceilDiv } from '../numerics/integer.js';
import { isCarryingGradient, isLearning, type Learning } from './learning.js';

/** A layer on a core of this organisation, and what follows it. */
export interface LayerPlace {
  /** 1…k. */
  readonly layer: number;
  readonly isOutput: boolean;
  readonly described: NetworkLayer;
  /** Null after the output layer. */
  readonly next: NetworkLayer | null;
  readonly organisation: CoreOrganisation;
  /** A neuron's sum and h are in one word (docs/spec.md §4.1, `neuronsPerWord`). */
  readonly sharesNeuronWords: boolean;
}

/** Q: neurons that share a column; fully connected 1. */
function positionCount(layer: NetworkLayer): number {
  return layer.kind === 'fc' ? 1 : layer.mapShape[1] * layer.mapShape[2];
}

/** Words of h, of partial sums and of pooling's winners. Each position has its own words (docs/spec.md §4.5). */
function neuronWords(place: LayerPlace, learning: Learning): number {
  const { described, organisation, sharesNeuronWords } = place;
  const { accumulate, outputsPerWord, accumulatorsPerWord, wordBits } = organisation;
  const [, columnCount] = weightShape(described);
  const outputs = ceilDiv(columnCount, outputsPerWord);
  const hasSums = accumulate === 'memory' && !sharesNeuronWords;
  const sums = hasSums ? ceilDiv(columnCount, accumulatorsPerWord) : 0;
  const hasWinners = described.kind === 'conv' && isCarryingGradient(place, learning);
  const winners = hasWinners ? ceilDiv(2 * outputCount(described), wordBits.neurons) : 0;
  return positionCount(described) * (outputs + sums) + winners;
}

/**
 * Words of B_i: (classes × neurons), for `fa` the shape of the next layer's weights; none for `bp` and `shallow`, and none
 * where nothing asks for δz.
 */
function feedbackWords(place: LayerPlace, classCount: number, learning: Learning): number {
  const { described, next, organisation } = place;
  const { rule, feedbackSource } = learning;
  if (next === null || feedbackSource === 'generator') return 0;
  if (!isLearning(place, learning) && !isCarryingGradient(place, learning)) return 0;
  if (rule.kind === 'bp' || rule.kind === 'shallow') return 0;
  const [rowCount, columnCount] =
    rule.kind === 'fa' ? weightShape(next) : [classCount, described.neuronCount];
  return rowCount * ceilDiv(columnCount, organisation.feedbacksPerWord);
}

/**
 * Words that each memory of a layer's core needs (docs/spec.md §4.5). The event buffer must hold every input's event,
 * for no event is dropped.
 */
export function wordsNeeded(
  place: LayerPlace,
  classCount: number,
  learning: Learning,
): Readonly<Record<MemoryComponent, number>> {
  const { described, organisation } = place;
  const [rowCount, columnCount] = weightShape(described);
  const learns = isLearning(place, learning);
  /** One value for each weight and bias. */
  const perParameter = (valuesPerWord: number): number =>
    rowCount * ceilDiv(columnCount, valuesPerWord) + ceilDiv(columnCount, valuesPerWord);
  const sumsGradients = learns && (described.kind === 'conv' || learning.batchSize > 1);
  return {
    synapses: rowCount * ceilDiv(columnCount, organisation.weightsPerWord),
    neurons: neuronWords(place, learning),
    bias: ceilDiv(columnCount, organisation.biasesPerWord),
    feedback: feedbackWords(place, classCount, learning),
    eventBuffer: learns ? described.inputCount : 0,
    gradient: sumsGradients ? perParameter(organisation.gradientsPerWord) : 0,
    optimizerState:
      learns && learning.optimizer !== 'sgd'
        ? perParameter(organisation.optimizerStatesPerWord)
        : 0,
  };
}
