import type { RunActivity } from '../../chip/image/activity.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { elementAt } from '../../numerics/integer.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import type { ResultRecord } from '../record/result-record.js';

/**
 * Activity of the samples of a run; undefined where the run had none.
 * The measuring pass is work of the run `training`, but its samples are not learned from.
 */
export function activityOf(
  activities: readonly RunActivity[],
  run: RunKind,
): RunActivity | undefined {
  return activities.find((activity) => activity.run === run && activity.isMeasuring !== true);
}

/** Samples of a run; 0 where it had none. */
export function samplesOf(activities: readonly RunActivity[], run: RunKind): number {
  return activityOf(activities, run)?.sampleCount ?? 0;
}

/** Every layer's place on the chip, and the events that reach it per sample. */
export function activityRecord(
  { allocations }: PreparedExperiment,
  activities: readonly RunActivity[],
): ResultRecord['activity'] {
  const eventsPerSample = (run: RunKind, index: number): number =>
    (activityOf(activities, run)?.layers[index]?.deliveredEventCount ?? 0) /
    samplesOf(activities, run);
  return allocations.map(({ layer, inputCount, neuronCount, parts }, index) => ({
    layer,
    inputCount,
    neuronCount,
    core: elementAt(parts, 0, 'parts').core,
    neuronParts: parts.filter(({ axonPart }) => axonPart === 0).length,
    axonParts: parts.filter(({ neuronPart }) => neuronPart === 0).length,
    eventsInPerTrainingSample: eventsPerSample('training', index),
    eventsInPerInferenceSample: eventsPerSample('inference', index),
  }));
}
