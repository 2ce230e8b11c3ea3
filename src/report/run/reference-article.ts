import type { ReferenceRecord } from '../../experiment/record/run-record.js';
import { experimentFacts } from '../kit/experiment-facts.js';
import { type Markup, markup } from '../kit/markup.js';
import { hasAccuracyCurve, renderAccuracyChart } from './charts/accuracy-chart.js';
import { renderExperiment, renderProvenance } from './provenance.js';
import { renderEpochs } from './sections/epochs-table.js';
import { figuresOf, referenceAnswer } from './reference-summary.js';

/** What the page says of a float reference that was trained alone. */
export function renderReferenceArticle(id: string, name: string, record: ReferenceRecord): Markup {
  const facts = experimentFacts(record);
  const factItems = facts.map(
    ({ label, value }) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  );
  const rows = figuresOf(record)
    .slice(facts.length)
    .map(
      ({ label, value, explanation }) =>
        markup`<tr><th scope="row" title="${explanation}">${label}</th><td>${value}</td></tr>\n`,
    );
  const curve = hasAccuracyCurve(record)
    ? markup`<figure><h2>Accuracy: test error by epoch</h2><div class="chart">${renderAccuracyChart(record, `${id}-accuracy`)}</div><figcaption>Float network (${record.accuracy.reference?.backend ?? ''}). The chip was left out of this run.</figcaption></figure>`
    : markup`<figure><h2>Accuracy: test error by epoch</h2><p>Not measured: this result holds no epoch.</p></figure>`;
  const warnings = record.warnings.map(
    (warning) => markup`<p class="warning"><b>Warning:</b> ${warning}</p>`,
  );
  const notes = record.notes.map((note) => markup`<li>${note}</li>`);
  return markup`<article id="${id}">
<header><p class="kicker">The float reference alone</p><h1>${name}</h1>
<dl class="facts">${factItems}</dl>
<p class="answer">${referenceAnswer(record)}</p>${warnings}</header>
<section class="charts">${curve}<div><h2>Figures</h2><table><tbody>${rows}</tbody></table></div></section>
${renderEpochs(record)}<section><h2>Notes</h2><ul>${notes}</ul></section>
<footer><h2>Provenance</h2>${renderProvenance(record)}${renderExperiment(record)}</footer>
</article>`;
}
