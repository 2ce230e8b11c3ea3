import { ceilDiv, elementAt } from '../../numerics/integer.js';
import type { RunActivity } from '../image/activity.js';
import type { ChipImage, LayerImage, LayerPart } from '../image/chip-image.js';
import { isGated, isInShapeOfWeights, usesFeedback } from '../image/upkeep/feedback-upkeep.js';
import { columnCount } from '../image/layer-geometry.js';
import { homesOf, neuronsOf } from '../image/layer-parts.js';
import type { LayerCore } from './cores.js';
import type { Counter, CounterAt } from './feedback.js';
import { rowReadCycles, rowsAbove } from './layer-above.js';

/** B of one home: its rows and the words of each. */
interface HomeShape {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly wordsPerRow: number;
}

function layerAbove(image: ChipImage, layer: LayerImage): LayerImage {
  return elementAt(image.layers, layer.layer, 'layers');
}

function shapeOfHome(image: ChipImage, layer: LayerImage, home: LayerPart): HomeShape {
  const above = layerAbove(image, layer);
  const [rows, columns] = isInShapeOfWeights(image)
    ? [rowsOfKernels(layer, home, above), columnCount(above)]
    : [image.classCount, neuronsOf(layer, home).count];
  const { feedbacksPerWord } = layer.organisation;
  return { rowCount: rows, columnCount: columns, wordsPerRow: ceilDiv(columns, feedbacksPerWord) };
}

/** Rows of the weights above that belong to the outputs of a home; of a CONV layer above those of whole channels. */
function rowsOfKernels(layer: LayerImage, home: LayerPart, above: LayerImage): number {
  const { convolution } = above;
  if (convolution === null) return rowsAbove(layer, home, above);
  return home.columnCount * convolution.kernelSize * convolution.kernelSize;
}

/** Words that a home writes where B is redrawn; a generator has another seed instead. */
function redrawnWords(image: ChipImage, layer: LayerImage, home: LayerPart): number {
  if (image.feedbackSource === 'generator') return 0;
  const { rowCount, wordsPerRow } = shapeOfHome(image, layer, home);
  return rowCount * wordsPerRow;
}

/** Whether the layer above has a B with which its weights are multiplied. */
function isMultiplied(image: ChipImage, layer: LayerImage): boolean {
  return !isInShapeOfWeights(image) && !layerAbove(image, layer).isOutput;
}

/** Cycles of one transport of a layer, which has one core, as the one above it. */
function transportCycles(image: ChipImage, layer: LayerImage): number {
  const [home] = homesOf(layer);
  if (home === undefined) return 0;
  const above = layerAbove(image, layer);
  const { rowCount, wordsPerRow } = shapeOfHome(image, layer, home);
  const hops = elementAt(home.outputHops, 0, 'hops of a home');
  const rowCycles = rowReadCycles(above);
  if (isInShapeOfWeights(image)) return rowCount * Math.max(rowCycles, wordsPerRow) + hops;
  const columns = columnCount(above);
  const { feedbacksPerWord, learningLaneCount } = layer.organisation;
  const isProduct = isMultiplied(image, layer);
  const readCycles = isProduct ? ceilDiv(columns, above.organisation.feedbacksPerWord) : 0;
  const laneCycles = isProduct ? ceilDiv(columns, learningLaneCount) : 0;
  const passCycles = layer.neuronCount * Math.max(rowCycles, laneCycles);
  const writeCycles = ceilDiv(layer.neuronCount, feedbacksPerWord);
  return rowCount * (readCycles + passCycles + hops + writeCycles);
}

/** Cycles of phase update that a home takes to change its B, between epochs. Implements: docs/spec.md §2.16. */
export function homeUpkeepCycles(
  image: ChipImage,
  layer: LayerImage,
  home: LayerPart,
  { feedbackUpdates }: RunActivity,
): number {
  if (feedbackUpdates === undefined || !usesFeedback(image, layer)) return 0;
  const { redrawn, transported } = feedbackUpdates;
  const transport = transported === 0 ? 0 : transported * transportCycles(image, layer);
  return redrawn * redrawnWords(image, layer, home) + transport;
}

/** The same of a layer: its homes write at once. */
export function upkeepCycles(image: ChipImage, layer: LayerImage, activity: RunActivity): number {
  const cycles = homesOf(layer).map((home) => homeUpkeepCycles(image, layer, home, activity));
  return Math.max(0, ...cycles);
}

/** h > 0 of the neurons of a home, in every training sample. Implements: docs/spec.md §2.16 (gates). */
export function countGates(
  image: ChipImage,
  layer: LayerImage,
  { own }: LayerCore,
  sampleCount: number,
  count: Counter,
): void {
  if (!isGated(image, layer)) return;
  const { totalBits } = own.outputFormat;
  count('forward', 'datapath.compare', totalBits, sampleCount * own.neuronCount);
}

/** What changed B between epochs. Implements: docs/spec.md §2.16. */
export function countFeedbackUpdates(
  image: ChipImage,
  layer: LayerImage,
  { feedbackUpdates }: RunActivity,
  countAt: CounterAt,
): void {
  if (feedbackUpdates === undefined || !usesFeedback(image, layer)) return;
  const { redrawn, transported } = feedbackUpdates;
  const { feedback } = layer.organisation.wordBits;
  for (const home of homesOf(layer)) {
    const count = countAt({ layer: layer.layer, core: home.core });
    const words = redrawn * redrawnWords(image, layer, home);
    count('update', 'feedback.write', feedback, words);
    if (transported > 0) countTransports(image, layer, home, transported, countAt);
  }
}

function countTransports(
  image: ChipImage,
  layer: LayerImage,
  home: LayerPart,
  times: number,
  countAt: CounterAt,
): void {
  const above = layerAbove(image, layer);
  const { formats } = image.numerics;
  const { rowCount, columnCount: columns, wordsPerRow } = shapeOfHome(image, layer, home);
  const count = countAt({ layer: layer.layer, core: home.core });
  const countAbove = countAt({ layer: above.layer, core: above.core });
  const { wordBits, feedbacksPerWord } = above.organisation;
  const hops = elementAt(home.outputHops, 0, 'hops of a home');
  const passes = isInShapeOfWeights(image) ? 1 : rowCount;
  const synapseWords = passes * layer.neuronCount * rowReadCycles(above);
  const { feedback } = layer.organisation.wordBits;
  count('update', 'feedback.write', feedback, times * rowCount * wordsPerRow);
  count('update', 'router.hop', image.eventBits, times * hops * rowCount * columns);
  countAbove('update', 'synapses.read', wordBits.synapses, times * synapseWords);
  if (!isMultiplied(image, layer)) return;
  const factors = columnCount(above);
  const bits = Math.max(formats.weight.totalBits, formats.feedback.totalBits);
  const products = times * rowCount * layer.neuronCount * factors;
  count('update', 'datapath.multiplyAccumulate', bits, products);
  const factorWords = times * rowCount * ceilDiv(factors, feedbacksPerWord);
  countAbove('update', 'feedback.read', wordBits.feedback, factorWords);
}
