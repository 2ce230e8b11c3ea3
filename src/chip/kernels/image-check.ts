import {
  type FixedPointFormat,
  maximumTensorBits,
  maximumRaw,
  minimumRaw,
  printFormat,
} from '../../numerics/format.js';
import type { ChipImage, LayerImage } from '../chip-image.js';
import { type LayerAlignments, layerAlignments } from './alignments.js';

const largestShiftBits = 62;
const largestOutputBits = 16;
const productLimit = 1n << 63n;

interface RawRange {
  readonly lowest: bigint;
  readonly highest: bigint;
}

function rangeOf(format: FixedPointFormat): RawRange {
  return { lowest: minimumRaw(format), highest: maximumRaw(format) };
}

/** All values of f′ for any h of the format: 1 − h² or h(1 − h), both extreme at an end or where they turn. */
function slopeRange(layer: LayerImage): RawRange {
  const { outputFormat } = layer;
  const one = 1n << BigInt(outputFormat.fractionBits);
  const isTanh = layer.activationUnit.function === 'tanh';
  const ends = [minimumRaw(outputFormat), maximumRaw(outputFormat)];
  const slopes = ends.map((h) => (isTanh ? one * one - h * h : h * (one - h)));
  const lowest = slopes.reduce((least, slope) => (slope < least ? slope : least), 0n);
  return { lowest, highest: one * one };
}

function checkProduct(place: string, left: RawRange, right: RawRange): void {
  const products = [left.lowest, left.highest].flatMap((one) => [
    one * right.lowest,
    one * right.highest,
  ]);
  if (products.some((product) => product >= productLimit || product < -productLimit)) {
    throw new RangeError(
      `${place}: a product may not fit the datapath of 64 bits signed; use narrower or signed formats`,
    );
  }
}

function checkShifts(place: string, alignments: LayerAlignments, layer: LayerImage): void {
  const { feedbackShift, errorShift, ...others } = alignments;
  const used = { ...others, ...(layer.isOutput ? { errorShift } : { feedbackShift }) };
  for (const [name, bits] of Object.entries(used)) {
    if (Math.abs(bits) > largestShiftBits) {
      throw new RangeError(
        `${place}: ${name} aligns by ${bits} bits; the datapath shifts by at most ${largestShiftBits}, so bring the fraction bits closer together`,
      );
    }
  }
}

function checkLength(place: string, name: string, actual: number, expected: number): void {
  if (actual === expected) return;
  throw new RangeError(`${place}: ${name} has ${actual} elements, its shape needs ${expected}`);
}

/** Elements of 32 bits are bit patterns: any is a value of a format that wide. */
function checkRange(place: string, name: string, raw: Int32Array, format: FixedPointFormat): void {
  if (format.totalBits === maximumTensorBits) return;
  const lowest = Number(minimumRaw(format));
  const highest = Number(maximumRaw(format));
  const misfit = raw.find((value) => value < lowest || value > highest);
  if (misfit === undefined) return;
  throw new RangeError(
    `${place}: ${name} holds ${misfit}, outside ${lowest}..${highest} of ${printFormat(format)}; quantise it first`,
  );
}

function checkShapes(place: string, layer: LayerImage, classCount: number): void {
  const { inputCount, neuronCount, activationUnit } = layer;
  const entryCount =
    (1 << activationUnit.indexBits) + (activationUnit.interpolation === 'linear' ? 1 : 0);
  checkLength(place, 'weightsRaw', layer.weightsRaw.length, inputCount * neuronCount);
  checkLength(place, 'biasesRaw', layer.biasesRaw.length, neuronCount);
  checkLength(place, 'laneSeeds', layer.laneSeeds.length, layer.organisation.learningLaneCount);
  checkLength(place, 'the activation table', activationUnit.entriesRaw.length, entryCount);
  if (layer.isOutput) {
    checkLength(place, 'the output', neuronCount, classCount);
  } else {
    checkLength(place, 'feedbackRaw', layer.feedbackRaw?.length ?? 0, classCount * neuronCount);
  }
}

/**
 * Refuses an image that the datapath cannot carry or whose arrays do not have their shapes.
 * Implements: docs/spec.md §2.4.
 * @throws RangeError with the layer, the value and the limit.
 */
export function checkImage(image: ChipImage): void {
  const { formats } = image.numerics;
  for (const [index, layer] of image.layers.entries()) {
    const place = `layer ${layer.layer}`;
    const { outputFormat } = layer;
    if (
      outputFormat.totalBits > largestOutputBits ||
      outputFormat.fractionBits < 0 ||
      outputFormat.fractionBits > largestOutputBits
    ) {
      throw new RangeError(
        `${place}: h in ${printFormat(outputFormat)} is too wide; use at most 16 bits and 0 to 16 of fraction`,
      );
    }
    checkShapes(place, layer, image.classCount);
    checkRange(place, 'weightsRaw', layer.weightsRaw, formats.weight);
    checkRange(place, 'biasesRaw', layer.biasesRaw, formats.bias);
    const previous = image.layers[index - 1];
    if (previous !== undefined) {
      checkLength(place, 'the input', layer.inputCount, previous.neuronCount);
    }
    checkShifts(place, layerAlignments(image, layer), layer);
    const incoming = rangeOf(layer.inputFormat);
    const rate = layer.learningRate.kind === 'shift' ? formats.delta : formats.update;
    checkProduct(`${place}, weight × incoming value`, rangeOf(formats.weight), incoming);
    checkProduct(`${place}, g × incoming value`, rangeOf(rate), incoming);
    checkProduct(`${place}, δh × f′`, rangeOf(formats.delta), slopeRange(layer));
  }
}
