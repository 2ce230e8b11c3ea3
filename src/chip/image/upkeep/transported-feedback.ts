import { confine } from '../../../numerics/format.js';
import { elementAt } from '../../../numerics/integer.js';
import { rescale } from '../../../numerics/rounding.js';
import type { ChipImage } from '../chip-image.js';
import { isInShapeOfWeights, transportSign } from './feedback-upkeep.js';

/** Values of a B, and how many of them did not fit the format. */
export interface MadeFeedback {
  readonly raw: Int32Array;
  readonly overflowCount: number;
}

/** What B of one layer is made of. */
interface TransportParts {
  /** Of the layer above, shape (its inputs × its neurons). */
  readonly weightsRaw: Int32Array;
  /** B of the layer above, (classes × its neurons); null: that is the output layer, or B has the shape of the weights. */
  readonly feedbackRaw: Int32Array | null;
}

/** Exact: in floating point while no partial sum can leave the safe integers, else in integers of any size. */
function dotProduct(left: Int32Array, right: Int32Array): bigint {
  let sum = 0;
  let bound = 0;
  for (const [place, value] of left.entries()) {
    const product = value * elementAt(right, place, 'row of B');
    sum += product;
    bound += Math.abs(product);
  }
  if (bound <= Number.MAX_SAFE_INTEGER) return BigInt(sum);
  return left.reduce(
    (total, value, place) => total + BigInt(value) * BigInt(elementAt(right, place, 'row of B')),
    0n,
  );
}

function toFeedback(
  { numerics: { formats, rounding, overflow } }: ChipImage,
  values: readonly bigint[],
  fractionBits: number,
): MadeFeedback {
  const { feedback: format } = formats;
  let overflowCount = 0;
  const raw = Int32Array.from(values, (value) => {
    const rounded = rescale(value, fractionBits, format.fractionBits, rounding.feedback);
    const confined = confine(rounded, format, overflow.feedback);
    if (confined.hasOverflowed) overflowCount += 1;
    return Number(confined.raw);
  });
  return { raw, overflowCount };
}

/** B of a layer (counted from 0) as transport makes it of what lies above. Implements: docs/spec.md §2.16. */
export function transportedFeedback(
  image: ChipImage,
  index: number,
  { weightsRaw, feedbackRaw }: TransportParts,
): MadeFeedback {
  const { weight, feedback } = image.numerics.formats;
  if (isInShapeOfWeights(image)) {
    return toFeedback(image, Array.from(weightsRaw, BigInt), weight.fractionBits);
  }
  const { neuronCount } = elementAt(image.layers, index, 'layers');
  const { neuronCount: columns } = elementAt(image.layers, index + 1, 'layers');
  const sign = BigInt(transportSign(image));
  const values: bigint[] = [];
  for (let row = 0; row < image.classCount; row += 1) {
    const factors = feedbackRaw?.subarray(row * columns, (row + 1) * columns);
    for (let neuron = 0; neuron < neuronCount; neuron += 1) {
      const weights = weightsRaw.subarray(neuron * columns, (neuron + 1) * columns);
      values.push(
        factors === undefined
          ? sign * BigInt(elementAt(weights, row, 'weights'))
          : dotProduct(weights, factors),
      );
    }
  }
  const gained = feedbackRaw === null ? 0 : feedback.fractionBits;
  return toFeedback(image, values, weight.fractionBits + gained);
}
