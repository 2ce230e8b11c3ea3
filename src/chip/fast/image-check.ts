import { factsOf } from '../../network/rule-facts.js';
import {
  type FixedPointFormat,
  maximumRaw,
  maximumTensorBits,
  minimumRaw,
  printFormat,
} from '../../numerics/format.js';
import { shapeCount } from '../../network/convolution.js';
import { floorDiv } from '../../numerics/integer.js';
import type { ChipImage, ConvolutionImage, LayerImage } from '../image/chip-image.js';
import { checkDatapathWidth } from '../checks/datapath-width.js';
import { columnCount, outputCount, rowCount } from '../image/layer-geometry.js';
import { checkParts } from '../checks/parts-check.js';

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

/**
 * Elements of B that the rule reads (docs/spec.md §2.9): one a class and neuron, for `fa` one a row and column of the
 * next layer's synapse array.
 */
function feedbackLength({ rule, layers, classCount }: ChipImage, layer: LayerImage): number {
  const { feedback } = factsOf(rule.kind);
  if (layer.isOutput || feedback === 'none') return 0;
  const above = layers.find((candidate) => candidate.layer === layer.layer + 1);
  if (feedback === 'classes' || above === undefined) return classCount * layer.neuronCount;
  return rowCount(above) * columnCount(above);
}

/** f is a table of the right length, or linear. */
function checkActivation(place: string, { activationUnit }: LayerImage): void {
  if (activationUnit.kind === 'exact') {
    throw new RangeError(
      `${place}: its ${activationUnit.function} is exact; the fast engine looks functions up in tables, so run the image on the oracle`,
    );
  }
  if (activationUnit.kind === 'linear') return;
  const { entriesRaw, indexBits, interpolation } = activationUnit;
  const entryCount = (1 << indexBits) + (interpolation === 'linear' ? 1 : 0);
  checkLength(place, 'the activation table', entriesRaw.length, entryCount);
}

/** Maps of docs/spec.md §2.10: their sides follow from kernel, stride and padding. */
function checkMaps(place: string, layer: LayerImage, convolution: ConvolutionImage): void {
  const { inputShape, kernelSize, stride, padding, mapShape, pooledShape } = convolution;
  if (layer.isOutput) {
    throw new RangeError(`${place}: the output layer is CONV; end the network fully connected`);
  }
  checkLength(place, 'inputShape', shapeCount(inputShape), layer.inputCount);
  checkLength(place, 'mapShape', shapeCount(mapShape), layer.neuronCount);
  const sides = [
    ['rows', inputShape[1], mapShape[1], pooledShape[1]],
    ['columns', inputShape[2], mapShape[2], pooledShape[2]],
  ] as const;
  for (const [name, inputSide, mapSide, pooledSide] of sides) {
    const positions = floorDiv(Math.max(0, inputSide + 2 * padding - kernelSize), stride) + 1;
    checkLength(place, `a map in its ${name}`, mapSide, positions);
    checkLength(place, `a pooled map in its ${name}`, pooledSide, mapSide >> 1);
  }
  checkLength(place, 'the pooled maps in their channels', pooledShape[0], mapShape[0]);
}

function checkShapes(place: string, layer: LayerImage, image: ChipImage): void {
  const columns = columnCount(layer);
  checkActivation(place, layer);
  if (layer.convolution !== null) checkMaps(place, layer, layer.convolution);
  checkLength(place, 'weightsRaw', layer.weightsRaw.length, rowCount(layer) * columns);
  checkLength(place, 'biasesRaw', layer.biasesRaw.length, columns);
  checkLength(place, 'laneSeeds', layer.laneSeeds.length, layer.organisation.learningLaneCount);
  const feedbackCount = layer.feedbackRaw?.length ?? 0;
  checkLength(place, 'feedbackRaw', feedbackCount, feedbackLength(image, layer));
  if (layer.isOutput) checkLength(place, 'the output', layer.neuronCount, image.classCount);
}

/**
 * Refuses an image whose arrays do not have their shapes or hold values outside their formats, or whose numbers the
 * datapath cannot carry: the same formats as the oracle (docs/spec.md §2.4).
 * @throws RangeError with the array, what it has and what it needs.
 * @throws InputError when the formats do not fit the datapath.
 */
export function checkImage(image: ChipImage): void {
  const { formats } = image.numerics;
  if (image.isExact) {
    throw new RangeError(
      'fast engine: the image is exact, a wide witness that only the oracle runs; run it there, or place the network without exact functions',
    );
  }
  checkDatapathWidth(image);
  checkParts(image);
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
      checkLength(place, 'the input', layer.inputCount, outputCount(previous));
    }
  }
}
