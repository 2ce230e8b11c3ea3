import { TRAINING } from '../numbers';
import { activityOf, Chip, Layer } from '../parameters';
import { Parts } from '../parts';
import { Visits } from '../visits';
import { SharedEvents } from './shared-events';

/**
 * Turns the values that enter a layer into events. Implements: docs/spec.md §1 (event condition, address order).
 * Events of value 0 (`dense`) are counted as delivered and not kept: they change no result.
 */
export class Events {
  /** `valuesAt`: one i32 per axon; counted for the `kind` of run. */
  static extract(chip: Chip, layer: Layer, valuesAt: usize, kind: i32): void {
    const inputCount = layer.inputCount;
    const threshold: i64 = layer.eventThreshold;
    const axonsAt = layer.eventAxonsAt as usize;
    const eventsAt = layer.eventValuesAt as usize;
    const isSigned = layer.isInputSigned;
    let count: i32 = 0;
    let magnitudeSum: i64 = 0;
    let largest: i64 = 0;
    for (let axon: i32 = 0; axon < inputCount; axon += 1) {
      const bits = load<i32>(valuesAt + ((axon as usize) << 2));
      const value: i64 = isSigned ? (bits as i64) : (bits as u32 as i64);
      const magnitude: i64 = value < 0 ? -value : value;
      const isEvent = magnitude > threshold;
      // Written always, kept only if the count moves on: no branch to mispredict.
      store<i32>(axonsAt + ((count as usize) << 2), axon);
      store<i64>(eventsAt + ((count as usize) << 3), value);
      count += isEvent ? 1 : 0;
      const kept: i64 = isEvent ? magnitude : 0;
      magnitudeSum += kept;
      largest = kept > largest ? kept : largest;
    }
    layer.eventCount = count;
    layer.eventMagnitudeSum = magnitudeSum;
    layer.largestEvent = largest as u32;
    const activity = activityOf(layer, kind);
    activity.nonZeroEvents += count;
    const deliveredCount = chip.isDense ? inputCount : count;
    let visitCount: i64 = deliveredCount;
    let nonZeroVisits: i64 = count;
    if (layer.isConvolution) {
      nonZeroVisits = Visits.list(layer);
      visitCount = chip.isDense ? (layer.inputVisits as i64) : nonZeroVisits;
    }
    layer.deliveredEvents = deliveredCount;
    layer.deliveredVisits = visitCount;
    layer.nonZeroVisits = nonZeroVisits;
    activity.nonZeroVisits += nonZeroVisits;
    activity.deliveredEvents += deliveredCount;
    activity.deliveredVisits += visitCount;
    if (layer.partCount > 1) Parts.deliver(chip, layer, kind);
    if (layer.routeCount > 1) Parts.countRoutes(chip, layer, kind);
    if (kind == TRAINING && layer.learns && !layer.learnsInSteps) SharedEvents.take(chip, layer);
  }
}
