import { ColumnSums } from './column-sums';
import { GradientGroups } from './gradient-groups';
import { GRADIENT, NEAREST, NEAREST_EVEN } from '../numbers';
import { Chip, Layer, OverflowRecord, overflowOf, TensorFormat } from '../parameters';
import { GRADIENT_GROUPS, GRADIENT_ROWS, GRADIENT_SCALAR, Paths } from '../paths';
import { PositionGroups } from './position-groups';
import { Scalar } from '../scalar';
import { Visits } from '../visits';

/** Products of 32-bit lanes leave room for what rounding adds. */
const LARGEST_PRODUCT: i64 = 1 << 30;
/** The most bits that vectors drop of a product. */
const MOST_DROPPED_BITS: i32 = 30;

/** Sums of gradients over the samples of a batch. Implements: docs/spec.md §2.11. */
export class GradientMemory {
  /** Adds the sample in flight, whose δz is made. */
  static add(chip: Chip, layer: Layer): void {
    GradientMemory.touchRows(layer);
    const overflow = overflowOf(layer, GRADIENT);
    if (layer.sumsGradientsOnVectors && GradientMemory.fitsVectors(chip, layer)) {
      GradientMemory.addProven(chip, layer);
    } else {
      GradientGroups.flush(layer);
      GradientMemory.addOneByOne(chip, layer, overflow);
      Paths.count(layer, GRADIENT_SCALAR);
      // Its checks keep all gradients in the format, whatever they become.
      const highest = changetype<TensorFormat>(chip.gradientFormatAt).highest;
      store<i64>(layer.gradientBoundAt as usize, highest + 1);
    }
    GradientMemory.addBiases(chip, layer, overflow);
  }

  private static addProven(chip: Chip, layer: Layer): void {
    const isExact = layer.gradientShift >= 0;
    if (isExact && GradientGroups.fits(layer)) {
      if (layer.isConvolution) PositionGroups.add(layer);
      else GradientGroups.put(layer);
      Paths.count(layer, GRADIENT_GROUPS);
      return;
    }
    Paths.count(layer, GRADIENT_ROWS);
    GradientMemory.writeLanes(layer);
    if (isExact) GradientMemory.addExactRows(layer);
    else GradientMemory.addRoundedRows(chip, layer);
  }

  /** After a step. */
  static clear(layer: Layer): void {
    const bytes = layer.gradientPitchBytes as usize;
    let rowAt = layer.gradientsAt as usize;
    for (let row: i32 = 0; row < layer.rowCount; row += 1) {
      if (load<u8>((layer.touchedRowsAt + row) as usize)) memory.fill(rowAt, 0, bytes);
      rowAt += bytes;
    }
    memory.fill(rowAt, 0, bytes);
    memory.fill(layer.touchedRowsAt as usize, 0, layer.rowCount);
    store<i64>(layer.gradientBoundAt as usize, 0);
  }

  private static touchRows(layer: Layer): void {
    if (layer.isConvolution) {
      memory.fill(layer.touchedRowsAt as usize, 1, layer.rowCount);
      return;
    }
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      store<u8>((layer.touchedRowsAt + axon) as usize, 1);
    }
  }

  /**
   * Proves that no check of this sample can fail: the largest gradient so far and all that the sample may add fit the
   * format, and products fit 32 bits.
   */
  private static fitsVectors(chip: Chip, layer: Layer): bool {
    const format = changetype<TensorFormat>(chip.gradientFormatAt);
    const shift = layer.gradientShift;
    if (shift < -MOST_DROPPED_BITS || shift > MOST_DROPPED_BITS) return false;
    if (shift < 0 && format.rounding == NEAREST_EVEN) return false;
    const largestDelta = GradientMemory.findLargestDelta(layer);
    const largest = largestDelta * (layer.largestEvent as i64);
    // A gradient meets each of its events once: one event, or in a CONV layer as many as there are positions.
    const isConvolution = layer.isConvolution;
    const terms: i64 = isConvolution ? min(layer.eventCount, layer.positionCount) : 1;
    const most = isConvolution
      ? min(largestDelta * layer.eventMagnitudeSum, terms * largest)
      : largest;
    if (largest > LARGEST_PRODUCT || most > format.highest << max(-shift, 0)) return false;
    const growth = shift >= 0 ? most << shift : (most >> -shift) + terms;
    let bound = load<i64>(layer.gradientBoundAt as usize);
    if (bound + growth > format.highest) {
      GradientGroups.flush(layer);
      bound = GradientMemory.largestGradient(layer);
      if (bound + growth > format.highest) return false;
    }
    store<i64>(layer.gradientBoundAt as usize, bound + growth);
    return true;
  }

  private static findLargestDelta(layer: Layer): i64 {
    const deltasEnd = (layer.deltasAt as usize) + ((layer.neuronCount as usize) << 3);
    let largest: i64 = 0;
    for (let deltaAt = layer.deltasAt as usize; deltaAt < deltasEnd; deltaAt += 8) {
      const delta = load<i64>(deltaAt);
      largest = max(largest, delta < 0 ? -delta : delta);
    }
    layer.largestDelta = largest;
    return largest;
  }

  /** δz in lanes of 32 bits, which hold all that is proven to fit. */
  private static writeLanes(layer: Layer): void {
    const columnCount = layer.columnCount;
    let deltaAt = layer.deltasAt as usize;
    let rowAt = layer.deltaLanesAt as usize;
    for (let position: i32 = 0; position < layer.positionCount; position += 1) {
      let laneAt = rowAt;
      for (let column: i32 = 0; column < columnCount; column += 1) {
        store<i32>(laneAt, load<i64>(deltaAt) as i32);
        deltaAt += 8;
        laneAt += 4;
      }
      rowAt += layer.gradientPitchBytes;
    }
  }

  private static largestGradient(layer: Layer): i64 {
    const bytes = (layer.rowCount as usize) * (layer.gradientPitchBytes as usize);
    const end = (layer.gradientsAt as usize) + bytes;
    let most = i32x4.splat(0);
    for (let at = layer.gradientsAt as usize; at < end; at += 16) {
      most = i32x4.max_u(most, i32x4.abs(v128.load(at)));
    }
    const first = max(i32x4.extract_lane(most, 0) as u32, i32x4.extract_lane(most, 1) as u32);
    const second = max(i32x4.extract_lane(most, 2) as u32, i32x4.extract_lane(most, 3) as u32);
    return max(first, second) as i64;
  }

  /** G ← G + δz·x, brought to F_gradient exactly. */
  private static addExactRows(layer: Layer): void {
    const bytes = layer.gradientPitchBytes;
    const rowStep = layer.stride * bytes;
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const x = load<i32>((layer.eventValuesAt + (event << 3)) as usize);
      const value = i32x4.splat(x << layer.gradientShift);
      if (!layer.isConvolution) {
        const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
        const rowAt = (layer.gradientsAt as usize) + (axon as usize) * (bytes as usize);
        GradientMemory.addExactRow(rowAt, layer.deltaLanesAt as usize, bytes, value);
        continue;
      }
      const visits = Visits.of(layer, event);
      for (let y: i32 = 0; y < visits.height; y += 1) {
        let rowAt = Visits.rowAt(layer, visits, y, layer.gradientsAt, bytes);
        let laneAt = Visits.positionAt(layer, visits, y, layer.deltaLanesAt, bytes);
        for (let column: i32 = 0; column < visits.width; column += 1) {
          GradientMemory.addExactRow(rowAt, laneAt, bytes, value);
          rowAt -= rowStep;
          laneAt += bytes;
        }
      }
    }
  }

  @inline
  private static addExactRow(rowAt: usize, laneAt: usize, bytes: i32, value: v128): void {
    const rowEnd = rowAt + bytes;
    for (let at = rowAt; at < rowEnd; at += 16) {
      v128.store(at, i32x4.add(v128.load(at), i32x4.mul(v128.load(laneAt), value)));
      laneAt += 16;
    }
  }

  /** The same where products lose bits, `truncate` or `nearest`: ⌊(p + half − [p < 0])/2^d⌋. */
  private static addRoundedRows(chip: Chip, layer: Layer): void {
    const format = changetype<TensorFormat>(chip.gradientFormatAt);
    const dropBits = -layer.gradientShift;
    const isNearest = format.rounding == NEAREST;
    const half = i32x4.splat(isNearest ? 1 << (dropBits - 1) : 0);
    const signs = i32x4.splat(isNearest ? -1 : 0);
    const bytes = layer.gradientPitchBytes;
    const rowStep = layer.stride * bytes;
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const value = v128.load32_splat((layer.eventValuesAt + (event << 3)) as usize);
      if (!layer.isConvolution) {
        const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
        const rowAt = (layer.gradientsAt as usize) + (axon as usize) * (bytes as usize);
        const laneAt = layer.deltaLanesAt as usize;
        GradientMemory.addRoundedRow(rowAt, laneAt, bytes, value, half, signs, dropBits);
        continue;
      }
      const visits = Visits.of(layer, event);
      for (let y: i32 = 0; y < visits.height; y += 1) {
        let rowAt = Visits.rowAt(layer, visits, y, layer.gradientsAt, bytes);
        let laneAt = Visits.positionAt(layer, visits, y, layer.deltaLanesAt, bytes);
        for (let column: i32 = 0; column < visits.width; column += 1) {
          GradientMemory.addRoundedRow(rowAt, laneAt, bytes, value, half, signs, dropBits);
          rowAt -= rowStep;
          laneAt += bytes;
        }
      }
    }
  }

  @inline
  private static addRoundedRow(
    rowAt: usize,
    laneAt: usize,
    bytes: i32,
    value: v128,
    half: v128,
    signs: v128,
    dropBits: i32,
  ): void {
    const rowEnd = rowAt + bytes;
    for (let at = rowAt; at < rowEnd; at += 16) {
      const product = i32x4.mul(v128.load(laneAt), value);
      const correction = i32x4.add(half, v128.and(signs, i32x4.shr_s(product, 31)));
      const rounded = i32x4.shr_s(i32x4.add(product, correction), dropBits);
      v128.store(at, i32x4.add(v128.load(at), rounded));
      laneAt += 16;
    }
  }

  /** With a check after every addition: right for every image. */
  private static addOneByOne(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const format = changetype<TensorFormat>(chip.gradientFormatAt);
    const pitchBytes = layer.gradientPitchBytes;
    const deltaBytes = layer.columnCount << 3;
    const rowStep = layer.stride * pitchBytes;
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const value = load<i64>((layer.eventValuesAt + (event << 3)) as usize);
      if (!layer.isConvolution) {
        const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
        const rowAt = (layer.gradientsAt as usize) + (axon as usize) * (pitchBytes as usize);
        GradientMemory.addRow(layer, rowAt, layer.deltasAt as usize, value, format, overflow);
        continue;
      }
      const visits = Visits.of(layer, event);
      for (let y: i32 = 0; y < visits.height; y += 1) {
        let rowAt = Visits.rowAt(layer, visits, y, layer.gradientsAt, pitchBytes);
        let deltaAt = Visits.positionAt(layer, visits, y, layer.deltasAt, deltaBytes);
        for (let column: i32 = 0; column < visits.width; column += 1) {
          GradientMemory.addRow(layer, rowAt, deltaAt, value, format, overflow);
          rowAt -= rowStep;
          deltaAt += deltaBytes;
        }
      }
    }
  }

  private static addRow(
    layer: Layer,
    rowAt: usize,
    deltaAt: usize,
    value: i64,
    format: TensorFormat,
    overflow: OverflowRecord,
  ): void {
    const shift = layer.gradientShift;
    const rowEnd = rowAt + ((layer.columnCount as usize) << 2);
    for (let at = rowAt; at < rowEnd; at += 4) {
      const product = load<i64>(deltaAt) * value;
      store<i32>(at, Scalar.accumulate(load<i32>(at), product, shift, format, overflow) as i32);
      deltaAt += 8;
    }
  }

  /** Gb ← Gb + Σ δz over the positions of a column. */
  private static addBiases(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const format = changetype<TensorFormat>(chip.gradientFormatAt);
    const shift = layer.biasGradientShift;
    const biasRow = (layer.rowCount as usize) * (layer.gradientPitchBytes as usize);
    let at = (layer.gradientsAt as usize) + biasRow;
    let sumAt = layer.columnSumsAt as usize;
    ColumnSums.make(layer);
    for (let column: i32 = 0; column < layer.columnCount; column += 1) {
      const sum = load<i64>(sumAt);
      store<i32>(at, Scalar.accumulate(load<i32>(at), sum, shift, format, overflow) as i32);
      sumAt += 8;
      at += 4;
    }
  }
}
