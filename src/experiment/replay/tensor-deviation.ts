import type { TensorName } from '../../chip/image/chip-image.js';
import type { LayerParameters } from '../../network/parameters.js';
import { type FixedPointFormat, maximumRaw, minimumRaw } from '../../numerics/format.js';
import { elementAt } from '../../numerics/integer.js';

/** How far values of the chip are from those of float arithmetic. */
interface Deviation {
  /** Root mean square of the differences, in real values; null: nothing to compare, or float values are not finite. */
  readonly rmsErrorVsReference: number | null;
  /** The same as a share of the root mean square of the float values; null as above, or where those are all 0. */
  readonly relativeRmsError: number | null;
  /** Values that are above 0 on one side and below 0 on the other, per cent of all; null as above. */
  readonly signDisagreementPercent: number | null;
  /** Largest magnitude of the float values: what the format must reach before it rounds; null as above. */
  readonly largestReference: number | null;
  /** Float values half a step or more beyond an end of the format, per cent of all; null as above. */
  readonly outsidePercent: number | null;
}

const nothingCompared: Deviation = {
  rmsErrorVsReference: null,
  relativeRmsError: null,
  signDisagreementPercent: null,
  largestReference: null,
  outsidePercent: null,
};

/** The deviation of one tensor of one layer. */
export interface TensorDeviation extends Deviation {
  /** 1…k. */
  readonly layer: number;
  readonly tensor: TensorName;
}

/**
 * Compares value by value. A value that is 0 on either side has no wrong sign: small values that the chip's format
 * rounds to 0 show in the error and not here.
 * @throws RangeError when there are not as many values on both sides.
 */
export function deviationOf(
  chip: Float32Array,
  float: Float32Array,
  format: FixedPointFormat,
): Deviation {
  if (chip.length !== float.length) {
    throw new RangeError(
      `health: the chip has ${chip.length} values and float arithmetic ${float.length}; compare a tensor with itself`,
    );
  }
  const step = 2 ** -format.fractionBits;
  const lowest = (Number(minimumRaw(format)) - 0.5) * step;
  const highest = (Number(maximumRaw(format)) + 0.5) * step;
  let [squareSum, floatSquareSum, largest, oppositeCount, outsideCount] = [0, 0, 0, 0, 0];
  chip.forEach((value, index) => {
    const real = elementAt(float, index, 'float values');
    squareSum += (value - real) ** 2;
    floatSquareSum += real ** 2;
    largest = Math.max(largest, Math.abs(real));
    if (value * real < 0) oppositeCount += 1;
    if (real <= lowest || real >= highest) outsideCount += 1;
  });
  if (chip.length === 0 || !Number.isFinite(squareSum)) return nothingCompared;
  return {
    rmsErrorVsReference: Math.sqrt(squareSum / chip.length),
    relativeRmsError: floatSquareSum === 0 ? null : Math.sqrt(squareSum / floatSquareSum),
    signDisagreementPercent: (100 * oppositeCount) / chip.length,
    largestReference: largest,
    outsidePercent: (100 * outsideCount) / chip.length,
  };
}

/** Weights and biases of the chip against those that the reference ended with, layer by layer. */
export function parameterDeviations(
  chip: readonly LayerParameters[],
  reference: readonly Pick<LayerParameters, 'weights' | 'biases'>[],
  formats: Readonly<Record<'weight' | 'bias', FixedPointFormat>>,
): readonly TensorDeviation[] {
  return chip.flatMap((own, index): TensorDeviation[] => {
    const other = elementAt(reference, index, 'layers of the reference');
    const layer = index + 1;
    return [
      { layer, tensor: 'weight', ...deviationOf(own.weights, other.weights, formats.weight) },
      { layer, tensor: 'bias', ...deviationOf(own.biases, other.biases, formats.bias) },
    ];
  });
}
