/** Prints one line on stdout. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a sentence on stderr that must be seen before anything is believed, also with --quiet and --json. */
export function printWarning(sentence: string): void {
  process.stderr.write(`warning: ${sentence}\n`);
}

/** Prints rows as columns, each as wide as its widest cell. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of [header, ...rows]) {
    printLine(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}
