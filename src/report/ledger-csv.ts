import { type ResultRecord, resultSchema } from '../experiment/result-record.js';

/** Keys of a ledger row, in the order of the columns. */
export const ledgerColumns = resultSchema.shape.ledger.element.keyof().options;

/** A value as a field: text quoted where needed, empty for null. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines of fields as CSV (RFC 4180). */
export function csvText(lines: readonly (readonly string[])[]): string {
  return lines.map((fields) => `${fields.join(',')}\r\n`).join('');
}

/** The ledger as CSV (RFC 4180): the keys of its rows in `result.json` as header, an empty field for null. */
export function renderLedgerCsv(result: ResultRecord): string {
  const rows = result.ledger.map((row) => ledgerColumns.map((key) => csvField(row[key])));
  return csvText([ledgerColumns, ...rows]);
}
