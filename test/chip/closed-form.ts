import type { ChipImage, LayerImage } from '../../src/chip/chip-image.js';
import type {
  ActionKey,
  ComponentAction,
  LedgerRow,
  Phase,
  RunKind,
} from '../../src/ledger/ledger-row.js';
import { compareActionKeys } from '../../src/ledger/ledger-row.js';
import { elementAt } from '../../src/numerics/integer.js';

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

function bookUpdate(
  image: ChipImage,
  layer: LayerImage,
  activity: LayerActivity,
  book: Book,
): void {
  const { organisation: o, neuronCount: n, isOutput, learningRate } = layer;
  const { formats, rounding } = image.numerics;
  const { eventCount: a, nonZeroEventCount, changedWordCount } = activity;
  const delta = formats.delta.totalBits;
  const outputBits = layer.outputFormat.totalBits;
  const biasWords = words(n, o.biasesPerWord);
  const rowWords = a * words(n, o.weightsPerWord);
  const isShift = learningRate.kind === 'shift';
  const draws =
    (rounding.weight === 'stochastic' ? nonZeroEventCount * n : 0) +
    (rounding.bias === 'stochastic' ? n : 0);
  if (!isOutput) {
    book('feedback', 'feedback.read', words(n, o.feedbacksPerWord), o.wordBits.feedback);
    book('feedback', 'router.hop', layer.labelHops, image.labelBits);
  }
  book('forward', 'eventBuffer.write', a, o.wordBits.eventBuffer);
  book('update', 'neurons.read', words(n, o.outputsPerWord), o.wordBits.neurons);
  if (!isOutput || image.loss === 'mse') {
    book('update', 'datapath.multiply', n, outputBits);
    book('update', 'datapath.add', n, outputBits);
    book('update', 'datapath.multiply', n, delta);
  }
  if (isOutput) book('update', 'datapath.add', n, delta);
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
 * one run. Written from the table, without any engine.
 */
export function closedFormRows(
  image: ChipImage,
  run: RunKind,
  samples: readonly (readonly LayerActivity[])[],
): readonly LedgerRow[] {
  const rows = new Rows();
  for (const activities of samples) {
    for (const [index, layer] of image.layers.entries()) {
      const book: Book = (phase, componentAction, count, bits) => {
        rows.add(
          { run, phase, layer: layer.layer, core: layer.core, componentAction, bits },
          count,
        );
      };
      const activity = elementAt(activities, index, 'activities');
      bookForward(image, layer, activity.eventCount, book);
      const next = activities[index + 1];
      if (next !== undefined) {
        book('forward', 'router.hop', layer.outputHops * next.eventCount, image.eventBits);
      }
      if (run === 'training') bookUpdate(image, layer, activity, book);
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
      rows.add(
        { ...pins, phase: 'feedback', componentAction: 'io.label', bits: image.labelBits },
        1,
      );
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
