import type { ChipImage, LayerImage } from '../../chip/chip-image.js';
import type { LayerTraffic, PartActivity } from '../../chip/closed-form-counts.js';
import { eventRoutes } from '../../chip/event-routes.js';

/** Totals of a layer but for words written, which depend on how it is cut. */
export type EventTotals = Omit<PartActivity, 'writtenWordCount'>;

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

/**
 * What each core of a layer has of its events, if every input is as active as any other; null where the layer is on one
 * core. Cores of one axon part see the same events.
 */
export function partTotals(layer: LayerImage, totals: EventTotals): readonly EventTotals[] | null {
  const { parts } = layer;
  if (parts === null) return null;
  const widths = parts
    .filter(({ neuronPart }) => neuronPart === 0)
    .map(({ axonCount }) => axonCount);
  const delivered = spread(totals.deliveredEventCount, widths);
  const visits = spread(totals.deliveredVisitCount, widths);
  const nonZero = spread(totals.nonZeroEventCount, widths);
  return parts.map(({ axonPart }) => ({
    deliveredEventCount: delivered[axonPart] ?? 0,
    deliveredVisitCount: visits[axonPart] ?? 0,
    nonZeroEventCount: nonZero[axonPart] ?? 0,
  }));
}

/**
 * How the events of a layer travel, if every input is as active as any other. The slowest axon part is that of the most
 * events on average: that in a single sample another may have more is not in a mean.
 */
export function trafficOf(
  image: ChipImage,
  layer: LayerImage,
  totals: EventTotals,
  parts: readonly EventTotals[] | null,
): LayerTraffic | null {
  const routes = eventRoutes(image, layer);
  if (routes.length < 2) return null;
  const most = (key: 'deliveredEventCount' | 'deliveredVisitCount'): number =>
    (parts ?? [totals]).reduce((largest, part) => Math.max(largest, part[key]), 0);
  return {
    slowestEventCount: most('deliveredEventCount'),
    slowestVisitCount: most('deliveredVisitCount'),
    routeEventCounts: spread(
      totals.deliveredEventCount,
      routes.map(({ inputs }) => inputs.count),
    ),
  };
}
