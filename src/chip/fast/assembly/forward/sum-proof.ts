import { Chip, Layer, TensorFormat } from '../parameters';

/** Vector sums are kept in 32 bits and multiply values of 16. */
const LARGEST_VECTOR_SUM: i64 = i32.MAX_VALUE;
const LARGEST_VECTOR_VALUE: u32 = 32767;
/** Widest aligned values whose sum of two still fits in 64 bits. */
const LARGEST_ALIGNED_BITS: i32 = 62;
/** Past these, products and their sums are not looked at any further. */
const MOST_DROPPED_BITS: i32 = 30;
const LARGEST_MAGNITUDE_SUM: i64 = 1 << 40;

/** What is certain of a sample's sums before they are made. */
export const UNPROVEN: i32 = 0;
/** No partial sum can leave the accumulator, so that order and checks make no difference. */
export const EXACT: i32 = 1;
/** And none can leave the vectors. */
export const EXACT_IN_VECTORS: i32 = 2;
/** Products are rounded, and no partial sum can leave the accumulator, nor 32 bits. */
export const ROUNDED: i32 = 3;

/**
 * Proves, from the widest bias, the widest weight and Σ|x| of the sample, that every partial sum of docs/spec.md §2.6
 * step 1 fits the accumulator: |bias| + Σ|x|·(largest |w|) ≤ highest.
 */
export function proveSums(chip: Chip, layer: Layer): i32 {
  const accumulator = changetype<TensorFormat>(chip.accumulatorFormatAt);
  const bias = changetype<TensorFormat>(chip.biasFormatAt);
  const weight = changetype<TensorFormat>(chip.weightFormatAt);
  const biasShift = layer.biasShift;
  if (
    !accumulator.isSigned ||
    accumulator.totalBits > LARGEST_ALIGNED_BITS ||
    layer.productShift < -MOST_DROPPED_BITS ||
    bias.totalBits + biasShift > LARGEST_ALIGNED_BITS
  ) {
    return UNPROVEN;
  }
  const widestBias = bias.highest + 1;
  // Rounding to fewer bits may add one.
  const alignedBias = biasShift >= 0 ? widestBias << biasShift : (widestBias >> -biasShift) + 1;
  // No weight is larger than 2^magnitudeBits.
  const magnitudeBits = weight.totalBits - (weight.isSigned ? 1 : 0);
  // Σ|x| of the events that a neuron sees: it has a weight for each.
  const magnitudeSum = min(
    layer.eventMagnitudeSum,
    (layer.rowCount as i64) * (layer.largestEvent as i64),
  );
  const room = accumulator.highest - alignedBias;
  if (layer.productShift < 0) {
    if (magnitudeSum > LARGEST_MAGNITUDE_SUM) return UNPROVEN;
    // Rounding adds at most one to each product.
    const sum = ((magnitudeSum << magnitudeBits) >> -layer.productShift) + layer.eventCount;
    return sum <= room && sum + alignedBias <= LARGEST_VECTOR_SUM ? ROUNDED : UNPROVEN;
  }
  const left = room >> layer.productShift;
  if (left < 0 || magnitudeSum > left >> magnitudeBits) return UNPROVEN;
  const fitsVectors =
    layer.weightBytes < 4 &&
    layer.largestEvent <= LARGEST_VECTOR_VALUE &&
    magnitudeSum <= LARGEST_VECTOR_SUM >> magnitudeBits;
  return fitsVectors ? EXACT_IN_VECTORS : EXACT;
}
