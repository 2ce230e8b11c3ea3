import { Chip, Layer, OverflowRecord, partAt, TensorFormat } from '../parameters';
import { Parts } from '../parts';
import { FieldTiles } from './field-tiles';
import { Scalar } from '../scalar';
import { Visits } from '../visits';

/** Sums of a CONV layer, event by event. Implements: docs/spec.md §2.10 (forward), §2.6 step 1. */
export class ConvolutionForward {
  /**
   * With a check after every addition: right for every image. Axon parts sum from 0, the first from the biases, and merge
   * (docs/spec.md §7).
   */
  static sumChecked(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const accumulator = changetype<TensorFormat>(chip.accumulatorFormatAt);
    const columnCount = layer.columnCount;
    let startAt = layer.sumsAt as usize;
    for (let position: i32 = 0; position < layer.positionCount; position += 1) {
      for (let column: i32 = 0; column < columnCount; column += 1) {
        const bias = Scalar.loadBias(chip, layer, column);
        store<i64>(startAt, Scalar.accumulate(0, bias, layer.biasShift, accumulator, overflow));
        startAt += 8;
      }
    }
    ConvolutionForward.addChecked(chip, layer, partAt(layer, 0), layer.sumsAt, overflow);
    for (let index: i32 = 1; index < layer.axonPartCount; index += 1) {
      memory.fill(layer.partSumsAt as usize, 0, (layer.neuronCount as usize) << 3);
      ConvolutionForward.addChecked(chip, layer, partAt(layer, index), layer.partSumsAt, overflow);
      Parts.mergeSums(chip, layer, overflow);
    }
  }

  /** Adds the events of one axon part, for all channels of the layer. */
  private static addChecked(
    chip: Chip,
    layer: Layer,
    part: Layer,
    sumsAt: u32,
    overflow: OverflowRecord,
  ): void {
    const accumulator = changetype<TensorFormat>(chip.accumulatorFormatAt);
    const isSigned = changetype<TensorFormat>(chip.weightFormatAt).isSigned;
    const weightBytes = layer.weightBytes;
    const columnCount = layer.columnCount;
    const shift = layer.productShift;
    const rowStep = layer.stride * layer.rowPitchBytes;
    for (let event: i32 = 0; event < part.eventCount; event += 1) {
      const visits = Visits.of(part, event);
      const value = load<i64>((part.eventValuesAt + (event << 3)) as usize);
      for (let y: i32 = 0; y < visits.height; y += 1) {
        let rowAt = Visits.rowAt(layer, visits, y, layer.weightsAt, layer.rowPitchBytes);
        let sumAt = Visits.positionAt(layer, visits, y, sumsAt, columnCount << 3);
        for (let x: i32 = 0; x < visits.width; x += 1) {
          let weightAt = rowAt;
          for (let column: i32 = 0; column < columnCount; column += 1) {
            const product = Scalar.loadWeight(weightAt, weightBytes, isSigned) * value;
            const sum = load<i64>(sumAt);
            store<i64>(sumAt, Scalar.accumulate(sum, product, shift, accumulator, overflow));
            weightAt += weightBytes;
            sumAt += 8;
          }
          rowAt -= rowStep;
        }
      }
    }
  }

  /** Without checks, for samples whose sums are proven to fit (sum-proof.ts). */
  static sumProven(chip: Chip, layer: Layer): void {
    const isSigned = changetype<TensorFormat>(chip.weightFormatAt).isSigned;
    const weightBytes = layer.weightBytes;
    const columnBytes = layer.columnCount << 3;
    ConvolutionForward.writeStarts(chip, layer);
    for (let position: i32 = 0; position < layer.positionCount; position += 1) {
      const sumAt = (layer.sumsAt + position * columnBytes) as usize;
      memory.copy(sumAt, layer.columnSumsAt as usize, columnBytes);
    }
    const rowStep = layer.stride * layer.rowPitchBytes;
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const visits = Visits.of(layer, event);
      const value = load<i64>((layer.eventValuesAt + (event << 3)) as usize) << layer.productShift;
      for (let y: i32 = 0; y < visits.height; y += 1) {
        let rowAt = Visits.rowAt(layer, visits, y, layer.weightsAt, layer.rowPitchBytes);
        let sumAt = Visits.positionAt(layer, visits, y, layer.sumsAt, columnBytes);
        for (let x: i32 = 0; x < visits.width; x += 1) {
          let weightAt = rowAt;
          const sumEnd = sumAt + columnBytes;
          for (; sumAt < sumEnd; sumAt += 8) {
            const product = Scalar.loadWeight(weightAt, weightBytes, isSigned) * value;
            store<i64>(sumAt, load<i64>(sumAt) + product);
            weightAt += weightBytes;
          }
          rowAt -= rowStep;
        }
      }
    }
  }

  /** On vectors, for samples whose sums are proven to fit 32 bits; `valuesAt`: what entered the layer. */
  static sumOnVectors(chip: Chip, layer: Layer, valuesAt: usize): void {
    FieldTiles.sum(layer, valuesAt);
    ConvolutionForward.addStarts(chip, layer, ((layer.columnCount + 15) & ~15) << 2);
  }

  /** z = bias → accumulator + Σ w·x, aligned. */
  private static addStarts(chip: Chip, layer: Layer, sumBytes: i32): void {
    ConvolutionForward.writeStarts(chip, layer);
    const shift = layer.productShift;
    const startsAt = layer.columnSumsAt as usize;
    const columnBytes = (layer.columnCount as usize) << 3;
    let rowAt = layer.vectorSumsAt as usize;
    let sumAt = layer.sumsAt as usize;
    for (let position: i32 = 0; position < layer.positionCount; position += 1) {
      let vectorAt = rowAt;
      for (let offset: usize = 0; offset < columnBytes; offset += 8) {
        const sum = load<i32>(vectorAt) as i64;
        store<i64>(sumAt, load<i64>(startsAt + offset) + (sum << shift));
        vectorAt += 4;
        sumAt += 8;
      }
      rowAt += sumBytes;
    }
  }

  /** The bias of every channel → accumulator, where it is proven to fit. */
  private static writeStarts(chip: Chip, layer: Layer): void {
    for (let column: i32 = 0; column < layer.columnCount; column += 1) {
      const start = Scalar.alignedBias(chip, layer, column);
      store<i64>((layer.columnSumsAt + (column << 3)) as usize, start);
    }
  }
}
