import { CE, TRAINING } from '../numbers';
import { activityOf, Chip, Layer, layerAt, partAt } from '../parameters';
import { SharedEvents } from '../forward/shared-events';
import { Softmax } from '../forward/softmax';
import { ErrorSignals } from './error-signals';

/** Training samples that are not learned from. Implements: docs/spec.md §2.15. */
export class SkipGate {
  /** Whether |e| of the sample whose outputs are there is below the threshold at every output. */
  static skips(chip: Chip, label: i32): bool {
    const threshold: i64 = chip.skipThreshold;
    if (threshold == 0) return false;
    const output = layerAt(chip, chip.layerCount - 1);
    for (let neuron: i32 = 0; neuron < output.neuronCount; neuron += 1) {
      const error =
        chip.loss == CE
          ? Softmax.error(chip, neuron, label)
          : ErrorSignals.error(output, neuron, label);
      if (error >= threshold || -error >= threshold) return false;
    }
    return true;
  }

  /** The sample in flight is not learned from: its events are counted apart, and none of its rows waits for an update. */
  static skip(chip: Chip): void {
    for (let index: i32 = 0; index < chip.layerCount; index += 1) {
      const layer = layerAt(chip, index);
      SkipGate.count(layer);
      activityOf(layer, TRAINING).skippedSlowestVisits += layer.slowestVisits;
      if (layer.partCount > 1) {
        for (let part: i32 = 0; part < layer.partCount; part += 1) {
          SkipGate.count(partAt(layer, part));
        }
      }
      SharedEvents.flush(layer);
    }
  }

  private static count(layer: Layer): void {
    const activity = activityOf(layer, TRAINING);
    activity.skippedEvents += layer.deliveredEvents;
    activity.skippedVisits += layer.deliveredVisits;
    activity.skippedNonZeroEvents += layer.eventCount;
    activity.skippedNonZeroVisits += layer.nonZeroVisits;
  }
}
