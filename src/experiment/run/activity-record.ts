import type { LayerTraffic, PartActivity, RunActivity } from '../../chip/image/activity.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { elementAt } from '../../numerics/integer.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import type { ResultRecord } from '../record/result-record.js';

/**
 * Activity of the samples of a run, all its phases together (docs/spec.md §2.17); undefined where the run had none.
 * The measuring pass is work of the run `training`, but its samples are not learned from.
 */
export function activityOf(
  activities: readonly RunActivity[],
  run: RunKind,
): RunActivity | undefined {
  const [first, ...others] = activities.filter(
    (activity) => activity.run === run && activity.isMeasuring !== true,
  );
  if (first === undefined || others.length === 0) return first;
  return others.reduce((sum, other) => combined(sum, other, 1), first);
}

/** Each run once, its phases together, in the order in which they begin. */
export function wholeRuns(activities: readonly RunActivity[]): readonly RunActivity[] {
  const isPhase = ({ run, isMeasuring }: RunActivity): boolean =>
    run === 'training' && isMeasuring !== true;
  const first = activities.findIndex(isPhase);
  return activities.flatMap((activity, index) => {
    if (!isPhase(activity)) return [activity];
    if (index > first) return [];
    const whole = activityOf(activities, 'training');
    return whole === undefined ? [] : [whole];
  });
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

/** What was measured of one core up to the later reading and, by sign, less or beside the earlier one. */
function combinedPart(earlier: PartActivity, later: PartActivity, sign: 1 | -1): PartActivity {
  return {
    deliveredEventCount: later.deliveredEventCount + sign * earlier.deliveredEventCount,
    deliveredVisitCount: later.deliveredVisitCount + sign * earlier.deliveredVisitCount,
    nonZeroEventCount: later.nonZeroEventCount + sign * earlier.nonZeroEventCount,
    nonZeroVisitCount: (later.nonZeroVisitCount ?? 0) + sign * (earlier.nonZeroVisitCount ?? 0),
    sharedEventCount: later.sharedEventCount + sign * earlier.sharedEventCount,
    uncoveredCycleCount:
      (later.uncoveredCycleCount ?? 0) + sign * (earlier.uncoveredCycleCount ?? 0),
    writtenWordCount: later.writtenWordCount + sign * earlier.writtenWordCount,
  };
}

/** Routes of one image, so both readings have them or neither has. */
function combinedTraffic(
  earlier: LayerTraffic | null,
  later: LayerTraffic | null,
  sign: 1 | -1,
): LayerTraffic | null {
  if (earlier === null || later === null) return null;
  return {
    slowestEventCount: later.slowestEventCount + sign * earlier.slowestEventCount,
    slowestVisitCount: later.slowestVisitCount + sign * earlier.slowestVisitCount,
    routeEventCounts: later.routeEventCounts.map(
      (count, route) => count + sign * elementAt(earlier.routeEventCounts, route, 'routes'),
    ),
  };
}

function combined(earlier: RunActivity, later: RunActivity, sign: 1 | -1): RunActivity {
  return {
    run: later.run,
    sampleCount: later.sampleCount + sign * earlier.sampleCount,
    stepCount: later.stepCount + sign * earlier.stepCount,
    flushCount: later.flushCount + sign * earlier.flushCount,
    layers: later.layers.map((layer, index) => {
      const before = elementAt(earlier.layers, index, 'layers');
      const parts = layer.parts?.map((part, place) =>
        combinedPart(elementAt(before.parts ?? [], place, 'parts'), part, sign),
      );
      return {
        layer: layer.layer,
        ...combinedPart(before, layer, sign),
        parts: parts ?? null,
        traffic: combinedTraffic(before.traffic, layer.traffic, sign),
      };
    }),
  };
}

/** What was measured between two readings, of a training that skips no samples. */
export function activityBetween(earlier: RunActivity, later: RunActivity): RunActivity {
  return combined(earlier, later, -1);
}
