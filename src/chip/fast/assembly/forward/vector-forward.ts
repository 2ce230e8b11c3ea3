import { Chip, Layer, TensorFormat } from '../parameters';
import { Scalar } from '../scalar';
import { VectorLanes } from '../vector-lanes';
import { FAR_SUMS_BYTES, FarSums } from './far-sums';
import { HalfSums } from './half-sums';
import { PAIR_BYTES } from './pair-list';

/** Bytes of weights that stay in a near cache. */
const NEAR_BYTES: i32 = 1 << 20;
/** Pairs of rows that are read at a time where weights do not stay there. */
export const FAR_PAIRS: usize = 16;
/** Larger values are multiplied in two digits, the lower one of 8 bits. */
const LARGEST_VALUE: u32 = 32767;
const DIGIT_BITS: i32 = 8;
const LOW_DIGIT: i64 = 255;
/** Values whose upper digit is at most this many bits. */
const LARGEST_IN_DIGITS: u32 = (1 << 22) - 1;

/**
 * Forward sums of 32 neurons at a time, in registers over all events. Only for samples whose sums are proven to fit the
 * accumulator (sum-proof.ts), so that their order makes no difference: sums that might leave 32 bits are made in pieces.
 * Implements: docs/spec.md §2.6 step 1 for weights stored in 8 or 16 bits.
 */
export class VectorForward {
  /** Whether the events of the sample, and the weights of the layer, fit vectors. */
  static fits(layer: Layer): bool {
    return layer.weightBytes < 4 && layer.largestEvent <= LARGEST_IN_DIGITS;
  }

  static forward(chip: Chip, layer: Layer): void {
    const weight = changetype<TensorFormat>(chip.weightFormatAt);
    const largestSum: i64 = i32.MAX_VALUE >> (weight.totalBits - (weight.isSigned ? 1 : 0));
    if (layer.largestEvent > LARGEST_VALUE) {
      VectorForward.writeBiases(chip, layer);
      VectorForward.addPieces(layer, largestSum, 0, LOW_DIGIT);
      VectorForward.addPieces(layer, largestSum, DIGIT_BITS, -1);
    } else if (layer.eventMagnitudeSum > largestSum) {
      VectorForward.writeBiases(chip, layer);
      VectorForward.addPieces(layer, largestSum, 0, -1);
    } else {
      VectorForward.sumPairs(layer, VectorForward.pairEvents(layer, 0, layer.eventCount, 0, -1));
      VectorForward.addBiases(chip, layer);
    }
  }

  /** Adds Σ w·((x ≫ shift) & mask)·2^shift: as many events at a time as are certain to fit 32 bits. */
  private static addPieces(layer: Layer, largestSum: i64, shift: i32, mask: i64): void {
    let first: i32 = 0;
    while (first < layer.eventCount) {
      let magnitudeSum: i64 = 0;
      let end = first;
      for (; end < layer.eventCount; end += 1) {
        const value = (load<i64>((layer.eventValuesAt + (end << 3)) as usize) >> shift) & mask;
        magnitudeSum += value < 0 ? -value : value;
        if (magnitudeSum > largestSum) break;
      }
      VectorForward.sumPairs(layer, VectorForward.pairEvents(layer, first, end, shift, mask));
      VectorForward.addPiece(layer, layer.productShift + shift);
      first = end;
    }
  }

  /** Whether sums go through some rows at a time, all columns of them, and not through all rows column by column. */
  @inline
  static isFar(layer: Layer): bool {
    return layer.rowCount * layer.rowPitchBytes > NEAR_BYTES;
  }

  private static sumPairs(layer: Layer, pairsEnd: usize): void {
    const columnCount = ((layer.neuronCount + 15) & ~15) as usize;
    const sumsAt = layer.vectorSumsAt as usize;
    memory.fill(sumsAt, 0, columnCount << 2);
    const isFar = VectorForward.isFar(layer);
    let pairsAt = layer.eventListAt as usize;
    if (isFar && layer.weightBytes == 1) {
      for (; pairsAt + FAR_SUMS_BYTES <= pairsEnd; pairsAt += FAR_SUMS_BYTES) {
        FarSums.add(columnCount, sumsAt, pairsAt);
      }
    }
    while (pairsAt < pairsEnd) {
      const end = isFar ? min(pairsAt + FAR_PAIRS * PAIR_BYTES, pairsEnd) : pairsEnd;
      if (layer.weightBytes == 2) HalfSums.add(columnCount, sumsAt, pairsAt, end);
      else VectorForward.addPairs(columnCount, sumsAt, pairsAt, end);
      pairsAt = end;
    }
  }

  /** Adds the products of listed pairs to i32 sums, for rows of bytes and columns in whole vectors of 16. */
  private static addPairs(
    columnCount: usize,
    sumsAt: usize,
    pairsAt: usize,
    pairsEnd: usize,
  ): void {
    let column: usize = 0;
    while (column + 32 <= columnCount) {
      VectorForward.addBlockOf32(pairsAt, pairsEnd, column, sumsAt + (column << 2));
      column += 32;
    }
    if (column < columnCount) {
      VectorForward.addBlockOf16(pairsAt, pairsEnd, column, sumsAt + (column << 2));
    }
  }

  /** Lists events two by two; an odd one is paired with a value of 0. Returns the end of the list. */
  private static pairEvents(layer: Layer, first: i32, end: i32, shift: i32, mask: i64): usize {
    const pitch = layer.rowPitchBytes;
    let pairAt = layer.eventListAt as usize;
    for (let event = first; event < end; event += 2) {
      const axonAt = (layer.eventAxonsAt + (event << 2)) as usize;
      const valueAt = (layer.eventValuesAt + (event << 3)) as usize;
      const isPair = event + 1 < end;
      const firstRow = layer.weightsAt + load<i32>(axonAt) * pitch;
      const secondRow = isPair ? layer.weightsAt + load<i32>(axonAt, 4) * pitch : firstRow;
      store<u32>(pairAt, firstRow);
      store<u32>(pairAt, secondRow, 4);
      store<i16>(pairAt, ((load<i64>(valueAt) >> shift) & mask) as i16, 8);
      store<i16>(pairAt, isPair ? (((load<i64>(valueAt, 8) >> shift) & mask) as i16) : 0, 10);
      pairAt += PAIR_BYTES;
    }
    return pairAt;
  }

  private static addBlockOf32(pairsAt: usize, pairsEnd: usize, column: usize, sumsAt: usize): void {
    let sum0 = v128.load(sumsAt);
    let sum1 = v128.load(sumsAt, 16);
    let sum2 = v128.load(sumsAt, 32);
    let sum3 = v128.load(sumsAt, 48);
    let sum4 = v128.load(sumsAt, 64);
    let sum5 = v128.load(sumsAt, 80);
    let sum6 = v128.load(sumsAt, 96);
    let sum7 = v128.load(sumsAt, 112);
    for (let pairAt = pairsAt; pairAt < pairsEnd; pairAt += PAIR_BYTES) {
      const firstAt = (load<u32>(pairAt) as usize) + column;
      const secondAt = (load<u32>(pairAt, 4) as usize) + column;
      const values = v128.load32_splat(pairAt, 8);
      let first = v128.load(firstAt);
      let second = v128.load(secondAt);
      let low = VectorLanes.interleaveLow(first, second);
      let high = VectorLanes.interleaveHigh(first, second);
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(low), values));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(low), values));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(high), values));
      sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(high), values));
      first = v128.load(firstAt, 16);
      second = v128.load(secondAt, 16);
      low = VectorLanes.interleaveLow(first, second);
      high = VectorLanes.interleaveHigh(first, second);
      sum4 = i32x4.add(sum4, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(low), values));
      sum5 = i32x4.add(sum5, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(low), values));
      sum6 = i32x4.add(sum6, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(high), values));
      sum7 = i32x4.add(sum7, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(high), values));
    }
    v128.store(sumsAt, sum0);
    v128.store(sumsAt, sum1, 16);
    v128.store(sumsAt, sum2, 32);
    v128.store(sumsAt, sum3, 48);
    v128.store(sumsAt, sum4, 64);
    v128.store(sumsAt, sum5, 80);
    v128.store(sumsAt, sum6, 96);
    v128.store(sumsAt, sum7, 112);
  }

  /** The last 16 columns of a row whose columns are no multiple of 32. */
  private static addBlockOf16(pairsAt: usize, pairsEnd: usize, column: usize, sumsAt: usize): void {
    let sum0 = v128.load(sumsAt);
    let sum1 = v128.load(sumsAt, 16);
    let sum2 = v128.load(sumsAt, 32);
    let sum3 = v128.load(sumsAt, 48);
    for (let pairAt = pairsAt; pairAt < pairsEnd; pairAt += PAIR_BYTES) {
      const values = v128.load32_splat(pairAt, 8);
      const first = v128.load((load<u32>(pairAt) as usize) + column);
      const second = v128.load((load<u32>(pairAt, 4) as usize) + column);
      const low = VectorLanes.interleaveLow(first, second);
      const high = VectorLanes.interleaveHigh(first, second);
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(low), values));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(low), values));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(high), values));
      sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(high), values));
    }
    v128.store(sumsAt, sum0);
    v128.store(sumsAt, sum1, 16);
    v128.store(sumsAt, sum2, 32);
    v128.store(sumsAt, sum3, 48);
  }

  /** z = bias → accumulator + Σ w·x, aligned; the proof covers the bias too. */
  private static addBiases(chip: Chip, layer: Layer): void {
    const productShift = layer.productShift;
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const sum = load<i32>((layer.vectorSumsAt + (neuron << 2)) as usize) as i64;
      const aligned = Scalar.alignedBias(chip, layer, neuron);
      store<i64>((layer.sumsAt + (neuron << 3)) as usize, aligned + (sum << productShift));
    }
  }

  private static writeBiases(chip: Chip, layer: Layer): void {
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const aligned = Scalar.alignedBias(chip, layer, neuron);
      store<i64>((layer.sumsAt + (neuron << 3)) as usize, aligned);
    }
  }

  private static addPiece(layer: Layer, shift: i32): void {
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const piece = load<i32>((layer.vectorSumsAt + (neuron << 2)) as usize) as i64;
      const sumAt = (layer.sumsAt + (neuron << 3)) as usize;
      store<i64>(sumAt, load<i64>(sumAt) + (piece << shift));
    }
  }
}
