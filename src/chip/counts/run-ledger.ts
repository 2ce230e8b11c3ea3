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
