import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { phases } from '../../../ledger/ledger-row.js';
import { renderAccessChart } from '../charts/access-chart.js';
import { hasAccuracyCurve, renderAccuracyChart } from '../charts/accuracy-chart.js';
import { energyBars, renderEnergyChart, visibleGroups } from '../charts/energy-chart.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { renderPriceKinds } from './price-kinds.js';
import { renderSensitivity } from './sensitivity-section.js';
import { inferenceColor, phaseExplanations, trainingColor } from '../../kit/vocabulary.js';

interface Key {
  readonly label: string;
  readonly color: string;
}

/** Colours and what they stand for. */
export function legend(keys: readonly Key[]): Markup {
  const items = keys.map(
    ({ label, color }) => markup`<li><i style="background:${color}"></i>${label}</li>`,
  );
  return markup`<ul class="keys">${items}</ul>`;
}

function figure(title: string, chart: Markup, below: Markup): Markup {
  return markup`<figure><h2>${title}</h2><div class="chart">${chart}</div>${below}</figure>\n`;
}

function accuracyFigure(result: ResultRecord, id: string): Markup {
  const title = 'Accuracy: test error by epoch';
  if (!hasAccuracyCurve(result)) {
    return figure(title, markup`<p>Not measured: this result holds no epoch.</p>`, noMarkup);
  }
  const backend = result.accuracy.reference?.backend ?? null;
  const caption =
    backend === null
      ? markup`Chip: bit for bit in fixed point. This run has no float reference.`
      : markup`Chip: bit for bit in fixed point. Reference: float network (${backend}), same samples in the same order.`;
  return figure(
    title,
    renderAccuracyChart(result, `${id}-accuracy`),
    markup`<figcaption>${caption}</figcaption>`,
  );
}

function energyFigure(result: ResultRecord, id: string): Markup {
  const bars = energyBars(result);
  const shown = phases.filter((phase) => bars.some((bar) => bar.phase === phase));
  const meanings = shown.map((phase) => `${phase}: ${phaseExplanations[phase]}`).join('; ');
  return figure(
    'Energy per sample by component and phase',
    renderEnergyChart(result, `${id}-energy`),
    markup`${legend(visibleGroups(bars))}<figcaption>Bold: whole sample. Below it its phases (${meanings}). Thin whisker: all prices err in the same direction; thick: each errs by itself.</figcaption>`,
  );
}

/** First row: accuracy and energy. Then the prices that matter, accesses, and what the prices rest on. */
export function renderCharts(result: ResultRecord, id: string): Markup {
  const accesses = markup`${legend([
    { label: 'inference', color: inferenceColor },
    { label: 'training', color: trainingColor },
  ])}<figcaption>One access moves one word; the word widths are in the ledger. All layers together.</figcaption>`;
  return markup`<section class="charts">${accuracyFigure(result, id)}${energyFigure(result, id)}</section>
${renderSensitivity(result, id)}<section class="charts swapped">${figure('Accesses of each memory per sample', renderAccessChart(result, `${id}-accesses`), accesses)}
<div><h2>What the energy rests on</h2>${renderPriceKinds(result)}</div></section>`;
}
