import type { PriceSensitivityRecord } from '../../experiment/record/cost-schema.js';
import type { ResultRecord } from '../../experiment/record/result-record.js';
import type { RunKind } from '../../ledger/ledger-row.js';

/** Prices that are shown; the record has them all. */
const shownCount = 5;
/** The prices that move the energy of a sample most, the one that moves it furthest first; none in an older record. */
export function decisivePrices(
  result: ResultRecord,
  run: RunKind,
): readonly PriceSensitivityRecord[] {
  return (result.sensitivity?.[run] ?? [])
    .filter(({ totalLowNj, totalHighNj }) => totalHighNj > totalLowNj)
    .slice(0, shownCount);
}

export function priceName({
  component,
  action,
}: Pick<PriceSensitivityRecord, 'component' | 'action'>): string {
  return `${component}.${action}`;
}
