import type { ComponentAction, Phase } from '../ledger/ledger-row.js';
import { ceilDiv, elementAt } from '../numerics/integer.js';
import type { ChipImage, DefpSpec, LayerImage } from './chip-image.js';

/** Adds counts of one layer (or of none) to the ledger. */
export type Counter = (phase: Phase, action: ComponentAction, bits: number, count: number) => void;

/** What one sample's error signal of one hidden layer takes: docs/spec.md §4.2 and §5, by rule. */
interface FeedbackWork {
  /** Words read in the layer's feedback memory; with `bp` in the synapse array of the layer above. */
  readonly wordCount: number;
  readonly operation: 'multiplyAccumulate' | 'multiply' | 'add' | null;
  readonly operationCount: number;
  readonly operationBits: number;
  /** What travels to the core: values, and what a packet of one is. */
  readonly packetCount: number;
  readonly packetBits: number;
  readonly hops: number;
  readonly cycles: number;
}

/** Words that hold the delayed errors of one sample. */
function delayedWords({ classCount }: ChipImage, rule: DefpSpec): number {
  return rule.variant === 'fullVector' ? ceilDiv(classCount, rule.delayedErrorsPerWord) : 1;
}

/** C values, multiplied with all rows of B and added up. */
function perClass(image: ChipImage, layer: LayerImage) {
  const { neuronCount, organisation } = layer;
  const rowWords = ceilDiv(neuronCount, organisation.feedbacksPerWord);
  const passes = ceilDiv(neuronCount, organisation.learningLaneCount);
  return {
    wordCount: image.classCount * rowWords,
    operation: 'multiplyAccumulate' as const,
    operationCount: image.classCount * neuronCount,
    packetCount: image.classCount,
    packetBits: image.eventBits,
    hops: layer.outputHops,
    cycles: layer.outputHops + image.classCount * Math.max(rowWords, passes),
  };
}

/** A value for every neuron above, multiplied with a row of `rowWords` words for every neuron here. */
function perNeuronAbove(image: ChipImage, layer: LayerImage, rowWords: number, above: LayerImage) {
  const { neuronCount, outputHops, organisation } = layer;
  const passes = ceilDiv(above.neuronCount, organisation.learningLaneCount);
  return {
    wordCount: neuronCount * rowWords,
    operation: 'multiplyAccumulate' as const,
    operationCount: neuronCount * above.neuronCount,
    packetBits: image.eventBits,
    hops: outputHops,
    cycles: neuronCount * Math.max(rowWords, passes) + outputHops,
  };
}

function defpWork(image: ChipImage, layer: LayerImage, rule: DefpSpec): FeedbackWork {
  const { feedback, delayedError } = image.numerics.formats;
  const { neuronCount, organisation, labelHops } = layer;
  const operationBits = Math.max(delayedError.totalBits, feedback.totalBits);
  const label = { packetBits: image.labelBits, hops: labelHops, operationBits };
  if (rule.variant === 'fullVector') {
    const work = perClass(image, layer);
    const cycles = work.cycles - layer.outputHops + labelHops + delayedWords(image, rule);
    return { ...work, ...label, packetCount: 1 + image.classCount, cycles };
  }
  const rowWords = ceilDiv(neuronCount, organisation.feedbacksPerWord);
  const readOfDelayedError = 1;
  return {
    ...label,
    wordCount: rowWords,
    operation: 'multiply',
    operationCount: neuronCount,
    packetCount: 2,
    cycles:
      labelHops +
      rowWords +
      ceilDiv(neuronCount, organisation.learningLaneCount) +
      readOfDelayedError,
  };
}

/** @throws RangeError for the output layer, whose error signal is its own. */
function feedbackWork(image: ChipImage, layer: LayerImage): FeedbackWork | null {
  const { rule } = image;
  const { delta, feedback, weight } = image.numerics.formats;
  const { neuronCount, organisation } = layer;
  const above = elementAt(image.layers, layer.layer, 'layers');
  const operationBits = Math.max(delta.totalBits, feedback.totalBits);
  switch (rule.kind) {
    case 'drtp': {
      const wordCount = ceilDiv(neuronCount, organisation.feedbacksPerWord);
      return {
        wordCount,
        operation: null,
        operationCount: 0,
        operationBits: 0,
        packetCount: 1,
        packetBits: image.labelBits,
        hops: layer.labelHops,
        cycles: layer.labelHops + wordCount,
      };
    }
    case 'defp':
      return defpWork(image, layer, rule);
    case 'dfa':
      return { ...perClass(image, layer), operationBits };
    case 'sdfa':
      return { ...perClass(image, layer), operation: 'add', operationBits: feedback.totalBits };
    case 'fa': {
      const rowWords = ceilDiv(above.neuronCount, organisation.feedbacksPerWord);
      const work = perNeuronAbove(image, layer, rowWords, above);
      return { ...work, operationBits, packetCount: above.neuronCount };
    }
    case 'bp': {
      const rowWords = ceilDiv(above.neuronCount, above.organisation.weightsPerWord);
      const work = perNeuronAbove(image, layer, rowWords, above);
      const bits = Math.max(delta.totalBits, weight.totalBits);
      return { ...work, operationBits: bits, packetCount: neuronCount };
    }
    case 'shallow':
      return null;
  }
}

/** Cycles of phase feedback of a hidden layer in one sample. Implements: docs/spec.md §5. */
export function feedbackCycles(image: ChipImage, layer: LayerImage): number {
  return feedbackWork(image, layer)?.cycles ?? 0;
}

/**
 * Phase feedback of a hidden layer. Implements: docs/spec.md §4.2.
 * @param count counts in the layer itself, `countAbove` in the layer after it: with `bp` its weights are read.
 */
export function countFeedback(
  image: ChipImage,
  layer: LayerImage,
  sampleCount: number,
  count: Counter,
  countAbove: Counter,
): void {
  const work = feedbackWork(image, layer);
  if (work === null) return;
  const words = sampleCount * work.wordCount;
  if (image.rule.kind === 'bp') {
    const above = elementAt(image.layers, layer.layer, 'layers');
    countAbove('feedback', 'synapses.read', above.organisation.wordBits.synapses, words);
  } else {
    count('feedback', 'feedback.read', layer.organisation.wordBits.feedback, words);
  }
  if (work.operation !== null) {
    const operations = sampleCount * work.operationCount;
    count('feedback', `datapath.${work.operation}`, work.operationBits, operations);
  }
  count('feedback', 'router.hop', work.packetBits, sampleCount * work.hops * work.packetCount);
}

/** Delayed errors read and written, once a sample; a measuring pass only writes them. Implements: docs/spec.md §4.2. */
export function countDelayedErrors(
  image: ChipImage,
  sampleCount: number,
  isMeasuring: boolean,
  count: Counter,
): void {
  const { rule, loss } = image;
  if (rule.kind !== 'defp' || rule.variant === 'aggregated') return;
  const words = sampleCount * delayedWords(image, rule);
  if (!isMeasuring) count('feedback', 'delayedError.read', rule.wordBits, words);
  count('update', 'delayedError.write', rule.wordBits, words);
  if (rule.variant === 'loss' && loss === 'bce') {
    const { totalBits } = image.numerics.formats.delayedError;
    count('update', 'datapath.reciprocal', totalBits, sampleCount);
  }
}
