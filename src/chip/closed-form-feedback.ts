import type { ComponentAction, Phase } from '../ledger/ledger-row.js';
import { ceilDiv, elementAt } from '../numerics/integer.js';
import type { ChipImage, DefpSpec, LayerImage } from './chip-image.js';
import { columnCount, outputCount } from './layer-geometry.js';
import { totalVisits } from './total-visits.js';

/** Adds counts of one layer (or of none) to the ledger. */
export type Counter = (phase: Phase, action: ComponentAction, bits: number, count: number) => void;

/** What one sample's error signal of one hidden layer takes: docs/spec.md §4.2, §4.5 and §5, by rule. */
interface FeedbackWork {
  /** Words read in the layer's feedback memory; with `bp` in the synapse array of the layer above. */
  readonly wordCount: number;
  /** Values in them: what a generator makes in their place. */
  readonly valueCount: number;
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

/** Cycles until a row of B is at hand: a word each, with a generator a value each on every lane (docs/spec.md §5). */
function rowCycles(image: ChipImage, { organisation }: LayerImage, valueCount: number): number {
  const { feedbacksPerWord, learningLaneCount } = organisation;
  const perCycle = image.feedbackSource === 'generator' ? learningLaneCount : feedbacksPerWord;
  return ceilDiv(valueCount, perCycle);
}

/** C values, multiplied with all rows of B and added up. */
function perClass(image: ChipImage, layer: LayerImage) {
  const { neuronCount, organisation } = layer;
  const passes = ceilDiv(neuronCount, organisation.learningLaneCount);
  return {
    wordCount: image.classCount * ceilDiv(neuronCount, organisation.feedbacksPerWord),
    valueCount: image.classCount * neuronCount,
    operation: 'multiplyAccumulate' as const,
    operationCount: image.classCount * neuronCount,
    packetCount: image.classCount,
    packetBits: image.eventBits,
    hops: layer.outputHops,
    cycles:
      layer.outputHops + image.classCount * Math.max(rowCycles(image, layer, neuronCount), passes),
  };
}

/**
 * The layer above taken backwards: for each of its inputs and each visit of that, a row of κ_{i+1} values multiplied with
 * δz. Fully connected an input has one visit, so X_{i+1} = P_i.
 * @param rowWords words of such a row, `rowReadCycles` the cycles until it is at hand.
 */
function throughLayerAbove(
  image: ChipImage,
  layer: LayerImage,
  above: LayerImage,
  { rowWords, rowReadCycles }: { readonly rowWords: number; readonly rowReadCycles: number },
) {
  const { outputHops, organisation } = layer;
  const rows = totalVisits(above);
  const columns = columnCount(above);
  const passes = ceilDiv(columns, organisation.learningLaneCount);
  return {
    wordCount: rows * rowWords,
    valueCount: rows * columns,
    operation: 'multiplyAccumulate' as const,
    operationCount: rows * columns,
    packetBits: image.eventBits,
    hops: outputHops,
    cycles: rows * Math.max(rowReadCycles, passes) + outputHops,
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
  const readOfDelayedError = 1;
  return {
    ...label,
    wordCount: ceilDiv(neuronCount, organisation.feedbacksPerWord),
    valueCount: neuronCount,
    operation: 'multiply',
    operationCount: neuronCount,
    packetCount: 2,
    cycles:
      labelHops +
      rowCycles(image, layer, neuronCount) +
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
    case 'drtp':
      return {
        wordCount: ceilDiv(neuronCount, organisation.feedbacksPerWord),
        valueCount: neuronCount,
        operation: null,
        operationCount: 0,
        operationBits: 0,
        packetCount: 1,
        packetBits: image.labelBits,
        hops: layer.labelHops,
        cycles: layer.labelHops + rowCycles(image, layer, neuronCount),
      };
    case 'defp':
      return defpWork(image, layer, rule);
    case 'dfa':
      return { ...perClass(image, layer), operationBits };
    case 'sdfa':
      return { ...perClass(image, layer), operation: 'add', operationBits: feedback.totalBits };
    case 'fa': {
      const columns = columnCount(above);
      const rowWords = ceilDiv(columns, organisation.feedbacksPerWord);
      const rowReadCycles = rowCycles(image, layer, columns);
      const work = throughLayerAbove(image, layer, above, { rowWords, rowReadCycles });
      return { ...work, operationBits, packetCount: above.neuronCount };
    }
    case 'bp': {
      const rowWords = ceilDiv(columnCount(above), above.organisation.weightsPerWord);
      const row = { rowWords, rowReadCycles: rowWords };
      const work = throughLayerAbove(image, layer, above, row);
      const bits = Math.max(delta.totalBits, weight.totalBits);
      return { ...work, operationBits: bits, packetCount: outputCount(layer) };
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
 * Phase feedback of a hidden layer. Implements: docs/spec.md §4.2, §4.5.
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
  } else if (image.feedbackSource === 'generator') {
    const { totalBits } = image.numerics.formats.feedback;
    count('feedback', 'feedback.generate', totalBits, sampleCount * work.valueCount);
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
