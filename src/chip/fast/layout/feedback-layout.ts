import { factsOf } from '../../../network/rule-facts.js';
import { ceilDiv, elementAt } from '../../../numerics/integer.js';
import { confine } from '../../../numerics/format.js';
import { rescale } from '../../../numerics/rounding.js';
import type { ChipImage } from '../../image/chip-image.js';
import { feedbackShape } from './layer-memory.js';
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
  const overflowCounts = new BigInt64Array(buffer, memory.deltaHOverflow, classCount).fill(0n);
  feedback.forEach((raw, index) => {
    const aligned = rescale(raw, 0, alignments.signalShift, rounding.delta);
    const confined = confine(aligned, formats.delta, overflow.delta);
    feedback[index] = confined.raw;
    if (!confined.hasOverflowed) return;
    const row = ceilDiv(index + 1, layer.neuronCount) - 1;
    overflowCounts[row] = elementAt(overflowCounts, row, 'δh overflows') + 1n;
  });
}

/** Place of a neuron in the compiled engine: of a CONV layer (row, column, channel), in the image (channel, row, column). */
export function engineNeuron({ layer, geometry }: PlacedLayer, neuron: number): number {
  const { columnCount, positionCount } = geometry;
  if (layer.convolution === null) return neuron;
  const position = neuron % positionCount;
  const channel = ceilDiv(neuron + 1, positionCount) - 1;
  return position * columnCount + channel;
}

/** B of `fa`: the rows of the next layer's synapse array. */
function writeNextRows(
  matrix: Int8Array | Int32Array,
  raw: Int32Array,
  columns: number,
  pitch: number,
): void {
  const rowCount = ceilDiv(raw.length, columns);
  for (let row = 0; row < rowCount; row += 1) {
    matrix.set(raw.subarray(row * columns, (row + 1) * columns), row * pitch);
  }
}

/**
 * Lays B out as the rule reads it: rows by class where the label selects one; where a vector is multiplied with it, a
 * row for every neuron, so that sums run along rows whatever the rule.
 */
export function writeFeedback(buffer: ArrayBuffer, image: ChipImage, placed: PlacedLayer): void {
  const { layer, choice, memory } = placed;
  const { feedbackRaw, neuronCount } = layer;
  if (feedbackRaw === null) return;
  const { rowCount, columnCount } = feedbackShape(image, layer);
  if (columnCount === 0) {
    const { isSigned } = image.numerics.formats.feedback;
    const rows = new BigInt64Array(buffer, memory.feedbackRows, feedbackRaw.length);
    feedbackRaw.forEach((raw, index) => {
      const neuron = index % neuronCount;
      const place = index - neuron + engineNeuron(placed, neuron);
      rows[place] = BigInt(isSigned ? raw : raw >>> 0);
    });
    if (signalSourceOf(image.rule) === 'labelRow') writeDeltaH(buffer, image, placed, rows);
    return;
  }
  const isByteWide = choice.feedbackBytes === 1;
  const pitch = isByteWide ? memory.feedbackPitchBytes : columnCount;
  const elementCount = rowCount * pitch;
  const matrix = isByteWide
    ? new Int8Array(buffer, memory.feedbackMatrix, elementCount)
    : new Int32Array(buffer, memory.feedbackMatrix, elementCount);
  if (factsOf(image.rule.kind).feedback === 'weights') {
    writeNextRows(matrix, feedbackRaw, columnCount, pitch);
    return;
  }
  // The other rules have a row for every class.
  feedbackRaw.forEach((raw, index) => {
    const neuron = index % neuronCount;
    const label = ceilDiv(index + 1, neuronCount) - 1;
    matrix[engineNeuron(placed, neuron) * pitch + label] = raw;
  });
}
