import {
  BCE,
  CE,
  DELAYED_AVERAGE,
  DELAYED_ERROR,
  DELAYED_ERROR_OF_LABEL,
  DELAYED_LAST_LOSS,
  DELAYED_LOSS,
  DELAYED_MEAN,
  DELAYED_RATE,
  NEAREST,
} from '../numbers';
import {
  Chip,
  DelayedErrors,
  Layer,
  layerAt,
  OverflowRecord,
  overflowOf,
  partAt,
  TensorFormat,
} from '../parameters';
import { Scalar } from '../scalar';
import { SignalProduct } from './signal-product';
import { Softmax } from '../forward/softmax';

/** The memory of rule `defp`. Implements: docs/spec.md §2.9 (delayed error), §2.13. `sample`: place among the staged ones. */
export class DelayedErrorMemory {
  /** d of this visit; 1 on the first. */
  static read(chip: Chip, sample: i32): i64 {
    const kept = changetype<DelayedErrors>(chip.delayedErrorsAt);
    const word = DelayedErrorMemory.wordOf(chip, kept, sample);
    if (load<u8>((kept.validAt as usize) + word) == 0) return kept.oneRaw;
    return (load<i32>((kept.valuesAt as usize) + (word << 2)) as i64) >> kept.averageShift;
  }

  /** η of a layer by d of this visit: at most as stated and at least 0. Implements: docs/spec.md §2.9 (movingRate). */
  static scaleRate(chip: Chip, layer: Layer, sample: i32): void {
    if (chip.delayedErrorsAt == 0) return;
    const kept = changetype<DelayedErrors>(chip.delayedErrorsAt);
    if (kept.variant != DELAYED_RATE) return;
    const factor = DelayedErrorMemory.read(chip, sample);
    const bits = kept.errorShift + layerAt(chip, chip.layerCount - 1).outputFractionBits;
    const stated: i64 = layer.statedMantissa;
    const product =
      bits < 0 ? (stated * factor) << -bits : Scalar.roundDown(stated * factor, bits, NEAREST);
    const mantissa = min(stated, max(0, product)) as i32;
    layer.rateMantissa = mantissa;
    for (let index: i32 = 0; index < layer.partCount; index += 1) {
      partAt(layer, index).rateMantissa = mantissa;
    }
  }

  /** The full vector of this visit, for all hidden layers; the target on the first. */
  static takeVector(chip: Chip, sample: i32, label: i32): void {
    const kept = changetype<DelayedErrors>(chip.delayedErrorsAt);
    const word = DelayedErrorMemory.wordOf(chip, kept, sample);
    const isValid = load<u8>((kept.validAt as usize) + word) != 0;
    let valueAt = DelayedErrorMemory.vectorOf(kept, word);
    for (let index: i32 = 0; index < kept.valueCount; index += 1) {
      const first: i64 = index == label ? kept.oneRaw : 0;
      const value: i64 = isValid ? (load<i32>(valueAt) as i64) : first;
      store<i64>((chip.signalAt + (index << 3)) as usize, value);
      valueAt += 4;
    }
    SignalProduct.take(chip, chip.signalAt as usize, kept.valueCount);
  }

  /** Keeps the new d, or adds the error to those of the epoch. */
  static write(chip: Chip, sample: i32, label: i32): void {
    const kept = changetype<DelayedErrors>(chip.delayedErrorsAt);
    const output = layerAt(chip, chip.layerCount - 1);
    const ofLabel = load<i32>((output.outputsAt + (label << 2)) as usize) as i64;
    const one = (1 as i64) << output.outputFractionBits;
    if (kept.variant == DELAYED_MEAN) {
      kept.epochSum += one - ofLabel;
      kept.epochSampleCount += 1;
      return;
    }
    const format = changetype<TensorFormat>(chip.delayedErrorFormatAt);
    const overflow = overflowOf(output, DELAYED_ERROR);
    const word = DelayedErrorMemory.wordOf(chip, kept, sample);
    let valueAt = DelayedErrorMemory.vectorOf(kept, word);
    const isLoss = kept.variant == DELAYED_LOSS || kept.variant == DELAYED_LAST_LOSS;
    const isAverage = kept.variant == DELAYED_AVERAGE || kept.variant == DELAYED_RATE;
    if (isLoss && chip.loss == BCE) {
      store<i32>(valueAt, DelayedErrorMemory.reciprocal(ofLabel, kept, format, overflow) as i32);
    } else if (isLoss && chip.loss == CE) {
      const missing = Softmax.error(chip, label, label);
      store<i32>(valueAt, Scalar.convert(-missing, kept.errorShift, format, overflow) as i32);
    } else if (isAverage) {
      const value = Scalar.convert(one - ofLabel, kept.errorShift, format, overflow);
      store<i32>(valueAt, DelayedErrorMemory.averaged(kept, word, value) as i32);
    } else if (isLoss || kept.variant == DELAYED_ERROR_OF_LABEL) {
      const value = Scalar.convert(one - ofLabel, kept.errorShift, format, overflow);
      store<i32>(valueAt, value as i32);
    } else {
      for (let index: i32 = 0; index < kept.valueCount; index += 1) {
        const target: i64 = index == label ? one : 0;
        const error = target - load<i32>((output.outputsAt + (index << 2)) as usize);
        store<i32>(valueAt, Scalar.convert(error, kept.errorShift, format, overflow) as i32);
        valueAt += 4;
      }
    }
    store<u8>((kept.validAt as usize) + word, 1);
  }

  /** d = Σ(1 − y_c) / samples, one rounding (half away from zero). An epoch without samples leaves d as it is. */
  static endEpoch(chip: Chip): void {
    const kept = changetype<DelayedErrors>(chip.delayedErrorsAt);
    const sampleCount = kept.epochSampleCount;
    if (kept.variant != DELAYED_MEAN || sampleCount == 0) return;
    const output: Layer = layerAt(chip, chip.layerCount - 1);
    const magnitude: i64 = kept.epochSum < 0 ? -kept.epochSum : kept.epochSum;
    const shift = kept.errorShift;
    let mean: i64;
    if (shift >= 0) {
      const aligned = magnitude << shift;
      const remainder = aligned % sampleCount;
      mean = aligned / sampleCount + (remainder >= sampleCount - remainder ? 1 : 0);
    } else {
      // The fraction lost by the division is below the lowest bit, so it decides nothing about the half.
      const half = (1 as i64) << (-shift - 1);
      mean = (magnitude / sampleCount + half) >> -shift;
    }
    const value = kept.epochSum < 0 ? -mean : mean;
    const format = changetype<TensorFormat>(chip.delayedErrorFormatAt);
    const confined = Scalar.confine(value, format, overflowOf(output, DELAYED_ERROR));
    store<i32>(kept.valuesAt as usize, confined as i32);
    store<u8>(kept.validAt as usize, 1);
    kept.epochSum = 0;
    kept.epochSampleCount = 0;
  }

  /** S with a new error in place of its share of S. */
  private static averaged(kept: DelayedErrors, word: usize, value: i64): i64 {
    const isValid = load<u8>((kept.validAt as usize) + word) != 0;
    const sum: i64 = isValid
      ? (load<i32>((kept.valuesAt as usize) + (word << 2)) as i64)
      : (kept.oneRaw as i64) << kept.averageShift;
    return sum - (sum >> kept.averageShift) + value;
  }

  /** 1/y_c → delayedError; the largest value of the format where y_c ≤ 0. */
  private static reciprocal(
    ofLabel: i64,
    kept: DelayedErrors,
    format: TensorFormat,
    overflow: OverflowRecord,
  ): i64 {
    if (ofLabel <= 0) return format.highest;
    // A fraction of one vanishes: ⌊y_c/2⌋ leaves room for it below y_c.
    const one: i64 = kept.reciprocalBits < 0 ? 0 : (1 as i64) << kept.reciprocalBits;
    return Scalar.confine((one + (ofLabel >> 1)) / ofLabel, format, overflow);
  }

  /** Place of the sample's valid bit and values; a mean has one for all. */
  @inline
  private static wordOf(chip: Chip, kept: DelayedErrors, sample: i32): usize {
    if (kept.variant == DELAYED_MEAN) return 0;
    return load<u32>((chip.sampleIndicesAt + (sample << 2)) as usize) as usize;
  }

  @inline
  private static vectorOf(kept: DelayedErrors, word: usize): usize {
    return (kept.valuesAt as usize) + ((word * (kept.valueCount as usize)) << 2);
  }
}
