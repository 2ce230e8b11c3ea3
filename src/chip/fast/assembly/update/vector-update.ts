import { NEAREST, STOCHASTIC, TRUNCATE } from '../numbers';
import { Chip, Layer, OverflowRecord, TensorFormat } from '../parameters';
import { SmallRows } from './small-rows';
import { EVENT_BYTES, FAR, NEAR, OPERANDS, SMALL, VectorRows, WIDE } from './vector-rows';

/** |g·x| must fit a signed 16-bit lane; where it does not, |g| and |x| must, and the product is made in 32 bits. */
const LARGEST_IN_LANE: i64 = 32767;
/** |⌊g·x/2^d⌋| must leave room in a signed 8-bit lane for the steps of rounding. */
const LARGEST_CHANGE: i64 = 125;

/** Whether and how a sample's weight update runs on vectors; the loops are in vector-rows.ts. */
export class VectorUpdate {
  /** Whether this sample's products and changes fit the lanes. */
  static fits(layer: Layer): bool {
    const largest = layer.largestRate * (layer.largestEvent as i64);
    if (largest >> layer.weightDropBits > LARGEST_CHANGE) return false;
    if (largest <= LARGEST_IN_LANE) return true;
    // Cutting off bits of a wide product can make a tie of what is none.
    const hasFalseTies = layer.vectorRounding == NEAREST && layer.weightDropBits > 16;
    return (
      !hasFalseTies &&
      layer.largestRate <= LARGEST_IN_LANE &&
      (layer.largestEvent as i64) <= LARGEST_IN_LANE
    );
  }

  static update(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const largest = layer.largestRate * (layer.largestEvent as i64);
    const dropBits = layer.weightDropBits;
    const isSmall = largest >> dropBits == 0;
    const place = largest > LARGEST_IN_LANE ? WIDE : dropBits > 16 ? FAR : isSmall ? SMALL : NEAR;
    VectorUpdate.writeRates(layer);
    VectorUpdate.listEvents(layer, place);
    VectorUpdate.writeOperands(chip, layer, place);
    if (layer.vectorRounding == STOCHASTIC) {
      if (layer.laneCount == 16) {
        if (place == WIDE) VectorUpdate.stochasticWide16(layer, overflow);
        else if (place == FAR) VectorUpdate.stochasticFar16(layer, overflow);
        else if (place == NEAR) VectorUpdate.stochasticNear16(layer, overflow);
        else if (VectorUpdate.isFull(chip)) VectorUpdate.smallFull(layer, overflow);
        else VectorUpdate.smallNarrow(layer, overflow);
      } else {
        if (place == WIDE) VectorUpdate.stochasticWide(layer, overflow);
        else if (place == FAR) VectorUpdate.stochasticFar(layer, overflow);
        else if (place == SMALL) VectorUpdate.stochasticSmall(layer, overflow);
        else VectorUpdate.stochasticNear(layer, overflow);
      }
    } else if (layer.vectorRounding == NEAREST) {
      if (place == WIDE) VectorUpdate.nearestWide(layer, overflow);
      else if (place == FAR) VectorUpdate.nearestFar(layer, overflow);
      else VectorUpdate.nearestNear(layer, overflow);
    } else {
      if (place == WIDE) VectorUpdate.truncateWide(layer, overflow);
      else if (place == FAR) VectorUpdate.truncateFar(layer, overflow);
      else VectorUpdate.truncateNear(layer, overflow);
    }
  }

  // One function a case, or the optimiser folds them into one that asks in every block which case it is.

  private static smallFull(layer: Layer, overflow: OverflowRecord): void {
    SmallRows.update(layer, overflow, true);
  }
  private static smallNarrow(layer: Layer, overflow: OverflowRecord): void {
    SmallRows.update(layer, overflow, false);
  }
  private static stochasticNear16(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(STOCHASTIC, NEAR), true);
  }
  private static stochasticFar16(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(STOCHASTIC, FAR), true);
  }
  private static stochasticWide16(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(STOCHASTIC, WIDE), true);
  }
  private static stochasticSmall(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(STOCHASTIC, SMALL), false);
  }
  private static stochasticNear(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(STOCHASTIC, NEAR), false);
  }
  private static stochasticFar(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(STOCHASTIC, FAR), false);
  }
  private static stochasticWide(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(STOCHASTIC, WIDE), false);
  }
  private static nearestNear(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(NEAREST, NEAR), false);
  }
  private static nearestFar(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(NEAREST, FAR), false);
  }
  private static nearestWide(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(NEAREST, WIDE), false);
  }
  private static truncateNear(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(TRUNCATE, NEAR), false);
  }
  private static truncateFar(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(TRUNCATE, FAR), false);
  }
  private static truncateWide(layer: Layer, overflow: OverflowRecord): void {
    VectorRows.update(layer, overflow, VectorRows.kind(TRUNCATE, WIDE), false);
  }

  /** Whether weights have all 8 bits of their lanes. */
  private static isFull(chip: Chip): bool {
    return changetype<TensorFormat>(chip.weightFormatAt).totalBits == 8;
  }

  /** The rates in lanes: −g where more than 16 bits are dropped; 0 past the last neuron, which changes nothing there. */
  private static writeRates(layer: Layer): void {
    const sign: i32 = layer.weightDropBits > 16 ? -1 : 1;
    let rateAt = layer.vectorRatesAt as usize;
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      store<i16>(rateAt, (load<i32>((layer.ratesAt + (neuron << 3)) as usize) * sign) as i16);
      rateAt += 2;
    }
    memory.fill(rateAt, 0, (((layer.neuronCount + 15) & ~15) - layer.neuronCount) << 1);
  }

  /** Per event its row, its value and that value shifted so that R comes out at the top. */
  private static listEvents(layer: Layer, place: i32): void {
    const raiseBits = 16 - min(layer.weightDropBits, 16);
    // The rates are −g already where more than 16 bits are dropped; WIDE wants −P throughout.
    const isNegated = place == WIDE && layer.weightDropBits <= 16;
    let listAt = layer.eventListAt as usize;
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      const x = load<i32>((layer.eventValuesAt + (event << 3)) as usize);
      const value = isNegated ? -x : x;
      store<u32>(listAt, layer.weightsAt + axon * layer.rowPitchBytes);
      store<i16>(listAt, value as i16, 4);
      store<i16>(listAt, (value << raiseBits) as i16, 6);
      listAt += EVENT_BYTES;
    }
  }

  private static writeOperands(chip: Chip, layer: Layer, place: i32): void {
    const format = changetype<TensorFormat>(chip.weightFormatAt);
    const restCount = i16x8.splat((layer.neuronCount & 15) as i16);
    const dropBits = layer.weightDropBits;
    v128.store(OPERANDS, i8x16.splat(1), 0);
    v128.store(OPERANDS, i16x8.splat(chip.generatorMask as i16), 16);
    v128.store(OPERANDS, i16x8.splat(1), 32);
    v128.store(OPERANDS, i8x16.splat(format.lowest as i8), 48);
    v128.store(OPERANDS, i8x16.splat(format.highest as i8), 64);
    v128.store(OPERANDS, i16x8.gt_s(restCount, i16x8(0, 1, 2, 3, 4, 5, 6, 7)), 80);
    v128.store(OPERANDS, i16x8.gt_s(restCount, i16x8(8, 9, 10, 11, 12, 13, 14, 15)), 96);
    store<u32>(OPERANDS, layer.laneStatesAt + (((layer.laneCount + 7) >> 3) << 4), 112);
    store<u32>(OPERANDS, layer.neuronCount & ~15, 116);
    store<i32>(OPERANDS, (layer.neuronCount + 15) >> 4, 120);
    const cutBits = max(dropBits - 16, 0);
    const shiftBits =
      place == WIDE ? min(cutBits, 31) : place == FAR ? min(cutBits, 15) : min(dropBits, 15);
    store<i32>(OPERANDS, shiftBits, 124);
    store<i32>(OPERANDS, max(16 - dropBits, 0), 128);
  }
}
