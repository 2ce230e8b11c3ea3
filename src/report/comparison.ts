import type { ResultRecord } from '../experiment/result-record.js';
import { markup, type Markup } from './markup.js';
import { summaryFigures } from './summary.js';

/** One result of several in a page: its anchor and the name it goes by there. */
export interface NamedResult {
  readonly id: string;
  readonly name: string;
  readonly result: ResultRecord;
}

/** Key figures of several results side by side, each column headed by a link to its result. */
export function renderComparison(entries: readonly NamedResult[]): Markup {
  const columns = entries.map(({ result }) => summaryFigures(result));
  const heads = entries.map(
    ({ id, name }) => markup`<th scope="col" class="t"><a href="#${id}">${name}</a></th>`,
  );
  const rows = (columns[0] ?? []).map(({ label, explanation }, index) => {
    const cells = columns.map((figures) => markup`<td>${figures[index]?.value ?? '–'}</td>`);
    return markup`<tr><th scope="row" title="${explanation}">${label}</th>${cells}</tr>\n`;
  });
  return markup`<section class="comparison"><h1>${String(entries.length)} results side by side</h1>
<div class="wide" role="region" tabindex="0" aria-label="Comparison"><table><thead><tr><th></th>${heads}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
