import type { ChipImage, LayerImage } from '../../chip/image/chip-image.js';
import { eventRoutes } from '../../chip/image/event-routes.js';
import type { MeasuredRunRecord } from '../record/measured-run-schema.js';

/** Activity of one layer in a run, as `result.json` holds it. */
export type LayerRecord = MeasuredRunRecord['layers'][number];
/** Activity of one core of a layer in a run, as `result.json` holds it. */
export type PartRecord = NonNullable<LayerRecord['parts']>[number];

/** What one core of a layer had of its events in a run, means over the samples. */
export interface MeasuredPart {
  readonly share: Pick<PartRecord, 'firstColumn' | 'columns' | 'firstInput' | 'inputs'>;
  readonly eventsPerSample: number;
  readonly visitsPerSample: number;
  readonly nonZeroEventsPerSample: number;
  /** Of those that are learned from; 0 where the record does not tell. */
  readonly sharedEventsPerSample: number;
  /** As `NetworkActivity.changedWords`, of this core; null: not known. */
  readonly changedWords: number | null;
}

/** How the events of a layer spread over cores in a run, means over the samples. */
export interface MeasuredCut {
  /** Events that were delivered to the layer: with another `events.dense` others would be. */
  readonly eventsPerSample: number;
  /** Null: the layer was on one core. */
  readonly parts: readonly MeasuredPart[] | null;
  /** Null: there was one route. */
  readonly traffic: Readonly<{
    slowestEventsPerSample: number;
    slowestVisitsPerSample: number;
    routes: readonly Readonly<{ inputs: number; eventsPerSample: number }>[];
  }> | null;
}

/**
 * Cut of a layer in a run over `samples` samples, `learned` of them learned from; null where it had none.
 * @param changedWordsOf null where that is not known.
 */
export function cutOf(
  { events, parts, traffic }: LayerRecord,
  { samples, learned }: { readonly samples: number; readonly learned: number },
  changedWordsOf: ((part: PartRecord) => number) | null,
): MeasuredCut | null {
  if (parts === null && traffic === null) return null;
  const measured = parts?.map((part): MeasuredPart => {
    const { firstColumn, columns, firstInput, inputs } = part;
    return {
      share: { firstColumn, columns, firstInput, inputs },
      eventsPerSample: part.events / samples,
      visitsPerSample: part.visits / samples,
      nonZeroEventsPerSample: part.nonZeroEvents / samples,
      sharedEventsPerSample: (part.sharedEvents ?? 0) / Math.max(1, learned),
      changedWords: changedWordsOf?.(part) ?? null,
    };
  });
  return {
    eventsPerSample: events / samples,
    parts: measured ?? null,
    traffic:
      traffic === null
        ? null
        : {
            slowestEventsPerSample: traffic.slowestEvents / samples,
            slowestVisitsPerSample: traffic.slowestVisits / samples,
            routes: traffic.routes.map((route) => ({
              inputs: route.inputs,
              eventsPerSample: route.events / samples,
            })),
          },
  };
}

/** Whether the events of a layer take several ways, or go to several cores. */
export function isSpread(image: ChipImage, layer: LayerImage): boolean {
  return layer.parts !== null || eventRoutes(image, layer).length > 1;
}

/** Whether the layer is cut here as it was in the run. Where events come from decides nothing: inputs of a route do. */
export function isCutAlike(image: ChipImage, layer: LayerImage, cut: MeasuredCut): boolean {
  const parts = layer.parts ?? [];
  const theirs = cut.parts ?? [];
  const routes = eventRoutes(image, layer);
  const theirRoutes = cut.traffic?.routes ?? [{ inputs: layer.inputCount }];
  return (
    parts.length === theirs.length &&
    parts.every(({ firstColumn, columnCount, firstAxon, axonCount }, index) => {
      const share = theirs[index]?.share;
      return (
        share?.firstColumn === firstColumn &&
        share.columns === columnCount &&
        share.firstInput === firstAxon &&
        share.inputs === axonCount
      );
    }) &&
    routes.length === theirRoutes.length &&
    routes.every(({ inputs }, index) => inputs.count === theirRoutes[index]?.inputs)
  );
}
