import type { RunRecord } from '../../experiment/record/run-record.js';
import { markup, type Markup } from '../kit/markup.js';
import { differencesOf } from './differences.js';
import { figuresOf } from './reference-summary.js';

/** One result of several in a page: its anchor and the name it goes by there. */
export interface NamedResult {
  readonly id: string;
  readonly name: string;
  readonly result: RunRecord;
}

/** Key figures of several results side by side, each column headed by a link to its result. */
export function renderComparison(entries: readonly NamedResult[]): Markup {
  const columns = entries.map(({ result }) => figuresOf(result));
  const all = columns.flat();
  // Not every result has every figure: a row for each label, where it first occurs.
  const labels = [...new Set(all.map(({ label }) => label))];
  const heads = entries.map(
    ({ id, name }) => markup`<th scope="col" class="t"><a href="#${id}">${name}</a></th>`,
  );
  const rows = labels.map((label) => {
    const explanation = all.find((figure) => figure.label === label)?.explanation ?? '';
    const cells = columns.map((figures) => {
      const figure = figures.find((candidate) => candidate.label === label);
      return markup`<td>${figure?.value ?? '–'}</td>`;
    });
    return markup`<tr><th scope="row" title="${explanation}">${label}</th>${cells}</tr>\n`;
  });
  const differing = differencesOf(entries.map(({ result }) => result)).map(
    ({ key, values }) =>
      markup`<tr class="differs"><th scope="row" title="Key of the experiment, or what it names, that is not the same everywhere."><code>${key}</code></th>${values.map((value) => markup`<td>${value}</td>`)}</tr>\n`,
  );
  const head = (text: string) =>
    markup`<tr class="group"><th scope="rowgroup" colspan="${String(entries.length + 1)}">${text}</th></tr>\n`;
  const first =
    differing.length === 0
      ? head('The same experiment everywhere')
      : markup`${head('What differs')}${differing}`;
  return markup`<section class="comparison"><h1>${String(entries.length)} results side by side</h1>
<div class="wide" role="region" tabindex="0" aria-label="Comparison"><table><thead><tr><th></th>${heads}</tr></thead><tbody>${first}${head('Figures')}${rows}</tbody></table></div></section>`;
}
