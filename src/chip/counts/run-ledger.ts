import { isOfCycles } from '../../ledger/components.js';
import type { EqualRows, LedgerRow } from '../../ledger/ledger-row.js';
import type { RunActivity } from '../image/activity.js';
import type { ChipImage } from '../image/chip-image.js';
import { partsOf } from '../image/layer-parts.js';
import { closedFormCounts } from './counts.js';
import { cycleRows } from './cycles.js';

/** By core the rows like its own; nothing where every layer stands for itself. */
function equalRows(
  { layers }: ChipImage,
  repeats: readonly number[],
): ReadonlyMap<number | null, EqualRows> {
  return new Map(
    layers.flatMap((layer, index) => {
      const count = repeats[index] ?? 1;
      const parts = partsOf(layer);
      if (count === 1) return [];
      return parts.map(({ core }) => [core, { count, coreStep: parts.length }] as const);
    }),
  );
}

/**
 * Counts and cycles of runs, from measured activity: what is priced. Implements: docs/spec.md §4, §5.
 * @param repeats equal layers that each layer of the image stands for, itself included; left out: 1.
 */
export function runLedger(
  image: ChipImage,
  activities: readonly RunActivity[],
  repeats: readonly number[] = [],
): readonly LedgerRow[] {
  const rows = [...closedFormCounts(image, activities), ...cycleRows(image, activities, repeats)];
  const equal = equalRows(image, repeats);
  if (equal.size === 0) return rows;
  return rows.map((row) => {
    const equals = equal.get(row.core);
    return equals === undefined ? row : { ...row, equals };
  });
}

/** The ledger of an image, and the image. */
export interface KnownLedger {
  readonly image: ChipImage;
  readonly rows: readonly LedgerRow[];
}

/** Whether rows of some core may be read by the forward pass of the next sample: only then a schedule changes counts. */
function hasFused({ layers }: ChipImage): boolean {
  return layers.some(({ organisation }) => organisation.updateSchedule === 'fused');
}

/**
 * `runLedger` of an image that differs from a known one in the schedule of the update alone: without `fused`, that changes
 * cycles and no other count (docs/spec.md §5.1), and the rows that are known are taken over.
 * @param known of the same activity
 */
export function rescheduledLedger(
  known: KnownLedger,
  image: ChipImage,
  activities: readonly RunActivity[],
): readonly LedgerRow[] {
  if (hasFused(known.image) || hasFused(image)) return runLedger(image, activities);
  const counts = known.rows.filter(({ componentAction }) => !isOfCycles(componentAction));
  return [...counts, ...cycleRows(image, activities)];
}
