import { factsOf, usesLayerAbove } from '../../network/rule-facts.js';
import { ceilDiv } from '../../numerics/integer.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import type { LayerCore } from './cores.js';
import type { Counter, CounterAt } from './feedback.js';
import { columnCount, outputCount, positionCount } from '../image/layer-geometry.js';
import { homesOf } from '../image/layer-parts.js';
import {
  comparesErrors,
  keepsDelayedErrors,
  needsDelta,
  sendsDelta,
} from '../image/learning-layers.js';
import { keepsLoss } from '../../network/defp-variants.js';

/** A winner is one of the four places of its window. */
const winnerBits = 2;
/** Operands of the softmax after its table: sums of E, their reciprocal, p (docs/spec.md §4.5). */
const softmaxBits = 32;
/** Entries of the table of e^(−j/256) (docs/spec.md §2.13). */
const exponentialBits = 16;

/**
 * Words that hold the winners of a layer's windows in one training sample: 0 but where `bp` or `fa` hand an error back
 * through a pool (docs/spec.md §4.5).
 */
export function winnerWords(image: ChipImage, layer: LayerImage): number {
  const isHandedBack = usesLayerAbove(image.rule.kind);
  if (layer.convolution === null || !isHandedBack || !needsDelta(image, layer)) return 0;
  return ceilDiv(winnerBits * outputCount(layer), layer.organisation.wordBits.neurons);
}

/** f′ from h and its product with the error; relu only compares, and `none` has f′ = 1 (docs/spec.md §2.12). */
function countSlope(
  image: ChipImage,
  { activationUnit, neuronCount, outputFormat }: LayerImage,
  sampleCount: number,
  count: Counter,
): void {
  const perNeuron = sampleCount * neuronCount;
  const slopeBits = outputFormat.totalBits;
  if (activationUnit.kind === 'linear') {
    if (activationUnit.function === 'relu') {
      count('update', 'datapath.compare', slopeBits, perNeuron);
    }
    return;
  }
  count('update', 'datapath.multiply', slopeBits, perNeuron);
  count('update', 'datapath.add', slopeBits, perNeuron);
  count('update', 'datapath.multiply', image.numerics.formats.delta.totalBits, perNeuron);
}

/**
 * e of a home of the output layer: y read and the target subtracted, where samples may be skipped of all of them and with a
 * comparison each. Implements: docs/spec.md §4.2 (error of layer k), §2.15.
 * @param layer the home as a layer of its own
 */
export function countOutputErrors(
  image: ChipImage,
  { organisation, neuronCount }: LayerImage,
  { sampleCount, learnedCount }: { readonly sampleCount: number; readonly learnedCount: number },
  count: Counter,
): void {
  const output = image.layers.at(-1);
  const isCompared = comparesErrors(image);
  const makesDelta = output !== undefined && needsDelta(image, output);
  const errorCount = isCompared ? sampleCount : makesDelta ? learnedCount : 0;
  const words = ceilDiv(neuronCount, organisation.outputsPerWord);
  count('update', 'neurons.read', organisation.wordBits.neurons, errorCount * words);
  const deltaBits = image.numerics.formats.delta.totalBits;
  count('update', 'datapath.add', deltaBits, errorCount * neuronCount);
  if (isCompared) count('update', 'datapath.compare', deltaBits, sampleCount * neuronCount);
}

/** δz of every neuron: h (of the output layer read already) and the winners read, f′, and the error times f′. Implements: docs/spec.md §4.2, §4.5. */
export function countDelta(
  image: ChipImage,
  layer: LayerImage,
  sampleCount: number,
  count: Counter,
): void {
  const { organisation } = layer;
  const outputWords =
    positionCount(layer) * ceilDiv(columnCount(layer), organisation.outputsPerWord);
  if (!layer.isOutput) {
    const words = sampleCount * (outputWords + winnerWords(image, layer));
    count('update', 'neurons.read', organisation.wordBits.neurons, words);
  }
  // With bce and sigmoid f′ cancels against the loss.
  if (!layer.isOutput || image.loss !== 'bce') countSlope(image, layer, sampleCount, count);
}

/** δz of a home on its way to the cores with the other axons of its neurons. Implements: docs/spec.md §7 (counts). */
export function countDeltaTransfer(
  image: ChipImage,
  { own: layer, satellites }: LayerCore,
  sampleCount: number,
  count: Counter,
): void {
  if (!sendsDelta(image, layer)) return;
  for (const { homeHops } of satellites) {
    count('update', 'router.hop', image.eventBits, sampleCount * homeHops * layer.neuronCount);
  }
}

/** Whether the output layer makes e of every training sample: for δz, or to compare it (docs/spec.md §2.15). */
function makesErrors(image: ChipImage, output: LayerImage): boolean {
  return needsDelta(image, output) || comparesErrors(image);
}

/** Whether a training sample needs p of loss ce (docs/spec.md §2.13, §4.5). */
function needsSoftmax(image: ChipImage, output: LayerImage, isMeasuring: boolean): boolean {
  const { rule, loss } = image;
  if (loss !== 'ce') return false;
  if (keepsDelayedErrors(rule) && keepsLoss(rule.variant)) return true;
  if (isMeasuring) return false;
  if (makesErrors(image, output)) return true;
  const { activationUnit } = output;
  const isPlain = activationUnit.kind === 'linear' && activationUnit.function === 'none';
  return isPlain && factsOf(rule.kind).waitsFor === 'outputs';
}

/** Training samples, or those of a measuring pass. */
interface SoftmaxTotals {
  readonly sampleCount: number;
  readonly isMeasuring: boolean;
}

/** p = softmax(y) of the output layer, where training samples need it. Implements: docs/spec.md §4.5 (loss ce). */
export function countSoftmax(
  image: ChipImage,
  output: LayerImage,
  { sampleCount, isMeasuring }: SoftmaxTotals,
  count: Counter,
): void {
  if (!needsSoftmax(image, output, isMeasuring)) return;
  const outputBits = output.outputFormat.totalBits;
  const perClass = sampleCount * image.classCount;
  const betweenClasses = sampleCount * (image.classCount - 1);
  count('update', 'datapath.compare', outputBits, betweenClasses);
  count('update', 'datapath.add', outputBits, perClass);
  count('update', 'activation.lookup', exponentialBits, perClass);
  count('update', 'datapath.add', softmaxBits, betweenClasses);
  count('update', 'datapath.reciprocal', softmaxBits, sampleCount);
  count('update', 'datapath.multiply', softmaxBits, perClass);
}

/**
 * The softmax is in the first home: the others send it their y, and get p − t back where δz is made. Implements:
 * docs/spec.md §7 (output layer of several homes).
 */
export function countSoftmaxTransfer(
  image: ChipImage,
  output: LayerImage,
  { sampleCount, isMeasuring }: SoftmaxTotals,
  countAt: CounterAt,
): void {
  if (!needsSoftmax(image, output, isMeasuring)) return;
  const { layer } = output;
  for (const { core, columnCount: classCount, homeHops } of homesOf(output)) {
    const hops = sampleCount * homeHops * classCount;
    countAt({ layer, core })('update', 'router.hop', image.eventBits, hops);
    if (isMeasuring || !makesErrors(image, output)) continue;
    countAt(output)('update', 'router.hop', image.eventBits, hops);
  }
}
