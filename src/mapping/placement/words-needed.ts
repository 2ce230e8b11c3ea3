import { type CoreMemory } from '../../ledger/components.js';
import { factsOf } from '../../network/rule-facts.js';
import type { CoreOrganisation } from '../../chip/image/chip-image.js';
import { type LayerSpan, type NetworkLayer, weightShape } from '../../network/topology.js';
import { type UpdateSchedule, waitsForNext } from '../../time/update-schedule.js';
import { ceilDiv, floorDiv } from '../../numerics/integer.js';
import { outputsPerColumn, type PartShare, positionCount, rowsOf } from './layer-grid.js';
import { isCarryingGradient, isLearning, type Learning } from '../learning.js';

/** A layer on cores of this organisation, and what follows it. */
export interface LayerPlace {
  /** 1…k. */
  readonly layer: number;
  /** In messages: the layers of the whole network that it stands for. */
  readonly span: LayerSpan;
  readonly isOutput: boolean;
  readonly described: NetworkLayer;
  /** Null after the output layer. */
  readonly next: NetworkLayer | null;
  readonly organisation: CoreOrganisation;
  /** A neuron's sum and h are in one word (docs/spec.md §4.1, `neuronsPerWord`). */
  readonly sharesNeuronWords: boolean;
}

/** Biases, h, winners and feedback are at home only (docs/spec.md §7). */
function isHome({ axonPart }: PartShare): boolean {
  return axonPart === 0;
}

/** Words of h, of partial sums and of pooling's winners. Each position has its own words (docs/spec.md §4.5). */
function neuronWords(place: LayerPlace, share: PartShare, learning: Learning): number {
  const { described, organisation, sharesNeuronWords } = place;
  const { accumulate, outputsPerWord, accumulatorsPerWord, wordBits } = organisation;
  const { columnCount } = share;
  const sumWords = accumulate === 'memory' ? ceilDiv(columnCount, accumulatorsPerWord) : 0;
  if (!isHome(share)) return positionCount(described) * sumWords;
  const outputs = ceilDiv(columnCount, outputsPerWord);
  const sums = sharesNeuronWords ? 0 : sumWords;
  const hasWinners = described.kind === 'conv' && isCarryingGradient(place, learning);
  const winners = hasWinners
    ? ceilDiv(2 * columnCount * outputsPerColumn(described), wordBits.neurons)
    : 0;
  return positionCount(described) * (outputs + sums) + winners;
}

/**
 * Words of B_i for the home's own neurons: (classes × neurons), for `fa` rows of the shape of the next layer's weights;
 * none for `bp` and `shallow`, and none where nothing asks for δz.
 */
function feedbackWords(
  place: LayerPlace,
  { columnCount }: PartShare,
  classCount: number,
  learning: Learning,
): number {
  const { described, next, organisation } = place;
  const { rule, feedbackSource } = learning;
  if (next === null || feedbackSource === 'generator') return 0;
  if (!isLearning(place, learning) && !isCarryingGradient(place, learning)) return 0;
  const { feedback } = factsOf(rule.kind);
  if (feedback === 'none') return 0;
  const { feedbacksPerWord } = organisation;
  if (feedback === 'classes') {
    return classCount * ceilDiv(columnCount * positionCount(described), feedbacksPerWord);
  }
  const [nextRows, nextColumns] = weightShape(next);
  const [, columns] = weightShape(described);
  return columnCount * floorDiv(nextRows, columns) * ceilDiv(nextColumns, feedbacksPerWord);
}

/** Samples whose events a core keeps at a time: with an update that waits, the one before too (docs/spec.md §5.1). */
export function bufferedSamples(schedule: UpdateSchedule): 1 | 2 {
  return waitsForNext(schedule) ? 2 : 1;
}

/**
 * Words that each memory of a core needs for its part of a layer (docs/spec.md §4.5, §7). The event buffer must hold an
 * event of every axon, for no event is dropped.
 */
export function wordsNeeded(
  place: LayerPlace,
  share: PartShare,
  classCount: number,
  learning: Learning,
): Readonly<Record<CoreMemory, number>> {
  const { described, organisation } = place;
  const { columnCount, axonCount } = share;
  const rowCount = rowsOf(described, share);
  const learns = isLearning(place, learning);
  /** One value for each weight and, at home, for each bias. */
  const perParameter = (valuesPerWord: number): number =>
    (rowCount + (isHome(share) ? 1 : 0)) * ceilDiv(columnCount, valuesPerWord);
  const sumsGradients = learns && (described.kind === 'conv' || learning.batchSize > 1);
  return {
    synapses: rowCount * ceilDiv(columnCount, organisation.weightsPerWord),
    neurons: neuronWords(place, share, learning),
    bias: isHome(share) ? ceilDiv(columnCount, organisation.biasesPerWord) : 0,
    feedback: isHome(share) ? feedbackWords(place, share, classCount, learning) : 0,
    eventBuffer: learns ? axonCount * bufferedSamples(organisation.updateSchedule) : 0,
    gradient: sumsGradients ? perParameter(organisation.gradientsPerWord) : 0,
    optimizerState:
      learns && learning.optimizer !== 'sgd'
        ? perParameter(organisation.optimizerStatesPerWord)
        : 0,
  };
}
