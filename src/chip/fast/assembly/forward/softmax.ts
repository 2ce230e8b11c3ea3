import { NEAREST } from '../numbers';
import { Chip, Layer } from '../parameters';
import { Scalar } from '../scalar';

/** Fraction bits of u, its largest value, and the fraction bits of p. */
const DISTANCE_BITS: i32 = 8;
const LARGEST_DISTANCE: i64 = 4095;
const PROBABILITY_BITS: i32 = 16;

/** p = softmax(y) for loss `ce`. Implements: docs/spec.md §2.13. */
export class Softmax {
  /** p of every class, from the outputs of the sample in flight. */
  static make(chip: Chip, output: Layer): void {
    const classCount = output.neuronCount;
    let largest = load<i32>(output.outputsAt as usize);
    for (let index: i32 = 1; index < classCount; index += 1) {
      largest = max(largest, load<i32>((output.outputsAt + (index << 2)) as usize));
    }
    const dropBits = output.outputFractionBits - DISTANCE_BITS;
    let sum: i64 = 0;
    for (let index: i32 = 0; index < classCount; index += 1) {
      const offset = index << 2;
      const below = (largest as i64) - load<i32>((output.outputsAt + offset) as usize);
      const distance =
        dropBits >= 0 ? Scalar.roundDown(below, dropBits, NEAREST) : below << -dropBits;
      const entry = (min(distance, LARGEST_DISTANCE) as u32) << 2;
      const exponential = load<i32>((chip.softmaxTableAt + entry) as usize);
      store<i32>((chip.probabilitiesAt + offset) as usize, exponential);
      sum += exponential;
    }
    for (let index: i32 = 0; index < classCount; index += 1) {
      const placeAt = (chip.probabilitiesAt + (index << 2)) as usize;
      const scaled = (load<i32>(placeAt) as i64) << PROBABILITY_BITS;
      store<i32>(placeAt, ((scaled + (sum >> 1)) / sum) as i32);
    }
  }

  /** p − t of one class, exact at 16 fraction bits. */
  @inline
  static error(chip: Chip, index: i32, label: i32): i64 {
    const probability = load<i32>((chip.probabilitiesAt + (index << 2)) as usize) as i64;
    return probability - (index == label ? (1 as i64) << PROBABILITY_BITS : 0);
  }
}
