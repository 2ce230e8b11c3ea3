import type { ChipImage, LayerImage } from '../../chip/image/chip-image.js';
import type { LayerTraffic, PartActivity } from '../../chip/image/activity.js';
import { eventRoutes } from '../../chip/image/event-routes.js';
import type { MeasuredCut } from './measured-cut.js';

/** Totals of a layer but for words written, which depend on how it is cut. */
type EventTotals = Omit<PartActivity, 'writtenWordCount' | 'skipped'>;

/** Integers that sum to `total`, as near to the shares as rounding allows. */
function spread(total: number, shares: readonly number[]): readonly number[] {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let passed = 0;
  let given = 0;
  return shares.map((share) => {
    passed += share;
    const next = Math.round((total * passed) / whole);
    const part = next - given;
    given = next;
    return part;
  });
}

/** A core's share of the events of its layer. */
export interface PartShare extends EventTotals {
  /** Visits of the events of a value other than 0. */
  readonly nonZeroVisitCount: number;
  /** Fraction of the words met that its updates change; null: that of the layer. */
  readonly changedWords: number | null;
}

/** How the events of a layer spread over cores. */
interface Spread {
  /** Null: the layer is on one core. */
  readonly parts: readonly PartShare[] | null;
  readonly traffic: LayerTraffic | null;
}

/** Totals of a layer, and of the visits of its events of a value other than 0. */
type LayerTotals = EventTotals & Pick<PartShare, 'nonZeroVisitCount'>;

/** Cores of one axon part see the same events. */
function evenParts(layer: LayerImage, totals: LayerTotals): readonly PartShare[] | null {
  const { parts } = layer;
  if (parts === null) return null;
  const widths = parts
    .filter(({ neuronPart }) => neuronPart === 0)
    .map(({ axonCount }) => axonCount);
  const delivered = spread(totals.deliveredEventCount, widths);
  const visits = spread(totals.deliveredVisitCount, widths);
  const nonZero = spread(totals.nonZeroEventCount, widths);
  const nonZeroVisits = spread(totals.nonZeroVisitCount, widths);
  const shared = spread(totals.sharedEventCount, widths);
  return parts.map(({ axonPart }) => ({
    deliveredEventCount: delivered[axonPart] ?? 0,
    deliveredVisitCount: visits[axonPart] ?? 0,
    nonZeroEventCount: nonZero[axonPart] ?? 0,
    sharedEventCount: shared[axonPart] ?? 0,
    nonZeroVisitCount: nonZeroVisits[axonPart] ?? 0,
    changedWords: null,
  }));
}

/**
 * The spread of the events over the cores of a layer, if every input is as active as any other. The slowest axon part is
 * the one with the most events on average; means do not show that in a single sample another may have more.
 */
export function evenSpread(image: ChipImage, layer: LayerImage, totals: LayerTotals): Spread {
  const routes = eventRoutes(image, layer);
  const parts = evenParts(layer, totals);
  if (routes.length < 2) return { parts, traffic: null };
  const most = (key: 'deliveredEventCount' | 'deliveredVisitCount'): number =>
    (parts ?? [totals]).reduce((largest, part) => Math.max(largest, part[key]), 0);
  const traffic = {
    slowestEventCount: most('deliveredEventCount'),
    slowestVisitCount: most('deliveredVisitCount'),
    routeEventCounts: spread(
      totals.deliveredEventCount,
      routes.map(({ inputs }) => inputs.count),
    ),
  };
  return { parts, traffic };
}

/** Spread of a run whose layers were cut alike, scaled to totals over `sampleCount` samples, `learnedCount` of them learned from. */
export function measuredSpread(
  { parts, traffic }: MeasuredCut,
  sampleCount: number,
  learnedCount: number,
): Spread {
  const total = (perSample: number): number => Math.round(perSample * sampleCount);
  const shares = parts?.map((part): PartShare => {
    const { eventsPerSample, visitsPerSample, nonZeroEventsPerSample, changedWords } = part;
    // Visits are measured of delivered events: those of value 0 have their share.
    const nonZero = eventsPerSample === 0 ? 0 : nonZeroEventsPerSample / eventsPerSample;
    return {
      deliveredEventCount: total(eventsPerSample),
      deliveredVisitCount: total(visitsPerSample),
      nonZeroEventCount: total(nonZeroEventsPerSample),
      sharedEventCount: Math.round(part.sharedEventsPerSample * learnedCount),
      nonZeroVisitCount: visitsPerSample * sampleCount * nonZero,
      changedWords,
    };
  });
  return {
    parts: shares ?? null,
    traffic:
      traffic === null
        ? null
        : {
            slowestEventCount: total(traffic.slowestEventsPerSample),
            slowestVisitCount: total(traffic.slowestVisitsPerSample),
            routeEventCounts: traffic.routes.map((route) => total(route.eventsPerSample)),
          },
  };
}
