import { Chip, Layer, OverflowRecord, partAt, TensorFormat } from '../parameters';
import { Parts } from '../parts';
import { Scalar } from '../scalar';

/**
 * Forward sums, one weight after the other: right for every image of docs/spec.md §2.1–2.4.
 * Implements: §2.6 step 1.
 */
export class GeneralForward {
  /** With a check after every addition. Axon parts sum from 0, the first from the biases, and merge (docs/spec.md §7). */
  static sumChecked(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    GeneralForward.startChecked(chip, layer, overflow);
    const sumsAt = layer.sumsAt as usize;
    GeneralForward.addChecked(chip, layer, partAt(layer, 0), sumsAt, overflow);
    const partSumsAt = layer.partSumsAt as usize;
    for (let index: i32 = 1; index < layer.axonPartCount; index += 1) {
      memory.fill(partSumsAt, 0, (layer.neuronCount as usize) << 3);
      GeneralForward.addChecked(chip, layer, partAt(layer, index), partSumsAt, overflow);
      Parts.mergeSums(chip, layer, overflow);
    }
  }

  /** z = bias → accumulator. */
  static startChecked(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const accumulator = changetype<TensorFormat>(chip.accumulatorFormatAt);
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const bias = Scalar.loadBias(chip, layer, neuron);
      store<i64>(
        (layer.sumsAt + (neuron << 3)) as usize,
        Scalar.accumulate(0, bias, layer.biasShift, accumulator, overflow),
      );
    }
  }

  /** Adds the events of one axon part, for all neurons of the layer. */
  private static addChecked(
    chip: Chip,
    layer: Layer,
    part: Layer,
    sumsAt: usize,
    overflow: OverflowRecord,
  ): void {
    const accumulator = changetype<TensorFormat>(chip.accumulatorFormatAt);
    const weightBytes = layer.weightBytes;
    const isSigned = changetype<TensorFormat>(chip.weightFormatAt).isSigned;
    const neuronCount = layer.neuronCount;
    const shift = layer.productShift;
    for (let event: i32 = 0; event < part.eventCount; event += 1) {
      const axon = load<i32>((part.eventAxonsAt + (event << 2)) as usize);
      const value = load<i64>((part.eventValuesAt + (event << 3)) as usize);
      let weightAt = (layer.weightsAt + axon * layer.rowPitchBytes) as usize;
      for (let neuron: i32 = 0; neuron < neuronCount; neuron += 1) {
        const product = Scalar.loadWeight(weightAt, weightBytes, isSigned) * value;
        const sumAt = sumsAt + ((neuron as usize) << 3);
        store<i64>(
          sumAt,
          Scalar.accumulate(load<i64>(sumAt), product, shift, accumulator, overflow),
        );
        weightAt += weightBytes;
      }
    }
  }

  /** Without checks, for samples whose sums are proven to fit (sum-proof.ts). */
  static sumProven(chip: Chip, layer: Layer): void {
    const weightBytes = layer.weightBytes;
    const isSigned = changetype<TensorFormat>(chip.weightFormatAt).isSigned;
    const sumsAt = layer.sumsAt as usize;
    const sumsEnd = sumsAt + ((layer.neuronCount as usize) << 3);
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      store<i64>(sumsAt + ((neuron as usize) << 3), Scalar.alignedBias(chip, layer, neuron));
    }
    const shift = layer.productShift;
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      const value = load<i64>((layer.eventValuesAt + (event << 3)) as usize) << shift;
      let weightAt = (layer.weightsAt + axon * layer.rowPitchBytes) as usize;
      for (let sumAt = sumsAt; sumAt < sumsEnd; sumAt += 8) {
        const product = Scalar.loadWeight(weightAt, weightBytes, isSigned) * value;
        store<i64>(sumAt, load<i64>(sumAt) + product);
        weightAt += weightBytes;
      }
    }
  }
}
