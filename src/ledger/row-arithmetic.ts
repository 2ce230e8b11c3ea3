import { compareActionKeys, type LedgerRow } from './ledger-row.js';

/**
 * What was counted between two readings of one ledger: `later` minus `earlier`, rows without change left out.
 * @throws RangeError when a row of `earlier` is larger in `later` or missing there: counts only grow.
 */
export function rowsBetween(
  earlier: readonly LedgerRow[],
  later: readonly LedgerRow[],
): readonly LedgerRow[] {
  const rows: LedgerRow[] = [];
  let matched = 0;
  for (const row of later) {
    const before = earlier.find((candidate) => compareActionKeys(candidate, row) === 0);
    if (before !== undefined) matched += 1;
    const count = row.count - (before?.count ?? 0);
    if (count < 0) {
      throw new RangeError(`ledger: ${row.componentAction} fell by ${-count} between two readings`);
    }
    if (count > 0) rows.push({ ...row, count });
  }
  if (matched !== earlier.length) {
    throw new RangeError(`ledger: ${earlier.length - matched} rows vanished between two readings`);
  }
  return rows;
}
