import { Layer } from '../parameters';

/** Samples of a group: the values of a row in all of them are one vector of 16-bit lanes. */
const GROUP_SIZE: i32 = 8;
const ROW_BYTES: usize = 16;
/** Both factors of a product have at most 15 bits and a sign. */
const LARGEST_FACTOR: i64 = 32767;

/**
 * Gradients of a fully connected layer, added for several samples at a time: each gradient is read and written once a
 * group, and two samples are one product of pairs. Only for sums that are proven to fit (gradient-memory.ts), where the
 * order of additions changes nothing. Implements: docs/spec.md §2.11.
 */
export class GradientGroups {
  /** Whether the values of the sample in flight fit 16-bit lanes. */
  @inline
  static fits(layer: Layer): bool {
    return layer.largestDelta <= LARGEST_FACTOR && (layer.largestEvent as i64) <= LARGEST_FACTOR;
  }

  /** Takes events and δz of the sample in flight. */
  static put(layer: Layer): void {
    const place = layer.groupedSamples;
    const valuesAt = (layer.groupValuesAt as usize) + ((place as usize) << 1);
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize) as usize;
      const value = load<i16>((layer.eventValuesAt + (event << 3)) as usize);
      store<i16>(valuesAt + axon * ROW_BYTES, value);
    }
    const pairAt = (layer.groupDeltasAt as usize) + (((place & 1) as usize) << 1);
    let deltaAt = pairAt + ((place >> 1) as usize) * (layer.gradientPitchBytes as usize);
    for (let column: i32 = 0; column < layer.columnCount; column += 1) {
      store<i16>(deltaAt, load<i16>((layer.deltasAt + (column << 3)) as usize));
      deltaAt += 4;
    }
    layer.groupedSamples = place + 1;
    if (layer.groupedSamples == GROUP_SIZE) GradientGroups.flush(layer);
  }

  /** Adds what the group holds to the gradients. */
  static flush(layer: Layer): void {
    if (layer.groupedSamples == 0) return;
    const bytes = layer.gradientPitchBytes;
    const shift = layer.gradientShift;
    const firstPair = layer.groupDeltasAt as usize;
    const isPair = layer.groupedSamples <= 2;
    let valuesAt = layer.groupValuesAt as usize;
    let rowAt = layer.gradientsAt as usize;
    for (let row: i32 = 0; row < layer.rowCount; row += 1) {
      if (v128.any_true(v128.load(valuesAt))) {
        if (isPair) GradientGroups.addRowOfPair(rowAt, firstPair, bytes, valuesAt, shift);
        else GradientGroups.addRow(rowAt, firstPair, bytes, valuesAt, shift);
        v128.store(valuesAt, i16x8.splat(0));
      }
      valuesAt += ROW_BYTES;
      rowAt += bytes;
    }
    layer.groupedSamples = 0;
  }

  /** Where the group has two samples at most. */
  private static addRowOfPair(
    rowAt: usize,
    pairAt: usize,
    bytes: usize,
    valuesAt: usize,
    shift: i32,
  ): void {
    const values = v128.load32_splat(valuesAt);
    for (let offset: usize = 0; offset < bytes; offset += 16) {
      const sum = i32x4.shl(i32x4.dot_i16x8_s(v128.load(pairAt + offset), values), shift);
      v128.store(rowAt + offset, i32x4.add(v128.load(rowAt + offset), sum));
    }
  }

  private static addRow(
    rowAt: usize,
    pairAt: usize,
    bytes: usize,
    valuesAt: usize,
    shift: i32,
  ): void {
    const first = v128.load32_splat(valuesAt);
    const second = v128.load32_splat(valuesAt, 4);
    const third = v128.load32_splat(valuesAt, 8);
    const fourth = v128.load32_splat(valuesAt, 12);
    const secondPair = pairAt + bytes;
    const thirdPair = secondPair + bytes;
    const fourthPair = thirdPair + bytes;
    for (let offset: usize = 0; offset < bytes; offset += 16) {
      const low = i32x4.add(
        i32x4.dot_i16x8_s(v128.load(pairAt + offset), first),
        i32x4.dot_i16x8_s(v128.load(secondPair + offset), second),
      );
      const high = i32x4.add(
        i32x4.dot_i16x8_s(v128.load(thirdPair + offset), third),
        i32x4.dot_i16x8_s(v128.load(fourthPair + offset), fourth),
      );
      const sum = i32x4.shl(i32x4.add(low, high), shift);
      v128.store(rowAt + offset, i32x4.add(v128.load(rowAt + offset), sum));
    }
  }
}
