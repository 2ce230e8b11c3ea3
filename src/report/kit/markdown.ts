import { printableLines } from '../../units/printable.js';

/** Text that Markdown shows as itself, also in a table. */
export function escapeMarkdown(text: string): string {
  return printableLines(text)
    .replace(/[\\|<>&*_`[\]#]/g, (character) => `\\${character}`)
    .replace(/\s*\n\s*/g, ' ');
}

/** A table whose columns are as wide as their widest cell, as the formatter would have it. */
export function markdownTable(
  labels: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = labels.map((label, column) =>
    Math.max(label.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(labels), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
