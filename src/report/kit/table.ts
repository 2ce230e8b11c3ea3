import { markup, type Markup, noMarkup } from './markup.js';

/** One column: how it is headed, what it means, what it shows of a row. */
export interface Column<Row> {
  readonly label: string;
  /** Empty where the values have no unit or carry it themselves. */
  readonly unit: string;
  /** One sentence. */
  readonly explanation: string;
  readonly isNumeric: boolean;
  readonly cell: (row: Row) => string | Markup;
}

/** A column whose cells are plain text, for a page and a terminal alike. */
export interface TextColumn<Row> extends Column<Row> {
  readonly cell: (row: Row) => string;
}

/** A table of texts: its labels, and its rows as they are printed in a terminal. */
export interface TextTable {
  readonly labels: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The cells of a table as texts. */
export function textTable<Row>(
  columns: readonly TextColumn<Row>[],
  rows: readonly Row[],
): TextTable {
  return {
    labels: columns.map(({ label }) => label),
    rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
  };
}

/** Rows under a common heading, closed by a line of totals; either may be missing. */
export interface TableBody<Row> {
  readonly heading: Markup | null;
  readonly rows: readonly Row[];
  readonly total: Markup | null;
}

function headerCell<Row>(column: Column<Row>): Markup {
  const unit = column.unit === '' ? noMarkup : markup`<small>${column.unit}</small>`;
  const kind = column.isNumeric ? 'n' : 't';
  return markup`<th scope="col" class="${kind}" title="${column.explanation}">${column.label}${unit}</th>`;
}

/** On a narrow screen a table scrolls sideways, or its rows stand as blocks, each cell beside its label. */
type NarrowTable = 'scrolls' | 'stacks';

function bodyCell<Row>(column: Column<Row>, row: Row, narrow: NarrowTable): Markup {
  const kind = column.isNumeric ? 'n' : 't';
  return narrow === 'stacks'
    ? markup`<td class="${kind}" data-label="${column.label}">${column.cell(row)}</td>`
    : markup`<td class="${kind}">${column.cell(row)}</td>`;
}

function bodyRows<Row>(
  columns: readonly Column<Row>[],
  body: TableBody<Row>,
  narrow: NarrowTable,
): Markup {
  const heading =
    body.heading === null
      ? noMarkup
      : markup`<tr class="group"><th colspan="${String(columns.length)}" scope="rowgroup">${body.heading}</th></tr>`;
  const rows = body.rows.map((row) => {
    const cells = columns.map((column) => bodyCell(column, row, narrow));
    return markup`<tr>${cells}</tr>\n`;
  });
  return markup`<tbody>${heading}${rows}${body.total ?? noMarkup}</tbody>`;
}

/** A table in a box of its own that scrolls sideways or is stacked, with every column explained below it. */
export function renderTable<Row>(
  label: string,
  columns: readonly Column<Row>[],
  bodies: readonly TableBody<Row>[],
  narrow: NarrowTable = 'scrolls',
): Markup {
  const legend = columns.map(
    (column) => markup`<dt>${column.label}</dt><dd>${column.explanation}</dd>`,
  );
  const box = narrow === 'stacks' ? 'wide stacks' : 'wide';
  return markup`<div class="${box}" role="region" tabindex="0" aria-label="${label}"><table>
<thead><tr>${columns.map(headerCell)}</tr></thead>
${bodies.map((body) => bodyRows(columns, body, narrow))}
</table></div>
<details class="legend"><summary>What the columns mean</summary><dl>${legend}</dl></details>`;
}

/** A table of one body without headings; without rows a sentence. */
export function renderPlainTable<Row>(
  label: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  narrow: NarrowTable = 'scrolls',
): Markup {
  if (rows.length === 0) return markup`<p>${label}: not measured in this run.</p>`;
  return renderTable(label, columns, [{ heading: null, rows, total: null }], narrow);
}
