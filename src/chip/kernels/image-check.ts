import { tableOf } from '../activation-table.js';
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

/** Elements of B that the rule reads (docs/spec.md §2.9): one a class and neuron, for `fa` one a neuron and neuron above. */
function feedbackLength({ rule, layers, classCount }: ChipImage, layer: LayerImage): number {
  if (layer.isOutput || rule.kind === 'bp' || rule.kind === 'shallow') return 0;
  const above = layers.find((candidate) => candidate.layer === layer.layer + 1);
  return layer.neuronCount * (rule.kind === 'fa' ? (above?.neuronCount ?? 0) : classCount);
}

function checkShapes(place: string, layer: LayerImage, image: ChipImage): void {
  const { inputCount, neuronCount } = layer;
  const activationUnit = tableOf(layer);
  const entryCount =
    (1 << activationUnit.indexBits) + (activationUnit.interpolation === 'linear' ? 1 : 0);
  checkLength(place, 'weightsRaw', layer.weightsRaw.length, inputCount * neuronCount);
  checkLength(place, 'biasesRaw', layer.biasesRaw.length, neuronCount);
  checkLength(place, 'laneSeeds', layer.laneSeeds.length, layer.organisation.learningLaneCount);
  checkLength(place, 'the activation table', activationUnit.entriesRaw.length, entryCount);
  const feedbackCount = layer.feedbackRaw?.length ?? 0;
  checkLength(place, 'feedbackRaw', feedbackCount, feedbackLength(image, layer));
  if (layer.isOutput) checkLength(place, 'the output', neuronCount, image.classCount);
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
    checkShapes(place, layer, image);
    checkRange(place, 'weightsRaw', layer.weightsRaw, formats.weight);
    checkRange(place, 'biasesRaw', layer.biasesRaw, formats.bias);
    if (layer.feedbackRaw !== null) {
      checkRange(place, 'feedbackRaw', layer.feedbackRaw, formats.feedback);
    }
    const previous = image.layers[index - 1];
    if (previous !== undefined) {
      checkLength(place, 'the input', layer.inputCount, previous.neuronCount);
    }
  }
}
