/** What a field of a table may hold. */
export type CsvValue = string | number | boolean | null;

function field(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as CSV (RFC 4180): a header, then the rows; an empty field for null. */
export function renderCsv(
  header: readonly string[],
  rows: readonly (readonly CsvValue[])[],
): string {
  return `${renderCsvLine(header)}${rows.map(renderCsvLine).join('')}`;
}

/** One line of a table, its end included. */
export function renderCsvLine(fields: readonly CsvValue[]): string {
  return `${fields.map(field).join(',')}\r\n`;
}
