import { activityOf, Chip, Layer, OverflowRecord, partAt, TensorFormat } from './parameters';
import { Scalar } from './scalar';
import { EventVisits, Visits } from './visits';

/** What the cores of one layer share out among them. Implements: docs/spec.md §7. */
export class Parts {
  /** Hands every part the events of its axons, and counts them for the `kind` of run. */
  static deliver(chip: Chip, layer: Layer, kind: i32): void {
    let first: i32 = 0;
    let mostVisits: i64 = 0;
    let mostEvents: i64 = 0;
    for (let index: i32 = 0; index < layer.partCount; index += 1) {
      const part = partAt(layer, index);
      if (part.firstAxon == 0) first = 0;
      const end = Parts.endOf(layer, first, part.firstAxon + part.axonCount);
      part.eventCount = end - first;
      part.largestEvent = layer.largestEvent;
      part.eventMagnitudeSum = layer.eventMagnitudeSum;
      part.eventAxonsAt = layer.eventAxonsAt + (first << 2);
      part.eventValuesAt = layer.eventValuesAt + (first << 3);
      if (layer.isConvolution) {
        part.eventListAt = layer.eventListAt + first * (offsetof<EventVisits>() as i32);
      }
      const activity = activityOf(part, kind);
      const deliveredCount = chip.isDense ? part.axonCount : part.eventCount;
      const nonZeroVisits = Parts.nonZeroVisitsOf(part);
      const visitCount = chip.isDense ? Parts.allVisitsOf(part) : nonZeroVisits;
      activity.nonZeroEvents += part.eventCount;
      activity.deliveredEvents += deliveredCount;
      activity.deliveredVisits += visitCount;
      part.deliveredEvents = deliveredCount;
      part.deliveredVisits = visitCount;
      part.nonZeroVisits = nonZeroVisits;
      activity.nonZeroVisits += nonZeroVisits;
      mostVisits = max(mostVisits, visitCount);
      mostEvents = max<i64>(mostEvents, deliveredCount);
      first = end;
    }
    const activity = activityOf(layer, kind);
    layer.slowestVisits = mostVisits;
    activity.slowestVisits += mostVisits;
    activity.slowestEvents += mostEvents;
  }

  /** Counts the delivered events of each route for the `kind` of run. */
  static countRoutes(chip: Chip, layer: Layer, kind: i32): void {
    let countAt = (layer.routeEventsAt + ((kind * layer.routeCount) << 3)) as usize;
    let first: i32 = 0;
    let firstInput: i32 = 0;
    for (let route: i32 = 0; route < layer.routeCount; route += 1) {
      const endInput = load<i32>((layer.routeEndsAt + (route << 2)) as usize);
      const end = Parts.endOf(layer, first, endInput);
      const deliveredCount: i64 = chip.isDense ? endInput - firstInput : end - first;
      store<i64>(countAt, load<i64>(countAt) + deliveredCount);
      countAt += 8;
      first = end;
      firstInput = endInput;
    }
  }

  /** z ← confine(z + z_a) of every neuron. */
  static mergeSums(chip: Chip, layer: Layer, overflow: OverflowRecord): void {
    const accumulator = changetype<TensorFormat>(chip.accumulatorFormatAt);
    for (let neuron: i32 = 0; neuron < layer.neuronCount; neuron += 1) {
      const sumAt = (layer.sumsAt + (neuron << 3)) as usize;
      const ofPart = load<i64>((layer.partSumsAt + (neuron << 3)) as usize);
      store<i64>(sumAt, Scalar.addSums(load<i64>(sumAt), ofPart, accumulator, overflow));
    }
  }

  /** How many g of the part's columns are not 0; the largest is the layer's. */
  static takeRates(layer: Layer, part: Layer): void {
    let count: i64 = 0;
    for (let neuron: i32 = 0; neuron < part.neuronCount; neuron += 1) {
      count += load<i64>((part.ratesAt + (neuron << 3)) as usize) != 0 ? 1 : 0;
    }
    part.nonZeroRateCount = count;
    part.largestRate = layer.largestRate;
  }

  /** The first event from `first` on whose axon is not below `endAxon`. */
  private static endOf(layer: Layer, first: i32, endAxon: i32): i32 {
    let event = first;
    while (
      event < layer.eventCount &&
      load<i32>((layer.eventAxonsAt + (event << 2)) as usize) < endAxon
    ) {
      event += 1;
    }
    return event;
  }

  /** Visits where every input is an event. */
  private static allVisitsOf(part: Layer): i64 {
    return part.isConvolution ? (part.inputVisits as i64) : (part.axonCount as i64);
  }

  /** Visits of its events, none of which has the value 0. */
  private static nonZeroVisitsOf(part: Layer): i64 {
    if (!part.isConvolution) return part.eventCount;
    let count: i64 = 0;
    for (let event: i32 = 0; event < part.eventCount; event += 1) {
      const visits = Visits.of(part, event);
      count += visits.height * visits.width;
    }
    return count;
  }
}
