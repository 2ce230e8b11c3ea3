import { type ComponentAction } from '../../../src/ledger/components.js';
import type { ChipImage, LayerImage } from '../../../src/chip/image/chip-image.js';
import type { ActionKey, LedgerRow, Phase, RunKind } from '../../../src/ledger/ledger-row.js';
import { compareActionKeys } from '../../../src/ledger/ledger-row.js';
import { elementAt } from '../../../src/numerics/integer.js';

/** What one sample did in one layer: all that the table of docs/spec.md §4.2 needs besides the image. */
export interface LayerActivity {
  /** A: events delivered to the layer. */
  readonly eventCount: number;
  /** A*: those of them with a value other than 0. */
  readonly nonZeroEventCount: number;
  /** Synapse words that the sample's update changed. */
  readonly changedWordCount: number;
}

const words = (values: number, perWord: number) => Math.ceil(values / perWord);

/** Adds up counts of equal keys and gives them as rows in canonical order, zero rows left out. */
class Rows {
  readonly #rows = new Map<string, LedgerRow>();

  add(key: ActionKey, count: number): void {
    const name = JSON.stringify(key);
    const before = this.#rows.get(name)?.count ?? 0;
    if (before + count > 0) this.#rows.set(name, { ...key, count: before + count });
  }

  sorted(): readonly LedgerRow[] {
    return [...this.#rows.values()].sort(compareActionKeys);
  }
}

type Book = (phase: Phase, action: ComponentAction, count: number, bits: number) => void;
/** Books in the layer at work, or in `at`. */
type BookAt = (...args: [...Parameters<Book>, at?: LayerImage]) => void;

function bookForward(image: ChipImage, layer: LayerImage, a: number, book: Book): void {
  const { organisation: o, neuronCount: n } = layer;
  const { formats } = image.numerics;
  const outputWords = words(n, o.outputsPerWord);
  const sums = o.accumulate === 'memory' ? (a + 1) * words(n, o.accumulatorsPerWord) : 0;
  const operandBits = Math.max(formats.weight.totalBits, layer.inputFormat.totalBits);
  book('forward', 'synapses.read', a * words(n, o.weightsPerWord), o.wordBits.synapses);
  book('forward', 'datapath.multiplyAccumulate', a * n, operandBits);
  book('forward', 'neurons.read', sums, o.wordBits.neurons);
  book('forward', 'neurons.write', sums + outputWords, o.wordBits.neurons);
  book('forward', 'bias.read', words(n, o.biasesPerWord), o.wordBits.bias);
  book('forward', 'activation.lookup', n, layer.outputFormat.totalBits);
}

/** Whether a layer learns, and whether it makes δz for a layer below (docs/spec.md §2.9, frozen layers and shallow). */
export function roleOf({ rule, layers }: ChipImage, layer: LayerImage) {
  const needsAbove = rule.kind === 'fa' || rule.kind === 'bp';
  return {
    isLearning: layer.isTrainable && (layer.isOutput || rule.kind !== 'shallow'),
    isHandingDown: needsAbove && layers.slice(0, layer.layer - 1).some((each) => each.isTrainable),
  };
}

/** The rows of phase feedback of a hidden layer that is not frozen: the second table of §4.2. */
function bookFeedback(image: ChipImage, layer: LayerImage, book: BookAt): void {
  const { organisation: o, neuronCount: n } = layer;
  const { rule, classCount: c, labelBits, eventBits } = image;
  const { delta, feedback, weight, delayedError } = image.numerics.formats;
  const read = (rowCount: number, columnCount: number) => {
    const count = rowCount * words(columnCount, o.feedbacksPerWord);
    book('feedback', 'feedback.read', count, o.wordBits.feedback);
  };
  const above = image.layers[layer.layer] ?? layer;
  const hop = (packets: number, hops: number, bits: number) => {
    book('feedback', 'router.hop', packets * hops, bits);
  };
  switch (rule.kind) {
    case 'drtp':
      read(1, n);
      hop(1, layer.labelHops, labelBits);
      return;
    case 'defp': {
      const isVector = rule.variant === 'fullVector';
      const action = isVector ? 'datapath.multiplyAccumulate' : 'datapath.multiply';
      const rows = isVector ? c : 1;
      read(rows, n);
      const bits = Math.max(delayedError.totalBits, feedback.totalBits);
      // With movingRate δh is the row of B, as with drtp: d scales η.
      if (rule.variant !== 'movingRate') book('feedback', action, rows * n, bits);
      hop(isVector ? 1 + c : 2, layer.labelHops, labelBits);
      return;
    }
    case 'dfa': {
      read(c, n);
      const bits = Math.max(delta.totalBits, feedback.totalBits);
      book('feedback', 'datapath.multiplyAccumulate', c * n, bits);
      hop(c, layer.outputHops, eventBits);
      return;
    }
    case 'sdfa':
      read(c, n);
      book('feedback', 'datapath.add', c * n, feedback.totalBits);
      hop(c, layer.outputHops, eventBits);
      return;
    case 'fa': {
      read(n, above.neuronCount);
      const bits = Math.max(delta.totalBits, feedback.totalBits);
      book('feedback', 'datapath.multiplyAccumulate', n * above.neuronCount, bits);
      hop(above.neuronCount, layer.outputHops, eventBits);
      return;
    }
    case 'bp': {
      const { weightsPerWord, wordBits } = above.organisation;
      const count = n * words(above.neuronCount, weightsPerWord);
      book('feedback', 'synapses.read', count, wordBits.synapses, above);
      const bits = Math.max(delta.totalBits, weight.totalBits);
      book('feedback', 'datapath.multiplyAccumulate', n * above.neuronCount, bits);
      hop(n, layer.outputHops, eventBits);
      return;
    }
    case 'shallow':
      return;
  }
}

/** What is booked once a sample, in no layer: the label, the delayed error. A measuring pass only writes. */
function bookOnceASample(image: ChipImage, isMeasuring: boolean, book: Book): void {
  const { rule, classCount, loss, labelBits, numerics } = image;
  book('feedback', 'io.label', 1, labelBits);
  if (rule.kind !== 'defp' || rule.variant === 'aggregated') return;
  const { variant, averageShift = 0 } = rule;
  const errorBits = numerics.formats.delayedError.totalBits;
  const isAveraged = variant === 'movingAverage' || variant === 'movingRate';
  const sumBits = errorBits + averageShift;
  const kept = isAveraged ? words(sumBits, rule.wordBits) : 1;
  const accesses = variant === 'fullVector' ? words(classCount, rule.delayedErrorsPerWord) : kept;
  if (!isMeasuring) book('feedback', 'delayedError.read', accesses, rule.wordBits);
  book('update', 'delayedError.write', accesses, rule.wordBits);
  if ((variant === 'loss' || variant === 'lastLoss') && loss === 'bce')
    book('update', 'datapath.reciprocal', 1, errorBits);
  // S ← S − ⌊S/2^n⌋ + q.
  if (isAveraged) book('update', 'datapath.add', 2, sumBits);
  if (variant === 'movingRate' && !isMeasuring) {
    const learning = image.layers.filter((layer) => roleOf(image, layer).isLearning);
    book('feedback', 'datapath.multiply', learning.length, Math.max(errorBits, 16));
  }
}

function bookUpdate(
  image: ChipImage,
  layer: LayerImage,
  activity: LayerActivity,
  book: BookAt,
): void {
  const { organisation: o, neuronCount: n, isOutput, learningRate } = layer;
  const { formats, rounding } = image.numerics;
  const { eventCount: a, nonZeroEventCount, changedWordCount } = activity;
  const delta = formats.delta.totalBits;
  const outputBits = layer.outputFormat.totalBits;
  const { isLearning, isHandingDown } = roleOf(image, layer);
  if (!isLearning && !isHandingDown) return;
  if (!isOutput) bookFeedback(image, layer, book);
  book('update', 'neurons.read', words(n, o.outputsPerWord), o.wordBits.neurons);
  if (!isOutput || image.loss === 'mse') {
    book('update', 'datapath.multiply', n, outputBits);
    book('update', 'datapath.add', n, outputBits);
    book('update', 'datapath.multiply', n, delta);
  }
  if (isOutput) book('update', 'datapath.add', n, delta);
  if (!isLearning) return;
  const biasWords = words(n, o.biasesPerWord);
  const rowWords = a * words(n, o.weightsPerWord);
  const isShift = learningRate.kind === 'shift';
  const draws =
    (rounding.weight === 'stochastic' ? nonZeroEventCount * n : 0) +
    (rounding.bias === 'stochastic' ? n : 0);
  if (!isShift) book('update', 'datapath.multiply', n, Math.max(delta, 16));
  book('update', 'eventBuffer.read', a, o.wordBits.eventBuffer);
  book('update', 'synapses.read', rowWords, o.wordBits.synapses);
  const writes = o.hasWordWriteGating ? changedWordCount : rowWords;
  book('update', 'synapses.write', writes, o.wordBits.synapses);
  const scaledBits = isShift ? delta : formats.update.totalBits;
  const operandBits = Math.max(scaledBits, layer.inputFormat.totalBits);
  book('update', 'datapath.multiplyAccumulate', a * n, operandBits);
  book('update', 'random.draw', draws, image.generator.widthBits);
  book('update', 'bias.read', biasWords, o.wordBits.bias);
  book('update', 'bias.write', biasWords, o.wordBits.bias);
  book('update', 'datapath.add', n, formats.bias.totalBits);
}

/**
 * The ledger of docs/spec.md §4.2 in closed form: `samples` holds the activity of every layer for every sample of
 * one run; `measuring` is the pass of rule defp that only keeps errors. Written from the table, without any engine.
 */
export function closedFormRows(
  image: ChipImage,
  purpose: RunKind | 'measuring',
  samples: readonly (readonly LayerActivity[])[],
): readonly LedgerRow[] {
  const rows = new Rows();
  const run: RunKind = purpose === 'inference' ? 'inference' : 'training';
  for (const activities of samples) {
    for (const [index, layer] of image.layers.entries()) {
      const book: BookAt = (phase, componentAction, count, bits, at = layer) => {
        rows.add({ run, phase, layer: at.layer, core: at.core, componentAction, bits }, count);
      };
      const activity = elementAt(activities, index, 'activities');
      bookForward(image, layer, activity.eventCount, book);
      const next = activities[index + 1];
      if (next !== undefined) {
        book('forward', 'router.hop', layer.outputHops * next.eventCount, image.eventBits);
      }
      const { eventBuffer } = layer.organisation.wordBits;
      if (run === 'training' && roleOf(image, layer).isLearning) {
        book('forward', 'eventBuffer.write', activity.eventCount, eventBuffer);
      }
      if (purpose === 'training') bookUpdate(image, layer, activity, book);
      if (run === 'inference' && layer.isOutput) {
        const { outputsPerWord, wordBits } = layer.organisation;
        book('readout', 'neurons.read', words(image.classCount, outputsPerWord), wordBits.neurons);
        book('readout', 'datapath.compare', image.classCount - 1, layer.outputFormat.totalBits);
        book('readout', 'io.eventOut', 1, image.labelBits);
      }
    }
    const pins = { run, layer: null, core: null };
    const entering = elementAt(activities, 0, 'activities').eventCount;
    rows.add(
      { ...pins, phase: 'forward', componentAction: 'io.eventIn', bits: image.eventBits },
      entering,
    );
    if (run === 'training') {
      bookOnceASample(image, purpose === 'measuring', (phase, componentAction, count, bits) => {
        rows.add({ ...pins, phase, componentAction, bits }, count);
      });
    }
  }
  return rows.sorted();
}

/** Synapse words of a layer that differ between two states of its weights. */
export function changedWords(layer: LayerImage, before: Int32Array, after: Int32Array): number {
  const { neuronCount, organisation } = layer;
  const changed = new Set<string>();
  for (const [index, weight] of before.entries()) {
    const neuron = index % neuronCount;
    const word = Math.floor(neuron / organisation.weightsPerWord);
    if (weight !== after[index]) changed.add(`${(index - neuron) / neuronCount}/${word}`);
  }
  return changed.size;
}
