import { type ResultRecord, resultSchema } from '../experiment/result-record.js';

const columns = resultSchema.shape.ledger.element.keyof().options;

function field(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The ledger as CSV (RFC 4180): the keys of its rows in `result.json` as header, an empty field for null. */
export function renderLedgerCsv(result: ResultRecord): string {
  const rows = result.ledger.map((row) => columns.map((key) => field(row[key])));
  return [columns, ...rows].map((fields) => `${fields.join(',')}\r\n`).join('');
}
