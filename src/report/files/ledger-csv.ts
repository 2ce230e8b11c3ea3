import { type ResultRecord, resultSchema } from '../../experiment/record/result-record.js';
import { renderCsv } from '../kit/csv.js';

/** Keys of a ledger row, in the order of the columns. */
export const ledgerColumns = resultSchema.shape.ledger.element.keyof().options;
/** Key of a ledger row. */
export type LedgerColumn = (typeof ledgerColumns)[number];

/** The ledger as CSV (RFC 4180): the keys of its rows in `result.json` as header, an empty field for null. */
export function renderLedgerCsv(result: ResultRecord): string {
  return renderCsv(
    ledgerColumns,
    result.ledger.map((row) => ledgerColumns.map((key) => row[key])),
  );
}
