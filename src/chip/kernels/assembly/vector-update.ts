import { Chip, Layer, NEAREST, OverflowRecord, Run, STOCHASTIC, TensorFormat } from './parameters';
import { WordWrites } from './word-writes';

/** |g·x| must fit a signed 16-bit lane. */
const LARGEST_PRODUCT: i64 = 32767;
/** |⌊g·x/2^d⌋| must leave room in a signed 8-bit lane for the steps of rounding. */
const LARGEST_CHANGE: i64 = 125;
/** Blocks after which the 8-bit counters in lanes are emptied. */
const BLOCKS_PER_COUNT: i32 = 128;

/**
 * The weight update of 16 neurons at a time. Implements: docs/spec.md §2.5, §2.6 step 5 and §2.7 for saturating weights
 * of at most 8 bits.
 *
 * With P = g·x = Q·2^d + R, 0 ≤ R < 2^d, and a random word a aligned with R:
 * ⌊(w·2^d − P + a)/2^d⌋ = w − Q − [R > a]. R is shifted to the top of 16 bits and compared with the register itself:
 * where d < 16, the register's surplus low bits meet zeros of R and decide nothing. Where d > 16, the low d − 16 bits
 * of −P are cut off first, which is exact because a has zeros there: V = −⌊−P/2^(d−16)⌋ takes the place of P, and 16 that of d.
 * `truncate` is the word 0, `nearest` the word 2^15 with ties corrected.
 */
export class VectorUpdate {
  /** Whether this sample's products and changes fit the lanes. */
  static fits(layer: Layer): bool {
    const largest = layer.largestRate * (layer.largestEvent as i64);
    return largest <= LARGEST_PRODUCT && largest >> layer.weightDropBits <= LARGEST_CHANGE;
  }

  static update(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const isFar = layer.weightDropBits > 16;
    if (layer.vectorRounding == STOCHASTIC) {
      if (isFar) VectorUpdate.updateRows(chip, layer, overflow, true, false, true);
      else VectorUpdate.updateRows(chip, layer, overflow, true, false, false);
    } else if (layer.vectorRounding == NEAREST) {
      if (isFar) VectorUpdate.updateRows(chip, layer, overflow, false, true, true);
      else VectorUpdate.updateRows(chip, layer, overflow, false, true, false);
    } else {
      if (isFar) VectorUpdate.updateRows(chip, layer, overflow, false, false, true);
      else VectorUpdate.updateRows(chip, layer, overflow, false, false, false);
    }
  }

  /** The three flags are literals at every call: each call compiles to a loop of its own. */
  @inline
  private static updateRows(
    chip: Chip,
    layer: Layer,
    overflow: OverflowRecord,
    isStochastic: bool,
    isNearest: bool,
    isFar: bool,
  ): void {
    const format = changetype<TensorFormat>(chip.weightFormatAt);
    const lowest = i8x16.splat(format.lowest as i8);
    const highest = i8x16.splat(format.highest as i8);
    const mask = i16x8.splat(chip.generatorMask as i16);
    const dropBits = layer.weightDropBits;
    const cutBits = min(dropBits - 16, 15);
    const raiseBits = 16 - min(dropBits, 16);
    const floorBits = min(dropBits, 15);
    const lanesAt = layer.laneStatesAt as usize;
    const lanesEnd = lanesAt + ((((layer.laneCount + 7) >> 3) as usize) << 4);
    const ratesAt = layer.vectorRatesAt as usize;
    const fullBlocks = layer.neuronCount >> 4;
    const blockCount = (layer.neuronCount + 15) >> 4;
    const lastCount = i16x8.splat((layer.neuronCount & 15) as i16);
    const isGated = layer.hasWriteGating;
    let unchanged: i64 = 0;
    let fitting: i64 = 0;
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      const value = i16x8.splat(load<i16>((layer.eventValuesAt + (event << 3)) as usize));
      const rowAt = (layer.weightsAt + axon * layer.rowPitchBytes) as usize;
      WordWrites.openRow(axon);
      let laneAt = lanesAt;
      let unchangedLanes = i8x16.splat(0);
      let fittingLanes = unchangedLanes;
      for (let block: i32 = 0; block < blockCount; block += 1) {
        const rateAt = ratesAt + ((block as usize) << 5);
        let wordsLow: v128;
        let wordsHigh: v128;
        if (isStochastic) {
          const isWhole = block < fullBlocks;
          wordsLow = VectorUpdate.draw(laneAt, mask, isWhole, 0, lastCount);
          laneAt += 16;
          if (laneAt == lanesEnd) laneAt = lanesAt;
          wordsHigh = VectorUpdate.draw(laneAt, mask, isWhole, 8, lastCount);
          laneAt += 16;
          if (laneAt == lanesEnd) laneAt = lanesAt;
        } else {
          wordsLow = i16x8.splat(isNearest ? -0x8000 : 0);
          wordsHigh = wordsLow;
        }
        let productsLow = i16x8.mul(v128.load(rateAt), value);
        let productsHigh = i16x8.mul(v128.load(rateAt, 16), value);
        if (isFar) {
          productsLow = i16x8.neg(i16x8.shr_s(productsLow, cutBits));
          productsHigh = i16x8.neg(i16x8.shr_s(productsHigh, cutBits));
        }
        const restsLow = i16x8.shl(productsLow, raiseBits);
        const restsHigh = i16x8.shl(productsHigh, raiseBits);
        // Q − 1 + [R > a], as Q plus a mask that is −1 where a ≥ R.
        const changesLow = i16x8.add(
          i16x8.shr_s(productsLow, floorBits),
          i16x8.ge_u(wordsLow, restsLow),
        );
        const changesHigh = i16x8.add(
          i16x8.shr_s(productsHigh, floorBits),
          i16x8.ge_u(wordsHigh, restsHigh),
        );
        let changes = i8x16.add(i8x16.narrow_i16x8_s(changesLow, changesHigh), i8x16.splat(1));
        const weightAt = rowAt + ((block as usize) << 4);
        const old = v128.load(weightAt);
        if (isNearest) {
          const ties = i8x16.narrow_i16x8_s(
            i16x8.eq(restsLow, wordsLow),
            i16x8.eq(restsHigh, wordsHigh),
          );
          const isDown = i8x16.le_s(i8x16.sub_sat_s(old, changes), i8x16.splat(0));
          changes = i8x16.sub(changes, v128.and(ties, isDown));
        }
        const next = i8x16.max_s(i8x16.min_s(i8x16.sub_sat_s(old, changes), highest), lowest);
        v128.store(weightAt, next);
        const isSame = i8x16.eq(next, old);
        unchangedLanes = i8x16.sub(unchangedLanes, isSame);
        fittingLanes = i8x16.sub(fittingLanes, i8x16.eq(next, i8x16.sub(old, changes)));
        if (isGated) VectorUpdate.markChanged(layer, block, isSame);
        if ((block & (BLOCKS_PER_COUNT - 1)) == BLOCKS_PER_COUNT - 1) {
          unchanged += VectorUpdate.sumLanes(unchangedLanes);
          fitting += VectorUpdate.sumLanes(fittingLanes);
          unchangedLanes = i8x16.splat(0);
          fittingLanes = unchangedLanes;
        }
      }
      unchanged += VectorUpdate.sumLanes(unchangedLanes);
      fitting += VectorUpdate.sumLanes(fittingLanes);
    }
    // Lanes past the last neuron hold weight 0 and g 0: they neither change nor overflow.
    const laneUpdates = (layer.eventCount as i64) * ((blockCount << 4) as i64);
    store<i64>(layer.changedUpdatesAt, load<i64>(layer.changedUpdatesAt) + laneUpdates - unchanged);
    store<i64>(
      layer.nonZeroUpdatesAt,
      load<i64>(layer.nonZeroUpdatesAt) + (layer.eventCount as i64) * layer.nonZeroRateCount,
    );
    if (laneUpdates != fitting) {
      overflow.count += laneUpdates - fitting;
      if (overflow.firstTrainingSample < 0) overflow.firstTrainingSample = Run.trainingSample;
    }
  }

  /** Clocks 8 registers; in the last block only those of neurons that exist. */
  @inline
  private static draw(
    laneAt: usize,
    mask: v128,
    isWhole: bool,
    firstColumn: i16,
    lastCount: v128,
  ): v128 {
    const states = v128.load(laneAt);
    const odd = v128.and(states, i16x8.splat(1));
    let words = v128.xor(i16x8.shr_u(states, 1), i16x8.mul(odd, mask));
    if (!isWhole) {
      const columns = i16x8.add(i16x8.splat(firstColumn), i16x8(0, 1, 2, 3, 4, 5, 6, 7));
      words = v128.bitselect(words, states, i16x8.lt_s(columns, lastCount));
    }
    v128.store(laneAt, words);
    return words;
  }

  /** With write gating: marks the words of the weights that changed. */
  private static markChanged(layer: Layer, block: i32, isSame: v128): void {
    let changed = ~i8x16.bitmask(isSame) & 0xffff;
    while (changed != 0) {
      WordWrites.mark(layer, (block << 4) + ctz(changed));
      changed &= changed - 1;
    }
  }

  private static sumLanes(lanes: v128): i64 {
    const pairs = i16x8.extadd_pairwise_i8x16_u(lanes);
    const quads = i32x4.extadd_pairwise_i16x8_u(pairs);
    return (
      (i32x4.extract_lane(quads, 0) as i64) +
      i32x4.extract_lane(quads, 1) +
      i32x4.extract_lane(quads, 2) +
      i32x4.extract_lane(quads, 3)
    );
  }
}
