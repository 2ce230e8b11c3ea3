import { Chip, Layer } from '../parameters';
import { Scalar } from '../scalar';

/** Elements of 8 and 16 bits are multiplied with values of 16, and their sums kept in 32 bits. */
const LARGEST_VECTOR_VALUE: i64 = 32767;
/** Largest Σ|s| for which no Σ element·s leaves 32 bits, for elements of 8 and of 16 bits. */
const LARGEST_SUM_OF_BYTES: i64 = i32.MAX_VALUE >> 7;
const LARGEST_SUM_OF_HALVES: i64 = i32.MAX_VALUE >> 15;

/**
 * The vector from which error signals are computed, and its product with a layer's matrix.
 * Implements: docs/spec.md §2.9 (exact sums).
 */
export class SignalProduct {
  private static valuesAt: usize = 0;
  private static largest: i64 = 0;
  private static magnitudeSum: i64 = 0;

  /** Takes `count` values of 64 bits, which stay where they are. */
  static take(chip: Chip, valuesAt: usize, count: i32): void {
    let vectorAt = chip.vectorSignalAt as usize;
    let largest: i64 = 0;
    let magnitudeSum: i64 = 0;
    for (let index: i32 = 0; index < count; index += 1) {
      const value = load<i64>(valuesAt + ((index as usize) << 3));
      const magnitude: i64 = value < 0 ? -value : value;
      largest = max(largest, magnitude);
      magnitudeSum += magnitude;
      store<i16>(vectorAt, value as i16);
      vectorAt += 2;
    }
    // Whatever a row holds past its last element is multiplied with 0.
    memory.fill(vectorAt, 0, (((count + 15) & ~15) - count) << 1);
    SignalProduct.valuesAt = valuesAt;
    SignalProduct.largest = largest;
    SignalProduct.magnitudeSum = magnitudeSum;
  }

  @inline
  private static fits(largestSum: i64): bool {
    return (
      SignalProduct.largest <= LARGEST_VECTOR_VALUE && SignalProduct.magnitudeSum <= largestSum
    );
  }

  /** The first rows of the layer's matrix times the vector taken last: one exact value of 64 bits per row. */
  static multiply(chip: Chip, layer: Layer, rowCount: i32, sumsAt: usize): void {
    const elementBytes = layer.matrixElementBytes;
    if (elementBytes == 1 && SignalProduct.fits(LARGEST_SUM_OF_BYTES)) {
      SignalProduct.multiplyOnVectors(chip, layer, rowCount, sumsAt);
    } else if (elementBytes == 2 && SignalProduct.fits(LARGEST_SUM_OF_HALVES)) {
      SignalProduct.multiplyHalves(chip, layer, rowCount, sumsAt);
    } else {
      SignalProduct.multiplyOneByOne(layer, rowCount, sumsAt);
    }
  }

  private static multiplyOnVectors(chip: Chip, layer: Layer, rowCount: i32, sumsAt: usize): void {
    const columnCount = layer.matrixColumnCount as usize;
    let rowAt = layer.matrixAt as usize;
    for (let row: i32 = 0; row < rowCount; row += 1) {
      let sums = i32x4.splat(0);
      let signalAt = chip.vectorSignalAt as usize;
      const rowEnd = rowAt + columnCount;
      for (let elementAt = rowAt; elementAt < rowEnd; elementAt += 16) {
        const elements = v128.load(elementAt);
        const low = i16x8.extend_low_i8x16_s(elements);
        const high = i16x8.extend_high_i8x16_s(elements);
        sums = i32x4.add(sums, i32x4.dot_i16x8_s(low, v128.load(signalAt)));
        sums = i32x4.add(sums, i32x4.dot_i16x8_s(high, v128.load(signalAt, 16)));
        signalAt += 32;
      }
      const pairs = i32x4.add(sums, i64x2.shr_u(sums, 32));
      const sum = i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 2);
      store<i64>(sumsAt + ((row as usize) << 3), sum as i64);
      rowAt += layer.matrixPitchBytes;
    }
  }

  private static multiplyHalves(chip: Chip, layer: Layer, rowCount: i32, sumsAt: usize): void {
    const rowBytes = (layer.matrixColumnCount as usize) << 1;
    let rowAt = layer.matrixAt as usize;
    for (let row: i32 = 0; row < rowCount; row += 1) {
      let sums = i32x4.splat(0);
      let signalAt = chip.vectorSignalAt as usize;
      const rowEnd = rowAt + rowBytes;
      for (let elementAt = rowAt; elementAt < rowEnd; elementAt += 16) {
        const products = i32x4.dot_i16x8_s(v128.load(elementAt), v128.load(signalAt));
        sums = i32x4.add(sums, products);
        signalAt += 16;
      }
      const pairs = i32x4.add(sums, i64x2.shr_u(sums, 32));
      const sum = i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 2);
      store<i64>(sumsAt + ((row as usize) << 3), sum as i64);
      rowAt += layer.matrixPitchBytes;
    }
  }

  private static multiplyOneByOne(layer: Layer, rowCount: i32, sumsAt: usize): void {
    const elementBytes = layer.matrixElementBytes;
    const isSigned = layer.isMatrixSigned;
    const valuesAt = SignalProduct.valuesAt;
    const valuesEnd = valuesAt + ((layer.matrixColumnCount as usize) << 3);
    let rowAt = layer.matrixAt as usize;
    for (let row: i32 = 0; row < rowCount; row += 1) {
      let sum: i64 = 0;
      let elementAt = rowAt;
      for (let valueAt = valuesAt; valueAt < valuesEnd; valueAt += 8) {
        sum += Scalar.loadWeight(elementAt, elementBytes, isSigned) * load<i64>(valueAt);
        elementAt += elementBytes;
      }
      store<i64>(sumsAt + ((row as usize) << 3), sum);
      rowAt += layer.matrixPitchBytes;
    }
  }
}
