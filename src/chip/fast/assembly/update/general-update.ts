import { Lanes } from '../lanes';
import { STOCHASTIC } from '../numbers';
import { Chip, Layer, OverflowRecord, TensorFormat } from '../parameters';
import { Scalar } from '../scalar';
import { WordWrites } from './word-writes';

/**
 * The weight update, one weight after the other: right for every image of docs/spec.md §2.1–2.4.
 * Implements: §2.6 step 5, §2.7.
 */
export class GeneralUpdate {
  static update(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const changedCount = GeneralUpdate.isPlain(chip, layer)
      ? GeneralUpdate.updatePlain(chip, layer, overflow)
      : GeneralUpdate.updateAny(chip, layer, overflow);
    // g·x is 0 only where g is: events have a value other than 0.
    const nonZeroCount = (layer.eventCount as i64) * layer.nonZeroRateCount;
    store<i64>(layer.nonZeroUpdatesAt, load<i64>(layer.nonZeroUpdatesAt) + nonZeroCount);
    store<i64>(layer.changedUpdatesAt, load<i64>(layer.changedUpdatesAt) + changedCount);
  }

  /** Stochastic, with bits to drop: what wide weights usually do. */
  private static isPlain(chip: Chip, layer: Layer): bool {
    return (
      changetype<TensorFormat>(chip.weightFormatAt).rounding == STOCHASTIC &&
      layer.laneStateBytes == 4 &&
      layer.weightBytes == 4 &&
      layer.weightDropBits > 0
    );
  }

  private static updatePlain(chip: Chip, layer: Layer, overflow: OverflowRecord): i64 {
    const format = changetype<TensorFormat>(chip.weightFormatAt);
    const lowest = format.lowest;
    const highest = format.highest;
    const isSigned = format.isSigned;
    const dropBits = layer.weightDropBits as i64;
    const dropMask: i64 = ((1 as i64) << dropBits) - 1;
    // One of the two is 0: the random word is raised to the top of the dropped bits, or loses its surplus ones.
    const raiseBits = max(dropBits - chip.generatorBits, 0);
    const surplusBits = max((chip.generatorBits as i64) - dropBits, 0);
    const mask = chip.generatorMask;
    const lanesAt = layer.laneStatesAt as usize;
    const lanesEnd = lanesAt + ((layer.laneCount as usize) << 2);
    const ratesAt = layer.ratesAt as usize;
    const ratesEnd = ratesAt + ((layer.neuronCount as usize) << 3);
    const isGated = layer.hasWriteGating;
    let changedCount: i64 = 0;
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      const value = load<i64>((layer.eventValuesAt + (event << 3)) as usize);
      let weightAt = (layer.weightsAt + axon * layer.rowPitchBytes) as usize;
      let laneAt = lanesAt;
      WordWrites.openRow(axon);
      for (let rateAt = ratesAt; rateAt < ratesEnd; rateAt += 8) {
        const word = Lanes.next(load<u32>(laneAt), mask);
        store<u32>(laneAt, word);
        laneAt += 4;
        if (laneAt == lanesEnd) laneAt = lanesAt;
        const negated = -(load<i64>(rateAt) * value);
        const addend = ((word as i64) >> surplusBits) << raiseBits;
        const change = (negated >> dropBits) + (((negated & dropMask) + addend) >> dropBits);
        const old = Scalar.loadWeight(weightAt, 4, isSigned);
        let next = old + change;
        if (next < lowest || next > highest) {
          next = Scalar.bringBack(next, next < lowest, format, overflow);
        }
        if (next != old) {
          changedCount += 1;
          store<i32>(weightAt, next as i32);
          if (isGated) WordWrites.mark(layer, ((rateAt - ratesAt) >> 3) as i32);
        }
        weightAt += 4;
      }
    }
    return changedCount;
  }

  private static updateAny(chip: Chip, layer: Layer, overflow: OverflowRecord): i64 {
    const format = changetype<TensorFormat>(chip.weightFormatAt);
    const weightBytes = layer.weightBytes;
    const isStochastic = format.rounding == STOCHASTIC;
    const dropBits = layer.weightDropBits;
    let changedCount: i64 = 0;
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      const value = load<i64>((layer.eventValuesAt + (event << 3)) as usize);
      let weightAt = (layer.weightsAt + axon * layer.rowPitchBytes) as usize;
      let lane: i32 = 0;
      WordWrites.openRow(axon);
      for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
        const word = isStochastic ? Lanes.draw(chip, layer, lane) : 0;
        lane += 1;
        if (lane == layer.laneCount) lane = 0;
        const product = load<i64>((layer.ratesAt + (neuron << 3)) as usize) * value;
        const old = Scalar.loadWeight(weightAt, weightBytes, format.isSigned);
        const next = Scalar.subtract(
          old,
          product,
          dropBits,
          word,
          chip.generatorBits,
          format,
          overflow,
        );
        if (next != old) {
          changedCount += 1;
          Scalar.storeWeight(weightAt, weightBytes, next);
          if (layer.hasWriteGating) WordWrites.mark(layer, neuron);
        }
        weightAt += weightBytes;
      }
    }
    return changedCount;
  }
}
