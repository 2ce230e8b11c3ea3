import { type ResultRecord, resultSchema } from '../experiment/result-record.js';
import { renderCsv } from './csv.js';

const columns = resultSchema.shape.ledger.element.keyof().options;

/** The ledger as CSV (RFC 4180): the keys of its rows in `result.json` as header, an empty field for null. */
export function renderLedgerCsv(result: ResultRecord): string {
  return renderCsv(
    columns,
    result.ledger.map((row) => columns.map((key) => row[key])),
  );
}
