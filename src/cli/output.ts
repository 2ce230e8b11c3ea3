import { printable, printableLines } from '../units/printable.js';

/*
 * Everything that the commands print for people goes through here, so that no name or description of a file can steer
 * the terminal. `--json` and the files are written as they are: JSON escapes by itself.
 */

/** Prints a line on stdout, or several. */
export function printLine(line: string): void {
  process.stdout.write(`${printableLines(line)}\n`);
}

/** Prints sentences on stderr, one a line. */
export function printProblem(sentences: string): void {
  process.stderr.write(`${printableLines(sentences)}\n`);
}

/** Prints a sentence on stderr that must be seen before anything is believed, also with --quiet and --json. */
export function printWarning(sentence: string): void {
  printProblem(`Warning: ${sentence}`);
}

/** Prints rows as columns, each as wide as its widest cell. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [header, ...rows].map((row) => row.map(printable));
  const widths = header.map((_, column) =>
    lines.reduce((widest, row) => Math.max(widest, (row[column] ?? '').length), 0),
  );
  for (const row of lines) {
    printLine(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}
