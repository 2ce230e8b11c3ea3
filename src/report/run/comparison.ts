import type { RunRecord } from '../../experiment/record/run-record.js';
import { markup, type Markup, noMarkup } from '../kit/markup.js';
import { differencesOf } from './differences.js';
import { figuresOf } from './reference-summary.js';

/** One result of several in a page: its anchor and the name it goes by there. */
export interface NamedResult {
  /** Null: the page has no more of it. */
  readonly id: string | null;
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
    ({ id, name }) =>
      markup`<th scope="col" class="t">${id === null ? name : markup`<a href="#${id}">${name}</a>`}</th>`,
  );
  const explanationOf = (label: string) =>
    all.find((figure) => figure.label === label)?.explanation ?? '';
  const valuesOf = (label: string) =>
    columns.map((figures) => figures.find((candidate) => candidate.label === label)?.value ?? '–');
  const isEqual = (label: string) => new Set(valuesOf(label)).size === 1;
  const rows = labels
    .filter((label) => !isEqual(label))
    .map((label) => {
      const cells = valuesOf(label).map((value) => markup`<td>${value}</td>`);
      return markup`<tr><th scope="row" title="${explanationOf(label)}">${label}</th>${cells}</tr>\n`;
    });
  const equal = labels
    .filter(isEqual)
    .map(
      (label) =>
        markup`<tr><th scope="row" title="${explanationOf(label)}">${label}</th><td>${valuesOf(label)[0] ?? '–'}</td></tr>\n`,
    );
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
  const folded =
    equal.length === 0
      ? noMarkup
      : markup`<details><summary>The same everywhere</summary><div class="wide" role="region" tabindex="0" aria-label="The same everywhere"><table><tbody>${equal}</tbody></table></div></details>`;
  return markup`<section class="comparison"><h2>Every figure</h2>
<div class="wide" role="region" tabindex="0" aria-label="Comparison"><table><thead><tr><th></th>${heads}</tr></thead><tbody>${first}${head('Figures')}${rows}</tbody></table></div>${folded}</section>`;
}
