import { TRAINING } from '../numbers';
import { activityOf, Chip, Layer, partAt } from '../parameters';
import { BesideRows } from './beside-rows';

/**
 * Events that the training sample before had at the same axon: rows that both visit. Implements: docs/spec.md §5.1 (S).
 * Each axon keeps the number of the last sample that had an event there; a flush leaves a number out. All of them, and the
 * number of the sample in flight after them, are part of a checkpoint.
 */
export class SharedEvents {
  /** Counts those of the training sample whose events were extracted, in the layer and in its parts. */
  static take(chip: Chip, layer: Layer): void {
    const before = load<i32>(SharedEvents.numberAt(layer));
    activityOf(layer, TRAINING).sharedEvents += SharedEvents.of(chip, layer, before);
    if (layer.partCount > 1) {
      for (let index: i32 = 0; index < layer.partCount; index += 1) {
        const part = partAt(layer, index);
        activityOf(part, TRAINING).sharedEvents += SharedEvents.of(chip, part, before);
      }
    }
    BesideRows.take(chip, layer, before);
    store<i32>(SharedEvents.numberAt(layer), before + 1);
    SharedEvents.mark(chip, layer, before + 1);
    BesideRows.mark(chip, layer);
  }

  /** What waits of the sample before is done at once. */
  static finish(layer: Layer): void {
    BesideRows.finish(layer);
    SharedEvents.flush(layer);
  }

  /** What comes next shares nothing with what was. */
  static flush(layer: Layer): void {
    const numberAt = SharedEvents.numberAt(layer);
    store<i32>(numberAt, load<i32>(numberAt) + 1);
    BesideRows.forget(layer);
  }

  private static numberAt(layer: Layer): usize {
    return (layer.lastSamplesAt as usize) + ((layer.inputCount as usize) << 2);
  }

  private static of(chip: Chip, layer: Layer, sampleBefore: i32): i64 {
    const lastAt = layer.lastSamplesAt as usize;
    let count: i64 = 0;
    if (chip.isDense) {
      const axonEnd = layer.firstAxon + layer.axonCount;
      for (let axon = layer.firstAxon; axon < axonEnd; axon += 1) {
        count += load<i32>(lastAt + ((axon as usize) << 2)) == sampleBefore ? 1 : 0;
      }
      return count;
    }
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      count += load<i32>(lastAt + ((axon as usize) << 2)) == sampleBefore ? 1 : 0;
    }
    return count;
  }

  private static mark(chip: Chip, layer: Layer, number: i32): void {
    const lastAt = layer.lastSamplesAt as usize;
    if (chip.isDense) {
      for (let axon: i32 = 0; axon < layer.inputCount; axon += 1) {
        store<i32>(lastAt + ((axon as usize) << 2), number);
      }
      return;
    }
    for (let event: i32 = 0; event < layer.eventCount; event += 1) {
      const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      store<i32>(lastAt + ((axon as usize) << 2), number);
    }
  }
}
