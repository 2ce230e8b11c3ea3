import { NEAREST, NEAREST_EVEN } from '../numbers';
import { Chip, Layer, OverflowRecord, partAt, TensorFormat } from '../parameters';
import { Parts } from '../parts';
import { VectorLanes } from '../vector-lanes';
import { GeneralForward } from './general-forward';
import { ROUNDED } from './sum-proof';
import { FAR_PAIRS, VectorForward } from './vector-forward';

/** Products, and accumulators that are checked, leave room in 32 bits for a sum of two and for what rounding adds. */
const LARGEST_PRODUCT: i64 = (1 << 30) - 1;
const MOST_SHIFT: i32 = 30;
const WIDEST_CHECKED: i32 = 31;
/** Bytes of an event in the list: row address and value. */
const EVENT_BYTES: usize = 8;
const FAR_EVENTS: usize = 2 * FAR_PAIRS;

/** What happens to a product: nothing, half away from zero (or truncation, with a half of 0), half to even. */
const EXACT_PRODUCT: i32 = 0;
const AWAY: i32 = 1;
const EVEN: i32 = 2;
/** What happens to a sum: nothing where it is proven to fit, or a check. */
const OPEN: i32 = 0;
const SATURATED: i32 = 1;
const WRAPPED: i32 = 2;

/**
 * Forward sums one product after the other, 16 neurons at a time in lanes of 32 bits: for products that are rounded, and
 * for accumulators that may overflow, whose order of additions matters. Implements: docs/spec.md §2.6 step 1, §7, for
 * weights stored in 8 or 16 bits.
 */
export class ProductSums {
  private static rounding: i32 = 0;
  private static check: i32 = 0;
  private static dropBits: i32 = 0;
  private static unusedBits: i32 = 0;
  private static isSigned: bool = false;
  /** lowest, highest, half, and the signs where a negative tie goes down. */
  private static readonly LANES: usize = memory.data(64, 16);

  /** Whether products and sums of the sample fit the lanes. */
  static fits(chip: Chip, layer: Layer, proof: i32): bool {
    const accumulator = changetype<TensorFormat>(chip.accumulatorFormatAt);
    const weight = changetype<TensorFormat>(chip.weightFormatAt);
    const shift = layer.productShift;
    if (layer.weightBytes == 4 || shift < -MOST_SHIFT || shift > MOST_SHIFT) return false;
    const checkedBits = accumulator.totalBits + (accumulator.isSigned ? 0 : 1);
    if (proof != ROUNDED && checkedBits > WIDEST_CHECKED) return false;
    const magnitudeBits = weight.totalBits - (weight.isSigned ? 1 : 0);
    const largest = (layer.largestEvent as i64) << magnitudeBits;
    return largest <= LARGEST_PRODUCT >> max(shift, 0);
  }

  static sum(chip: Chip, layer: Layer, proof: i32, overflow: OverflowRecord): void {
    const isProven = proof == ROUNDED;
    ProductSums.open(chip, layer, isProven);
    GeneralForward.startChecked(chip, layer, overflow);
    // Where nothing overflows, axon parts make no difference.
    const isWhole = isProven || layer.axonPartCount == 1;
    ProductSums.add(layer, isWhole ? layer : partAt(layer, 0), layer.sumsAt, overflow);
    if (isWhole) return;
    for (let index: i32 = 1; index < layer.axonPartCount; index += 1) {
      memory.fill(layer.partSumsAt as usize, 0, (layer.neuronCount as usize) << 3);
      ProductSums.add(layer, partAt(layer, index), layer.partSumsAt, overflow);
      Parts.mergeSums(chip, layer, overflow);
    }
  }

  private static open(chip: Chip, layer: Layer, isProven: bool): void {
    const accumulator = changetype<TensorFormat>(chip.accumulatorFormatAt);
    const dropBits = max(-layer.productShift, 0);
    const rounding = accumulator.rounding;
    const isNearest = rounding == NEAREST || rounding == NEAREST_EVEN;
    let half = isNearest && dropBits > 0 ? 1 << (dropBits - 1) : 0;
    if (rounding == NEAREST_EVEN) half -= 1;
    ProductSums.rounding = dropBits == 0 ? EXACT_PRODUCT : rounding == NEAREST_EVEN ? EVEN : AWAY;
    ProductSums.check = isProven ? OPEN : accumulator.wraps ? WRAPPED : SATURATED;
    ProductSums.dropBits = dropBits;
    ProductSums.unusedBits = 32 - accumulator.totalBits;
    ProductSums.isSigned = accumulator.isSigned != 0;
    v128.store(ProductSums.LANES, i32x4.splat(accumulator.lowest as i32));
    v128.store(ProductSums.LANES, i32x4.splat(accumulator.highest as i32), 16);
    v128.store(ProductSums.LANES, i32x4.splat(half), 32);
    v128.store(ProductSums.LANES, i32x4.splat(rounding == NEAREST ? -1 : 0), 48);
  }

  /** Adds the events of `part` to the i64 sums of all neurons of the layer. */
  private static add(layer: Layer, part: Layer, sumsAt: u32, overflow: OverflowRecord): void {
    const paddedCount = (layer.neuronCount + 15) & ~15;
    const lanesAt = layer.vectorSumsAt as usize;
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const sum = load<i64>((sumsAt + (neuron << 3)) as usize) as i32;
      store<i32>(lanesAt + ((neuron as usize) << 2), sum);
    }
    const padding = (paddedCount - layer.neuronCount) << 2;
    memory.fill(lanesAt + ((layer.neuronCount as usize) << 2), 0, padding);
    const fittingCount = ProductSums.addListed(layer, ProductSums.listEvents(layer, part));
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const sum = load<i32>(lanesAt + ((neuron as usize) << 2)) as i64;
      store<i64>((sumsAt + (neuron << 3)) as usize, sum);
    }
    if (ProductSums.check == OPEN) return;
    // Lanes past the last neuron hold sums of 0, which fit.
    const misfitCount = (part.eventCount as i64) * (paddedCount as i64) - fittingCount;
    if (misfitCount == 0) return;
    overflow.add(misfitCount);
  }

  /** Row and value of every event, the value brought to the fraction of the accumulator where bits are gained. */
  private static listEvents(layer: Layer, part: Layer): usize {
    const gainBits = max(layer.productShift, 0);
    let listAt = layer.eventListAt as usize;
    for (let event: i32 = 0; event < part.eventCount; event += 1) {
      const axon = load<i32>((part.eventAxonsAt + (event << 2)) as usize);
      const value = load<i32>((part.eventValuesAt + (event << 3)) as usize);
      store<u32>(listAt, layer.weightsAt + axon * layer.rowPitchBytes);
      store<i32>(listAt, value << gainBits, 4);
      listAt += EVENT_BYTES;
    }
    return listAt;
  }

  /** Returns how many of the sums were within the accumulator. */
  private static addListed(layer: Layer, listEnd: usize): i64 {
    const rounding = ProductSums.rounding;
    const check = ProductSums.check;
    if (rounding == EXACT_PRODUCT) {
      if (check == WRAPPED) return ProductSums.exactWrapped(layer, listEnd);
      return ProductSums.exactSaturated(layer, listEnd);
    }
    if (rounding == AWAY) {
      if (check == OPEN) return ProductSums.awayOpen(layer, listEnd);
      if (check == WRAPPED) return ProductSums.awayWrapped(layer, listEnd);
      return ProductSums.awaySaturated(layer, listEnd);
    }
    if (check == OPEN) return ProductSums.evenOpen(layer, listEnd);
    if (check == WRAPPED) return ProductSums.evenWrapped(layer, listEnd);
    return ProductSums.evenSaturated(layer, listEnd);
  }

  // One function a case, or the optimiser folds them into one that asks in every block which case it is.

  private static exactSaturated(layer: Layer, listEnd: usize): i64 {
    return ProductSums.addRows(layer, listEnd, EXACT_PRODUCT, SATURATED);
  }
  private static exactWrapped(layer: Layer, listEnd: usize): i64 {
    return ProductSums.addRows(layer, listEnd, EXACT_PRODUCT, WRAPPED);
  }
  private static awayOpen(layer: Layer, listEnd: usize): i64 {
    return ProductSums.addRows(layer, listEnd, AWAY, OPEN);
  }
  private static awaySaturated(layer: Layer, listEnd: usize): i64 {
    return ProductSums.addRows(layer, listEnd, AWAY, SATURATED);
  }
  private static awayWrapped(layer: Layer, listEnd: usize): i64 {
    return ProductSums.addRows(layer, listEnd, AWAY, WRAPPED);
  }
  private static evenOpen(layer: Layer, listEnd: usize): i64 {
    return ProductSums.addRows(layer, listEnd, EVEN, OPEN);
  }
  private static evenSaturated(layer: Layer, listEnd: usize): i64 {
    return ProductSums.addRows(layer, listEnd, EVEN, SATURATED);
  }
  private static evenWrapped(layer: Layer, listEnd: usize): i64 {
    return ProductSums.addRows(layer, listEnd, EVEN, WRAPPED);
  }

  /** Some events at a time, where weights are many (vector-forward.ts), else all. Rounding and check are literals. */
  @inline
  private static addRows(layer: Layer, listEnd: usize, rounding: i32, check: i32): i64 {
    const isFar = VectorForward.isFar(layer);
    let fittingCount: i64 = 0;
    let listAt = layer.eventListAt as usize;
    while (listAt < listEnd) {
      const end = isFar ? min(listAt + FAR_EVENTS * EVENT_BYTES, listEnd) : listEnd;
      fittingCount += ProductSums.addSome(layer, listAt, end, rounding, check);
      listAt = end;
    }
    return fittingCount;
  }

  /** Sixteen columns at a time through the events of a piece of the list. */
  @inline
  private static addSome(
    layer: Layer,
    listAt: usize,
    listEnd: usize,
    rounding: i32,
    check: i32,
  ): i64 {
    const isByteWide = layer.weightBytes == 1;
    const columnCount = ((layer.neuronCount + 15) & ~15) as usize;
    let fittingCount: i64 = 0;
    for (let column: usize = 0; column < columnCount; column += 16) {
      const sumsAt = (layer.vectorSumsAt as usize) + (column << 2);
      const offset = isByteWide ? column : column << 1;
      let sum0 = v128.load(sumsAt);
      let sum1 = v128.load(sumsAt, 16);
      let sum2 = v128.load(sumsAt, 32);
      let sum3 = v128.load(sumsAt, 48);
      let fitting = i32x4.splat(0);
      for (let at = listAt; at < listEnd; at += EVENT_BYTES) {
        const weightAt = (load<u32>(at) as usize) + offset;
        const value = v128.load32_splat(at, 4);
        const first = isByteWide ? v128.load8x8_s(weightAt) : v128.load(weightAt);
        const second = isByteWide ? v128.load8x8_s(weightAt, 8) : v128.load(weightAt, 16);
        const next0 = ProductSums.plus(sum0, i32x4.extend_low_i16x8_s(first), value, rounding);
        const next1 = ProductSums.plus(sum1, i32x4.extend_high_i16x8_s(first), value, rounding);
        const next2 = ProductSums.plus(sum2, i32x4.extend_low_i16x8_s(second), value, rounding);
        const next3 = ProductSums.plus(sum3, i32x4.extend_high_i16x8_s(second), value, rounding);
        sum0 = ProductSums.checked(next0, check);
        sum1 = ProductSums.checked(next1, check);
        sum2 = ProductSums.checked(next2, check);
        sum3 = ProductSums.checked(next3, check);
        if (check == OPEN) continue;
        fitting = i32x4.sub(fitting, i32x4.eq(sum0, next0));
        fitting = i32x4.sub(fitting, i32x4.eq(sum1, next1));
        fitting = i32x4.sub(fitting, i32x4.eq(sum2, next2));
        fitting = i32x4.sub(fitting, i32x4.eq(sum3, next3));
      }
      v128.store(sumsAt, sum0);
      v128.store(sumsAt, sum1, 16);
      v128.store(sumsAt, sum2, 32);
      v128.store(sumsAt, sum3, 48);
      fittingCount += VectorLanes.sumWords(fitting);
    }
    return fittingCount;
  }

  /** sum + (w·x, rounded). */
  @inline
  private static plus(sum: v128, weights: v128, value: v128, rounding: i32): v128 {
    const product = i32x4.mul(weights, value);
    if (rounding == EXACT_PRODUCT) return i32x4.add(sum, product);
    const dropBits = ProductSums.dropBits;
    const half = v128.load(ProductSums.LANES, 32);
    const correction =
      rounding == AWAY
        ? v128.and(i32x4.shr_s(product, 31), v128.load(ProductSums.LANES, 48))
        : v128.and(i32x4.shr_s(product, dropBits), i32x4.splat(1));
    const raised = i32x4.add(i32x4.add(product, half), correction);
    return i32x4.add(sum, i32x4.shr_s(raised, dropBits));
  }

  @inline
  private static checked(sums: v128, check: i32): v128 {
    if (check == OPEN) return sums;
    if (check == WRAPPED) {
      const bits = ProductSums.unusedBits;
      const raised = i32x4.shl(sums, bits);
      return ProductSums.isSigned ? i32x4.shr_s(raised, bits) : i32x4.shr_u(raised, bits);
    }
    const lowest = v128.load(ProductSums.LANES, 0);
    const highest = v128.load(ProductSums.LANES, 16);
    return i32x4.max_s(i32x4.min_s(sums, highest), lowest);
  }
}
