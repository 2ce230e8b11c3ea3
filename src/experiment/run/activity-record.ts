import type { LayerTraffic, PartActivity, RunActivity } from '../../chip/image/activity.js';
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

function partBetween(earlier: PartActivity, later: PartActivity): PartActivity {
  return {
    deliveredEventCount: later.deliveredEventCount - earlier.deliveredEventCount,
    deliveredVisitCount: later.deliveredVisitCount - earlier.deliveredVisitCount,
    nonZeroEventCount: later.nonZeroEventCount - earlier.nonZeroEventCount,
    sharedEventCount: later.sharedEventCount - earlier.sharedEventCount,
    uncoveredCycleCount: (later.uncoveredCycleCount ?? 0) - (earlier.uncoveredCycleCount ?? 0),
    writtenWordCount: later.writtenWordCount - earlier.writtenWordCount,
  };
}

/** Routes of one image, so both readings have them or neither has. */
function trafficBetween(
  earlier: LayerTraffic | null,
  later: LayerTraffic | null,
): LayerTraffic | null {
  if (earlier === null || later === null) return null;
  return {
    slowestEventCount: later.slowestEventCount - earlier.slowestEventCount,
    slowestVisitCount: later.slowestVisitCount - earlier.slowestVisitCount,
    routeEventCounts: later.routeEventCounts.map(
      (count, route) => count - elementAt(earlier.routeEventCounts, route, 'routes'),
    ),
  };
}

/** What was measured between two readings. */
export function activityBetween(earlier: RunActivity, later: RunActivity): RunActivity {
  return {
    run: later.run,
    sampleCount: later.sampleCount - earlier.sampleCount,
    stepCount: later.stepCount - earlier.stepCount,
    flushCount: later.flushCount - earlier.flushCount,
    layers: later.layers.map((layer, index) => {
      const before = elementAt(earlier.layers, index, 'layers');
      const parts = layer.parts?.map((part, place) =>
        partBetween(elementAt(before.parts ?? [], place, 'parts'), part),
      );
      return {
        layer: layer.layer,
        ...partBetween(before, layer),
        parts: parts ?? null,
        traffic: trafficBetween(before.traffic, layer.traffic),
      };
    }),
  };
}
