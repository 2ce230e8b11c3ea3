import type { ResultRecord } from '../../experiment/record/result-record.js';
import { hasChip, type RunRecord } from '../../experiment/record/run-record.js';
import { renderAlignment } from './charts/alignment-chart.js';
import { areaOfResult } from '../kit/area-facts.js';
import { renderAreaTable } from '../kit/area-table.js';
import { renderCharts } from './sections/charts-section.js';
import { formatCount } from '../kit/quantity.js';
import { type NamedResult, renderComparison } from './comparison.js';
import { renderDeadUpdates } from './charts/dead-update-chart.js';
import { renderEpochs } from './sections/epochs-table.js';
import { renderResolved } from './sections/resolved-section.js';
import { renderEnergyTable } from './sections/energy-table.js';
import { labelsOf } from './differences.js';
import { experimentName } from '../kit/experiment-facts.js';
import { renderClasses } from './sections/classes-table.js';
import { renderFixedPointTable } from './sections/fixed-point-table.js';
import { renderLockstepTable } from './sections/lockstep-table.js';
import { renderActivityTable, renderWearTable } from './sections/hardware-tables.js';
import { renderHeadline } from './headline.js';
import { checkTotals } from '../kit/ledger-view.js';
import { renderLedgerTable } from './sections/ledger-table.js';
import { renderMemoryTable } from './sections/memory-table.js';
import { type Markup, markup, noMarkup } from '../kit/markup.js';
import { renderPower } from './sections/power-section.js';
import { renderExperiment, renderProvenance } from './provenance.js';
import { renderReferenceArticle } from './reference-article.js';
import { renderScheduleCosts } from '../kit/schedule-costs-table.js';
import { renderSchedule } from './sections/schedule-section.js';
import { renderPage } from '../kit/page-frame.js';

/** A result with the anchor of its article. */
type PlacedResult = NamedResult & { readonly id: string };

function section(title: string, introduction: string, content: Markup): Markup {
  return markup`<section><h2>${title}</h2><p>${introduction}</p>${content}</section>\n`;
}

function renderNotes(result: ResultRecord): Markup {
  if (result.notes.length === 0) return noMarkup;
  const items = result.notes.map((note) => markup`<li>${note}</li>`);
  return markup`<section><h2>Notes</h2><ul>${items}</ul></section>\n`;
}

function renderResult({ id, name, result }: PlacedResult): Markup {
  return hasChip(result)
    ? renderChipArticle(id, name, result)
    : renderReferenceArticle(id, name, { ...result, perSample: null });
}

function renderChipArticle(id: string, name: string, result: ResultRecord): Markup {
  return markup`<article id="${id}">
${renderHeadline(result, name)}
${renderCharts(result, id)}
${renderNotes(result)}
${renderEpochs(result)}${renderResolved(result)}${renderPower(result)}
${renderScheduleCosts([{ heading: null, rows: result.updateSchedules }])}
${renderSchedule(result)}
${section('Energy by part', 'One sample cut into parts three times: by phase, by component and by layer. Each list adds up to the sample.', renderEnergyTable(result))}
${section('Ledger', 'Every action of the chip: count per sample × price = energy per sample.', renderLedgerTable(result))}
<section class="charts">${renderDeadUpdates(result, id)}${renderAlignment(result, id)}</section>
${renderClasses(result)}${section('Fixed-point health', 'Counts over the whole run, training and evaluation together; those of the input in training alone.', renderFixedPointTable(result))}
${renderLockstepTable(result)}${section('Area and memory', 'What the whole chip takes in silicon, whether the network uses it or not; below, what the network occupies of its memories. Not in the area: pads, wires between cores, program memory.', markup`${renderAreaTable(areaOfResult(result))}${renderMemoryTable(result)}`)}
<div class="pair">${section('Activity', 'Mean events entering each layer; most counts grow with them.', renderActivityTable(result))}
${section('Wear', 'Writes to the synapse arrays over all training.', renderWearTable(result))}</div>
<footer><h2>Provenance</h2>${renderProvenance(result)}${renderExperiment(result)}</footer>
</article>`;
}

/** Names of the results, no two alike. */
function nameResults(results: readonly RunRecord[]): readonly PlacedResult[] {
  const labels = labelsOf(results, results.map(experimentName));
  return results.map((result, index) => ({
    id: `r${String(index + 1)}`,
    name: labels[index] ?? experimentName(result),
    result,
  }));
}

/**
 * One self-contained HTML page: no script, no network, no font of its own. One result is a report; of several a table
 * side by side comes first. The same records give the same bytes.
 * @throws RangeError when there is no result.
 * @throws InputError when the ledger of a record does not add up to its totals.
 */
export function renderHtml(results: readonly RunRecord[]): string {
  if (results.length === 0) {
    throw new RangeError('report: there is no result to show; give at least one result.json');
  }
  for (const result of results) if (hasChip(result)) checkTotals(result);
  const entries = nameResults(results);
  const title = entries.map(({ name }) => name).join(', ');
  const comparison =
    entries.length > 1
      ? markup`<h1>${formatCount(entries.length)} results side by side</h1>${renderComparison(entries)}`
      : noMarkup;
  const body = markup`${comparison}
${entries.map(renderResult)}`;
  return renderPage(title, body);
}
