import { TRAINING } from '../numbers';
import { activityOf, Chip, Layer, partAt } from '../parameters';

/**
 * Rows of an update beside the forward pass of the next sample: cycles that they last longer, or keep its visits waiting, on cores
 * with schedule beside. Implements: docs/spec.md §5.1 (X).
 * After the numbers of `SharedEvents` each axon keeps the place of its event in the sample before, from 1 on; then comes the
 * count of those events, 0 after a flush.
 */
export class BesideRows {
  /** Adds what the training sample whose events were extracted meets, in the layer and in its parts. */
  static take(chip: Chip, layer: Layer, sampleBefore: i32): void {
    if (layer.axonPartCount > 1) return;
    const activity = activityOf(layer, TRAINING);
    activity.uncoveredCycles += BesideRows.uncovered(chip, layer, sampleBefore);
    if (layer.partCount == 1) return;
    for (let index: i32 = 0; index < layer.partCount; index += 1) {
      const part = partAt(layer, index);
      activityOf(part, TRAINING).uncoveredCycles += BesideRows.uncovered(chip, part, sampleBefore);
    }
  }

  /** Keeps the places of the events of the sample in flight. */
  static mark(chip: Chip, layer: Layer): void {
    const placesAt = BesideRows.placesAt(layer);
    if (chip.isDense) {
      for (let axon: i32 = 0; axon < layer.inputCount; axon += 1) {
        store<i32>(placesAt + ((axon as usize) << 2), axon + 1);
      }
    } else {
      for (let event: i32 = 0; event < layer.eventCount; event += 1) {
        const axon = load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
        store<i32>(placesAt + ((axon as usize) << 2), event + 1);
      }
    }
    BesideRows.setCount(layer, chip.isDense ? layer.inputCount : layer.eventCount);
  }

  /** No forward pass comes beside the rows that wait. */
  static finish(layer: Layer): void {
    if (layer.axonPartCount > 1) return;
    const count: i64 = load<i32>(BesideRows.countAt(layer));
    activityOf(layer, TRAINING).uncoveredCycles += count * layer.besideRowCycles;
    if (layer.partCount == 1) return;
    for (let index: i32 = 0; index < layer.partCount; index += 1) {
      const part = partAt(layer, index);
      activityOf(part, TRAINING).uncoveredCycles += count * part.besideRowCycles;
    }
  }

  /** Nothing waits. */
  static forget(layer: Layer): void {
    BesideRows.setCount(layer, 0);
  }

  @inline
  private static numbersAt(layer: Layer): usize {
    return layer.lastSamplesAt as usize;
  }

  @inline
  private static placesAt(layer: Layer): usize {
    return BesideRows.numbersAt(layer) + (((layer.inputCount + 1) as usize) << 2);
  }

  @inline
  private static countAt(layer: Layer): usize {
    return BesideRows.placesAt(layer) + ((layer.inputCount as usize) << 2);
  }

  private static setCount(layer: Layer, count: i32): void {
    store<i32>(BesideRows.countAt(layer), count);
  }

  /** `layer`: or one of its parts that has all of its axons. */
  private static uncovered(chip: Chip, layer: Layer, sampleBefore: i32): i64 {
    const rowCycles: i64 = layer.besideRowCycles;
    const eventCycles: i64 = layer.besideFetchCycles + layer.besideVisitCycles;
    const delivered: i32 = chip.isDense ? layer.inputCount : layer.eventCount;
    const waiting: i64 = load<i32>(BesideRows.countAt(layer));
    if (waiting == 0) return 0;
    let begin: i64 = layer.besideBiasCycles + layer.besideFetchCycles;
    let longest: i64 = 0;
    for (let event: i32 = 0; event < delivered; event += 1) {
      const axon = chip.isDense ? event : load<i32>((layer.eventAxonsAt + (event << 2)) as usize);
      const offset = (axon as usize) << 2;
      if (load<i32>(BesideRows.numbersAt(layer) + offset) == sampleBefore) {
        const place: i64 = load<i32>(BesideRows.placesAt(layer) + offset);
        const wait = place * rowCycles - begin;
        longest = wait > longest ? wait : longest;
      }
      begin += eventCycles;
    }
    const rest = waiting * rowCycles - (begin - (layer.besideFetchCycles as i64));
    return rest > longest ? rest : longest;
  }
}
