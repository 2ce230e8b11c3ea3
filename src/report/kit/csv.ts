type Value = string | number | boolean | null;

function field(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as CSV (RFC 4180): a header, then the rows; an empty field for null. */
export function renderCsv(header: readonly string[], rows: readonly (readonly Value[])[]): string {
  return `${renderCsvLine(header)}${rows.map(renderCsvLine).join('')}`;
}

/** One line of a table, its end included. */
export function renderCsvLine(fields: readonly Value[]): string {
  return `${fields.map(field).join(',')}\r\n`;
}
