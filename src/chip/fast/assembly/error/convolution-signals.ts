import { Layer } from '../parameters';
import { Scalar } from '../scalar';
import { EventVisits, Visits } from '../visits';

/** 8-bit elements are multiplied with δz of 16 bits, and their sums kept in 32. */
const LARGEST_VECTOR_DELTA: i64 = 32767;
const LARGEST_MAGNITUDE_SUM: i64 = i32.MAX_VALUE >> 7;

/**
 * δh of the layer below a CONV layer: for every value a that enters, Σ over its visits and their channels of
 * M[r][co]·δz[co][oy][ox]. Implements: docs/spec.md §2.10 (error signal).
 */
export class ConvolutionSignals {
  private static readonly VISITS: usize = memory.data(16, 16);

  /** Exact sums by the matrix of `layer`, into one value of 64 bits for each input of `next`. */
  static multiply(layer: Layer, next: Layer, sumsAt: usize): void {
    const onVectors = layer.matrixElementBytes == 1 && ConvolutionSignals.takeDeltas(next);
    const channelCount = next.inputCount / (next.inputHeight * next.inputWidth);
    const visits = changetype<EventVisits>(ConvolutionSignals.VISITS);
    let sumAt = sumsAt;
    for (let channel: i32 = 0; channel < channelCount; channel += 1) {
      for (let y: i32 = 0; y < next.inputHeight; y += 1) {
        for (let x: i32 = 0; x < next.inputWidth; x += 1) {
          Visits.find(next, channel, y, x, visits);
          const sum = onVectors
            ? ConvolutionSignals.sumOnVectors(layer, next, visits)
            : ConvolutionSignals.sumOneByOne(layer, next, visits);
          store<i64>(sumAt, sum);
          sumAt += 8;
        }
      }
    }
  }

  /** δz as vectors want it; false: a sum might not fit 32 bits. */
  private static takeDeltas(next: Layer): bool {
    const columnCount = next.columnCount;
    const paddingBytes = (((columnCount + 15) & ~15) - columnCount) << 1;
    let deltaAt = next.deltasAt as usize;
    let vectorAt = next.vectorDeltasAt as usize;
    let largest: i64 = 0;
    for (let position: i32 = 0; position < next.positionCount; position += 1) {
      for (let column: i32 = 0; column < columnCount; column += 1) {
        const delta = load<i64>(deltaAt);
        largest = max(largest, delta < 0 ? -delta : delta);
        store<i16>(vectorAt, delta as i16);
        deltaAt += 8;
        vectorAt += 2;
      }
      memory.fill(vectorAt, 0, paddingBytes);
      vectorAt += paddingBytes;
    }
    const termCount = (next.kernelSize * next.kernelSize * columnCount) as i64;
    return largest <= LARGEST_VECTOR_DELTA && largest * termCount <= LARGEST_MAGNITUDE_SUM;
  }

  private static sumOnVectors(layer: Layer, next: Layer, visits: EventVisits): i64 {
    const rowBytes = (next.columnCount + 15) & ~15;
    const pitch = layer.matrixPitchBytes;
    const rowStep = next.stride * pitch;
    let sums = i32x4.splat(0);
    for (let y: i32 = 0; y < visits.height; y += 1) {
      let rowAt = Visits.rowAt(next, visits, y, layer.matrixAt, pitch);
      let deltaAt = Visits.positionAt(next, visits, y, next.vectorDeltasAt, rowBytes << 1);
      for (let x: i32 = 0; x < visits.width; x += 1) {
        const rowEnd = rowAt + rowBytes;
        for (let elementAt = rowAt; elementAt < rowEnd; elementAt += 16) {
          const elements = v128.load(elementAt);
          const low = i16x8.extend_low_i8x16_s(elements);
          const high = i16x8.extend_high_i8x16_s(elements);
          sums = i32x4.add(sums, i32x4.dot_i16x8_s(low, v128.load(deltaAt)));
          sums = i32x4.add(sums, i32x4.dot_i16x8_s(high, v128.load(deltaAt, 16)));
          deltaAt += 32;
        }
        rowAt -= rowStep;
      }
    }
    const pairs = i32x4.add(sums, i64x2.shr_u(sums, 32));
    return (i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 2)) as i64;
  }

  private static sumOneByOne(layer: Layer, next: Layer, visits: EventVisits): i64 {
    const elementBytes = layer.matrixElementBytes;
    const isSigned = layer.isMatrixSigned;
    const pitch = layer.matrixPitchBytes;
    const rowStep = next.stride * pitch;
    const positionBytes = next.columnCount << 3;
    let sum: i64 = 0;
    for (let y: i32 = 0; y < visits.height; y += 1) {
      let rowAt = Visits.rowAt(next, visits, y, layer.matrixAt, pitch);
      let deltaAt = Visits.positionAt(next, visits, y, next.deltasAt, positionBytes);
      for (let x: i32 = 0; x < visits.width; x += 1) {
        let elementAt = rowAt;
        const deltaEnd = deltaAt + positionBytes;
        for (; deltaAt < deltaEnd; deltaAt += 8) {
          sum += Scalar.loadWeight(elementAt, elementBytes, isSigned) * load<i64>(deltaAt);
          elementAt += elementBytes;
        }
        rowAt -= rowStep;
      }
    }
    return sum;
  }
}
