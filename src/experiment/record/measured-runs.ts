import type { ChipImage, LayerImage } from '../../chip/image/chip-image.js';
import type {
  LayerActivity,
  LayerTraffic,
  PartActivity,
  RunActivity,
  TrainedEvents,
} from '../../chip/image/activity.js';
import { eventRoutes } from '../../chip/image/event-routes.js';
import { learnsByEvents } from '../../chip/image/layer-geometry.js';
import { axonPartsOf, partLayer, partsOf } from '../../chip/image/layer-parts.js';
import { besideSteps } from '../../chip/image/visit-cycles.js';
import { elementAt } from '../../numerics/integer.js';
import type { MeasuredRunRecord } from './measured-run-schema.js';

type LayerRecord = MeasuredRunRecord['layers'][number];

/** X of a core's part as a layer of its own; null: it has none. */
function uncoveredOf(
  own: LayerImage,
  isOnline: boolean,
  { uncoveredCycleCount }: PartActivity,
): LayerRecord['uncoveredUpdate'] {
  if (!isOnline || uncoveredCycleCount === undefined) return null;
  return { cycles: uncoveredCycleCount, ...besideSteps(own) };
}

/** Whether updates of a run change the rows of a layer's events, which come in all of its cores alike. */
function isOnlineIn(image: ChipImage, layer: LayerImage, activity: RunActivity): boolean {
  const isLearning = activity.run === 'training' && activity.isMeasuring !== true;
  return isLearning && learnsByEvents(image, layer) && axonPartsOf(layer).length === 1;
}

function totalsOf(activity: PartActivity, own: LayerImage, isOnline: boolean) {
  return {
    uncoveredUpdate: uncoveredOf(own, isOnline, activity),
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

function partsRecord(
  layer: LayerImage,
  parts: LayerActivity['parts'],
  isOnline: boolean,
): LayerRecord['parts'] {
  if (parts === null || layer.parts === null) return null;
  return layer.parts.map((part, index) => ({
    core: part.core,
    firstColumn: part.firstColumn,
    columns: part.columnCount,
    firstInput: part.firstAxon,
    inputs: part.axonCount,
    ...totalsOf(elementAt(parts, index, 'activity of parts'), partLayer(layer, part), isOnline),
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
    const isOnline = isOnlineIn(image, layer, activity);
    const slowest = partLayer(layer, elementAt(partsOf(layer), 0, 'parts'));
    return {
      layer: measured.layer,
      ...totalsOf(measured, slowest, isOnline),
      parts: partsRecord(layer, measured.parts, isOnline),
      traffic: trafficRecord(image, layer, measured.traffic),
    };
  });
  const skips = skippedSamples === undefined ? {} : { skippedSamples };
  const { feedbackUpdates } = activity;
  const updates = feedbackUpdates === undefined ? {} : { feedbackUpdates };
  return { run, isMeasuring, samples, ...skips, flushes, ...updates, layers };
}
