import { Lanes } from './lanes';
import { Chip, Layer, OverflowRecord, STOCHASTIC, TensorFormat } from './parameters';
import { Scalar } from './scalar';
import { WordWrites } from './word-writes';

/**
 * Forward sums and weight update, one weight after the other: right for every image of docs/spec.md §2.1–2.4.
 * Implements: §2.6 steps 1 and 5, §2.7.
 */
export class GeneralPath {
  @inline
  private static loadWeight(weightAt: usize, weightBytes: i32, isSigned: i32): i64 {
    if (weightBytes == 1) return load<i8>(weightAt) as i64;
    return isSigned ? (load<i32>(weightAt) as i64) : (load<u32>(weightAt) as i64);
  }

  static forward(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const accumulator = changetype<TensorFormat>(chip.accumulatorFormatAt);
    const weightBytes = layer.weightBytes;
    const isSigned = changetype<TensorFormat>(chip.weightFormatAt).isSigned;
    const isBiasSigned = changetype<TensorFormat>(chip.biasFormatAt).isSigned;
    const neuronCount = layer.neuronCount;
    const sumsAt = layer.sumsAt as usize;
    for (let neuron: i32 = 0; neuron < neuronCount; neuron += 1) {
      const biasAt = (layer.biasesAt + (neuron << 2)) as usize;
      const bias: i64 = isBiasSigned ? (load<i32>(biasAt) as i64) : (load<u32>(biasAt) as i64);
      store<i64>(
        sumsAt + ((neuron as usize) << 3),
        Scalar.accumulate(0, bias, layer.biasShift, accumulator, overflow),
      );
    }
    const shift = layer.productShift;
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      const value = load<i64>((layer.eventValuesAt + (event << 3)) as usize);
      let weightAt = (layer.weightsAt + axon * layer.rowPitchBytes) as usize;
      for (let neuron: i32 = 0; neuron < neuronCount; neuron += 1) {
        const product = GeneralPath.loadWeight(weightAt, weightBytes, isSigned) * value;
        const sumAt = sumsAt + ((neuron as usize) << 3);
        store<i64>(
          sumAt,
          Scalar.accumulate(load<i64>(sumAt), product, shift, accumulator, overflow),
        );
        weightAt += weightBytes;
      }
    }
  }

  static update(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const format = changetype<TensorFormat>(chip.weightFormatAt);
    const weightBytes = layer.weightBytes;
    const isStochastic = format.rounding == STOCHASTIC;
    const dropBits = layer.weightDropBits;
    let nonZeroCount: i64 = 0;
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
        const old = GeneralPath.loadWeight(weightAt, weightBytes, format.isSigned);
        const next = Scalar.subtract(
          old,
          product,
          dropBits,
          word,
          chip.generatorBits,
          format,
          overflow,
        );
        nonZeroCount += product != 0 ? 1 : 0;
        if (next != old) {
          changedCount += 1;
          if (weightBytes == 1) store<i8>(weightAt, next as i8);
          else store<i32>(weightAt, next as i32);
          if (layer.hasWriteGating) WordWrites.mark(layer, neuron);
        }
        weightAt += weightBytes;
      }
    }
    store<i64>(layer.nonZeroUpdatesAt, load<i64>(layer.nonZeroUpdatesAt) + nonZeroCount);
    store<i64>(layer.changedUpdatesAt, load<i64>(layer.changedUpdatesAt) + changedCount);
  }
}
