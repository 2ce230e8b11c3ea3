import type { LedgerRow } from '../../ledger/ledger-row.js';
import type { RunActivity } from '../image/activity.js';
import type { ChipImage } from '../image/chip-image.js';
import { closedFormCounts } from './counts.js';
import { cycleRows } from './cycles.js';

/** Counts and cycles of runs, from measured activity: what is priced. Implements: docs/spec.md §4, §5. */
export function runLedger(
  image: ChipImage,
  activities: readonly RunActivity[],
): readonly LedgerRow[] {
  return [...closedFormCounts(image, activities), ...cycleRows(image, activities)];
}
