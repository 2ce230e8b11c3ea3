import { ceilDiv, elementAt } from '../../numerics/integer.js';
import { confine } from '../../numerics/format.js';
import { rescale } from '../../numerics/rounding.js';
import type { ChipImage } from '../chip-image.js';
import { feedbackColumnCount } from './memory-plan.js';
import type { PlacedLayer } from './placed-layer.js';
import { signalSourceOf } from './signal-source.js';

/** δh = B → delta (docs/spec.md §2.6 step 3) depends on nothing but class and neuron, so it is rounded here, once. */
function writeDeltaH(
  buffer: ArrayBuffer,
  { numerics, classCount }: ChipImage,
  { layer, alignments, memory }: PlacedLayer,
  feedback: BigInt64Array,
): void {
  const { formats, rounding, overflow } = numerics;
  const overflowCounts = new BigInt64Array(buffer, memory.deltaHOverflow, classCount);
  feedback.forEach((raw, index) => {
    const aligned = rescale(raw, 0, alignments.signalShift, rounding.delta);
    const confined = confine(aligned, formats.delta, overflow.delta);
    feedback[index] = confined.raw;
    if (!confined.hasOverflowed) return;
    const row = ceilDiv(index + 1, layer.neuronCount) - 1;
    overflowCounts[row] = elementAt(overflowCounts, row, 'δh overflows') + 1n;
  });
}

/**
 * Lays B out as the rule reads it: rows by class where the label selects one; where a vector is multiplied with it, a
 * row for every neuron, so that sums run along rows whatever the rule.
 */
export function writeFeedback(buffer: ArrayBuffer, image: ChipImage, placed: PlacedLayer): void {
  const { layer, choice, memory } = placed;
  const { feedbackRaw, neuronCount } = layer;
  if (feedbackRaw === null) return;
  const columnCount = feedbackColumnCount(image, layer);
  if (columnCount === 0) {
    const { isSigned } = image.numerics.formats.feedback;
    const rows = new BigInt64Array(buffer, memory.feedbackRows, feedbackRaw.length);
    rows.set(Array.from(feedbackRaw, (raw) => BigInt(isSigned ? raw : raw >>> 0)));
    if (signalSourceOf(image.rule) === 'labelRow') writeDeltaH(buffer, image, placed, rows);
    return;
  }
  const isByteWide = choice.feedbackBytes === 1;
  const pitch = isByteWide ? memory.feedbackPitchBytes : columnCount;
  const matrix = isByteWide
    ? new Int8Array(buffer, memory.feedbackMatrix, neuronCount * pitch)
    : new Int32Array(buffer, memory.feedbackMatrix, neuronCount * pitch);
  // B of `fa` has a row for every neuron already; the others have one for every class.
  const isByNeuron = image.rule.kind === 'fa';
  for (let neuron = 0; neuron < neuronCount; neuron += 1) {
    for (let column = 0; column < columnCount; column += 1) {
      const from = isByNeuron ? neuron * columnCount + column : column * neuronCount + neuron;
      matrix[neuron * pitch + column] = elementAt(feedbackRaw, from, 'feedbackRaw');
    }
  }
}
