import {
  type FixedPointFormat,
  maximumRaw,
  maximumTensorBits,
  minimumRaw,
  printFormat,
} from '../../numerics/format.js';
import type { ChipImage, LayerImage } from '../chip-image.js';
import { checkDatapathWidth } from '../datapath-width.js';

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
 * Refuses an image whose arrays do not have their shapes or hold values outside their formats, or whose numbers the
 * datapath cannot carry: the same formats as the oracle (docs/spec.md §2.4).
 * @throws RangeError with the array, what it has and what it needs.
 * @throws InputError when the formats do not fit the datapath.
 */
export function checkImage(image: ChipImage): void {
  const { formats } = image.numerics;
  checkDatapathWidth(image);
  for (const [index, layer] of image.layers.entries()) {
    const place = `layer ${layer.layer}`;
    checkShapes(place, layer, image.classCount);
    checkRange(place, 'weightsRaw', layer.weightsRaw, formats.weight);
    checkRange(place, 'biasesRaw', layer.biasesRaw, formats.bias);
    const previous = image.layers[index - 1];
    if (previous !== undefined) {
      checkLength(place, 'the input', layer.inputCount, previous.neuronCount);
    }
  }
}
