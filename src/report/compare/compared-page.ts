import { experimentName } from '../kit/experiment-facts.js';
import { type Markup, markup, noMarkup } from '../kit/markup.js';
import { renderPage } from '../kit/page-frame.js';
import { formatCount } from '../kit/quantity.js';
import { renderComparison } from '../run/comparison.js';
import { type Compared, type ComparedRecord, comparedOf, lossesOf } from './compared.js';
import { renderComparedCharts } from './compared-charts.js';
import { letterOf, renderFigures, renderKeys } from './compared-tables.js';

/** What differs, the figures, the curves over each other, and accuracy against energy. */
function renderCompared(entries: readonly Compared[]): Markup {
  const warnings = entries.flatMap(({ warnings: own }, index) =>
    own.map((warning) => markup`<p class="warning"><b>${letterOf(index)}:</b> ${warning}</p>`),
  );
  return markup`<section class="compared"><h1>${formatCount(entries.length)} results side by side</h1>
<h2>What differs</h2>${renderKeys(entries)}
<h2>Figures</h2>${warnings}${renderFigures(entries)}</section>
${renderComparedCharts(entries)}`;
}

/** One self-contained page: no script, no network. The same records give the same bytes. */
export function renderComparedHtml(records: readonly ComparedRecord[]): string {
  const entries = comparedOf(records);
  const named = entries.flatMap(({ run }, index) =>
    run === null
      ? []
      : [{ id: null, name: `${letterOf(index)} ${experimentName(run)}`, result: run }],
  );
  const details =
    named.length === 0
      ? noMarkup
      : markup`<details><summary>Every figure of every result</summary>${renderComparison(named)}</details>`;
  const sources = entries.map(
    ({ source }, index) => markup`<dt>${letterOf(index)}</dt><dd><code>${source}</code></dd>`,
  );
  const losses = lossesOf(records).map(
    (loss) => markup`<p class="warning"><b>Warning:</b> ${loss}.</p>`,
  );
  return renderPage(
    `${formatCount(entries.length)} results side by side`,
    markup`${losses}${renderCompared(entries)}${details}<footer><h2>Sources</h2><dl class="provenance">${sources}</dl></footer>`,
  );
}
