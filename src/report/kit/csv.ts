type Value = string | number | boolean | null;

function field(value: Value): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as CSV (RFC 4180): a header, then the rows; an empty field for null. */
export function renderCsv(header: readonly string[], rows: readonly (readonly Value[])[]): string {
  return [header, ...rows].map((fields) => `${fields.map(field).join(',')}\r\n`).join('');
}
