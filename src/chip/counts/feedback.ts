import { readsWeightsAbove } from '../../network/rule-facts.js';
import {
  delayedErrorWords,
  keepsDelayedErrors,
  keptErrorBits,
  learns,
  scalesRates,
} from '../image/learning-layers.js';
import { isAveraged, keepsLoss } from '../../network/defp-variants.js';
import { type ComponentAction } from '../../ledger/components.js';
import type { ActionKey, Phase } from '../../ledger/ledger-row.js';
import { mantissaBits } from '../../numerics/learning-rate.js';
import { ceilDiv, elementAt } from '../../numerics/integer.js';
import type { ChipImage, DefpSpec, LayerImage } from '../image/chip-image.js';
import { coresOf, type LayerCore } from './cores.js';
import {
  backwardCycles,
  deltasFromAbove,
  errorsFromAbove,
  rowReadCycles,
  rowsAbove,
  synapseReadsFor,
} from './layer-above.js';
import { columnCount } from '../image/layer-geometry.js';
import { farthest, isHome } from '../image/layer-parts.js';

/** Adds counts of one core (or of none) to the ledger. */
export type Counter = (phase: Phase, action: ComponentAction, bits: number, count: number) => void;
/** The counter of any core. */
export type CounterAt = (place: Pick<ActionKey, 'layer' | 'core'>) => Counter;

/** What one sample's error signal of one home takes: docs/spec.md §4.2, §4.5, §5 and §7, by rule. */
interface FeedbackWork {
  /** Words read in the home's feedback memory; with `bp` none. */
  readonly wordCount: number;
  /** Values in them: what a generator makes in their place. */
  readonly valueCount: number;
  readonly operation: 'multiplyAccumulate' | 'multiply' | 'add' | null;
  readonly operationCount: number;
  readonly operationBits: number;
  /** What travels to the home, and the hops of all of it together. */
  readonly packetBits: number;
  readonly hopCount: number;
  /** Hops of what comes farthest. */
  readonly farthestHops: number;
  /** From its arrival. */
  readonly cycles: number;
}

/** S less its share, and the new error: the additions of an average by shifts (docs/spec.md §2.9). */
const averageAdditions = 2;

/** Words that hold the delayed errors of one sample. */
function delayedWords({ classCount, numerics }: ChipImage, rule: DefpSpec): number {
  return delayedErrorWords(rule, classCount, numerics.formats.delayedError);
}

/** Cycles until a row of B is at hand: a word each, with a generator a value each on every lane (docs/spec.md §5). */
function rowCycles(image: ChipImage, { organisation }: LayerImage, valueCount: number): number {
  const { feedbacksPerWord, learningLaneCount } = organisation;
  const perCycle = image.feedbackSource === 'generator' ? learningLaneCount : feedbacksPerWord;
  return ceilDiv(valueCount, perCycle);
}

/** C values, multiplied with all rows of B and added up. */
function perClass(image: ChipImage, { own, part }: LayerCore) {
  const { classCount } = image;
  const { neuronCount, organisation } = own;
  const passes = ceilDiv(neuronCount, organisation.learningLaneCount);
  // e comes by way of the first core of the next layer.
  const hops = elementAt(part.outputHops, 0, 'hops of a home');
  return {
    wordCount: classCount * ceilDiv(neuronCount, organisation.feedbacksPerWord),
    valueCount: classCount * neuronCount,
    operation: 'multiplyAccumulate' as const,
    operationCount: classCount * neuronCount,
    packetBits: image.eventBits,
    hopCount: hops * classCount,
    farthestHops: hops,
    cycles: classCount * Math.max(rowCycles(image, own, neuronCount), passes),
  };
}

function defpWork(image: ChipImage, core: LayerCore, rule: DefpSpec): FeedbackWork {
  const { feedback, delayedError } = image.numerics.formats;
  const { neuronCount, organisation, labelHops } = core.own;
  const operationBits = Math.max(delayedError.totalBits, feedback.totalBits);
  const label = { packetBits: image.labelBits, farthestHops: labelHops, operationBits };
  if (rule.variant === 'fullVector') {
    const work = perClass(image, core);
    const hopCount = labelHops * (1 + image.classCount);
    return { ...work, ...label, hopCount, cycles: work.cycles + delayedWords(image, rule) };
  }
  const isScaled = !scalesRates(rule);
  const productCycles = isScaled ? ceilDiv(neuronCount, organisation.learningLaneCount) : 0;
  return {
    ...label,
    wordCount: ceilDiv(neuronCount, organisation.feedbacksPerWord),
    valueCount: neuronCount,
    operation: isScaled ? 'multiply' : null,
    operationCount: isScaled ? neuronCount : 0,
    hopCount: labelHops * 2,
    cycles: rowCycles(image, core.own, neuronCount) + productCycles + delayedWords(image, rule),
  };
}

/** fa and bp: rows of the layer above, or of B in its shape, times δz. */
function rowByRowWork(image: ChipImage, layer: LayerImage, { own, part }: LayerCore): FeedbackWork {
  const { delta, feedback, weight } = image.numerics.formats;
  const { feedbacksPerWord, learningLaneCount } = own.organisation;
  const readsWeights = readsWeightsAbove(image.rule.kind);
  const above = elementAt(image.layers, layer.layer, 'layers');
  const rows = rowsAbove(layer, part, above);
  const columns = columnCount(above);
  const readCycles = readsWeights ? rowReadCycles(above) : rowCycles(image, own, columns);
  const factor = readsWeights ? weight : feedback;
  return {
    wordCount: readsWeights ? 0 : rows * ceilDiv(columns, feedbacksPerWord),
    valueCount: rows * columns,
    operation: 'multiplyAccumulate',
    operationCount: rows * columns,
    operationBits: Math.max(delta.totalBits, factor.totalBits),
    packetBits: image.eventBits,
    ...(readsWeights ? errorsFromAbove(layer, part, above) : deltasFromAbove(part, above)),
    cycles: rows * Math.max(readCycles, ceilDiv(columns, learningLaneCount)),
  };
}

/** @throws RangeError for the output layer, whose error signal is its own. */
function feedbackWork(image: ChipImage, layer: LayerImage, core: LayerCore): FeedbackWork | null {
  const { rule } = image;
  const { delta, feedback } = image.numerics.formats;
  const { neuronCount, organisation, labelHops } = core.own;
  const operationBits = Math.max(delta.totalBits, feedback.totalBits);
  switch (rule.kind) {
    case 'drtp':
      return {
        wordCount: ceilDiv(neuronCount, organisation.feedbacksPerWord),
        valueCount: neuronCount,
        operation: null,
        operationCount: 0,
        operationBits: 0,
        packetBits: image.labelBits,
        hopCount: labelHops,
        farthestHops: labelHops,
        cycles: rowCycles(image, core.own, neuronCount),
      };
    case 'defp':
      return defpWork(image, core, rule);
    case 'dfa':
      return { ...perClass(image, core), operationBits };
    case 'sdfa':
      return { ...perClass(image, core), operation: 'add', operationBits: feedback.totalBits };
    case 'fa':
    case 'bp':
      return rowByRowWork(image, layer, core);
    case 'shallow':
      return null;
  }
}

/** Cycles of phase feedback of a home of a hidden layer in one sample. Implements: docs/spec.md §5. */
export function homeFeedbackCycles(image: ChipImage, layer: LayerImage, home: LayerCore): number {
  const work = feedbackWork(image, layer, home);
  return work === null ? 0 : work.farthestHops + work.cycles;
}

/**
 * Cycles of phase feedback of a hidden layer in one sample: the farthest hops of any home and the work of the slowest, with
 * `bp` the turns included that homes take at the ports of the layer above. Implements: docs/spec.md §5.
 */
export function feedbackCycles(image: ChipImage, layer: LayerImage): number {
  const works = coresOf(layer)
    .filter(({ part }) => isHome(part))
    .map((home) => feedbackWork(image, layer, home))
    .filter((work) => work !== null);
  const above = elementAt(image.layers, layer.layer, 'layers');
  const ownCycles = works.reduce((most, { cycles }) => Math.max(most, cycles), 0);
  const takesTurns = readsWeightsAbove(image.rule.kind) && works.length > 1;
  const slowest = takesTurns ? backwardCycles(layer, above) : ownCycles;
  return farthest(works.map(({ farthestHops }) => farthestHops)) + slowest;
}

/**
 * Phase feedback of a home of a hidden layer. Implements: docs/spec.md §4.2, §4.5, §7.
 * @param countAt counts in any core: with `bp` the weights of the layer above are read
 */
export function countFeedback(
  image: ChipImage,
  layer: LayerImage,
  home: LayerCore,
  sampleCount: number,
  countAt: CounterAt,
): void {
  const work = feedbackWork(image, layer, home);
  if (work === null) return;
  const count = countAt(home.own);
  if (readsWeightsAbove(image.rule.kind)) {
    const above = elementAt(image.layers, layer.layer, 'layers');
    const { synapses } = above.organisation.wordBits;
    for (const { core, wordCount } of synapseReadsFor(layer, home.part, above)) {
      const place = { layer: above.layer, core };
      countAt(place)('feedback', 'synapses.read', synapses, sampleCount * wordCount);
    }
  } else if (image.feedbackSource === 'generator') {
    const { totalBits } = image.numerics.formats.feedback;
    count('feedback', 'feedback.generate', totalBits, sampleCount * work.valueCount);
  } else {
    const { feedback } = home.own.organisation.wordBits;
    count('feedback', 'feedback.read', feedback, sampleCount * work.wordCount);
  }
  if (work.operation !== null) {
    const operations = sampleCount * work.operationCount;
    count('feedback', `datapath.${work.operation}`, work.operationBits, operations);
  }
  count('feedback', 'router.hop', work.packetBits, sampleCount * work.hopCount);
}

/** Delayed errors read and written, once per sample; a measuring pass only writes them. Implements: docs/spec.md §4.2. */
export function countDelayedErrors(
  image: ChipImage,
  sampleCount: number,
  isMeasuring: boolean,
  count: Counter,
): void {
  const { rule, loss } = image;
  if (!keepsDelayedErrors(rule) || rule.variant === 'aggregated') return;
  const { delayedError } = image.numerics.formats;
  const words = sampleCount * delayedWords(image, rule);
  if (!isMeasuring) count('feedback', 'delayedError.read', rule.wordBits, words);
  count('update', 'delayedError.write', rule.wordBits, words);
  if (keepsLoss(rule.variant) && loss === 'bce') {
    count('update', 'datapath.reciprocal', delayedError.totalBits, sampleCount);
  }
  if (isAveraged(rule.variant)) {
    count(
      'update',
      'datapath.add',
      keptErrorBits(rule, delayedError),
      averageAdditions * sampleCount,
    );
  }
}

/** m·d of every layer that learns, once a training sample. Implements: docs/spec.md §2.9 (movingRate), §4.2. */
export function countRateProducts(image: ChipImage, sampleCount: number, count: Counter): void {
  if (!scalesRates(image.rule)) return;
  const layerCount = image.layers
    .filter((layer) => learns(image, layer))
    .reduce((sum, { span }) => sum + (span?.repeat ?? 1), 0);
  const bits = Math.max(image.numerics.formats.delayedError.totalBits, mantissaBits);
  count('feedback', 'datapath.multiply', bits, layerCount * sampleCount);
}
