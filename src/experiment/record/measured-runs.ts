import type { ChipImage, LayerImage } from '../../chip/image/chip-image.js';
import type {
  LayerActivity,
  LayerTraffic,
  PartActivity,
  RunActivity,
  TrainedEvents,
} from '../../chip/image/activity.js';
import { eventRoutes } from '../../chip/image/event-routes.js';
import { elementAt } from '../../numerics/integer.js';
import type { MeasuredRunRecord } from './measured-run-schema.js';

type LayerRecord = MeasuredRunRecord['layers'][number];

function totalsOf(activity: PartActivity) {
  return {
    events: activity.deliveredEventCount,
    visits: activity.deliveredVisitCount,
    nonZeroEvents: activity.nonZeroEventCount,
    sharedEvents: activity.sharedEventCount,
    writtenWords: activity.writtenWordCount,
    ...(activity.skipped === undefined ? {} : { skipped: skippedOf(activity.skipped) }),
  };
}

function skippedOf(events: TrainedEvents) {
  return {
    events: events.deliveredEventCount,
    visits: events.deliveredVisitCount,
    nonZeroEvents: events.nonZeroEventCount,
  };
}

function partsRecord(layer: LayerImage, parts: LayerActivity['parts']): LayerRecord['parts'] {
  if (parts === null || layer.parts === null) return null;
  return layer.parts.map(({ core, firstColumn, columnCount, firstAxon, axonCount }, index) => ({
    core,
    firstColumn,
    columns: columnCount,
    firstInput: firstAxon,
    inputs: axonCount,
    ...totalsOf(elementAt(parts, index, 'activity of parts')),
  }));
}

function trafficRecord(
  image: ChipImage,
  layer: LayerImage,
  traffic: LayerTraffic | null,
): LayerRecord['traffic'] {
  if (traffic === null) return null;
  const { slowestEventCount, slowestVisitCount, routeEventCounts } = traffic;
  const { skippedSlowestVisitCount: skippedSlowestVisits } = traffic;
  return {
    slowestEvents: slowestEventCount,
    slowestVisits: slowestVisitCount,
    ...(skippedSlowestVisits === undefined ? {} : { skippedSlowestVisits }),
    routes: eventRoutes(image, layer).map(({ inputs }, index) => ({
      inputs: inputs.count,
      events: elementAt(routeEventCounts, index, 'routes'),
    })),
  };
}

/** What was measured of a run, with how it was cut into cores: the ledger follows from it. */
export function measuredRun(image: ChipImage, activity: RunActivity): MeasuredRunRecord {
  const { run, isMeasuring = false, sampleCount: samples, flushCount: flushes } = activity;
  const { skippedSampleCount: skippedSamples } = activity;
  const layers = activity.layers.map((measured): LayerRecord => {
    const layer = elementAt(image.layers, measured.layer - 1, 'layers');
    return {
      layer: measured.layer,
      ...totalsOf(measured),
      parts: partsRecord(layer, measured.parts),
      traffic: trafficRecord(image, layer, measured.traffic),
    };
  });
  const skips = skippedSamples === undefined ? {} : { skippedSamples };
  return { run, isMeasuring, samples, ...skips, flushes, layers };
}
