import { type Side, sides } from '../../experiment/file/only-side.js';
import type { Study } from '../../experiment/study/run-study.js';
import { commonSettings, type PointGroup, groupsOf } from '../../experiment/study/summarise.js';
import type { StudyMetric } from '../../experiment/study/sweep-schema.js';
import { type Markup, markup, noMarkup } from '../kit/markup.js';
import { renderPage } from '../kit/page-frame.js';
import { formatCount } from '../kit/quantity.js';
import { type Column, renderPlainTable } from '../kit/table.js';
import { renderErrorBars } from './error-bars.js';
import { renderFront } from './front-chart.js';
import { renderCurves } from './curves-chart.js';
import { renderCheapest } from './cheapest-table.js';
import { metricColumn } from './metric-column.js';
import { metricTexts } from './study-text.js';
import {
  divergedSentences,
  renderRunWarnings,
  trainedOtherwise,
  warningsText,
} from './warnings-table.js';

/** Figures of the table, beside those that the sweep names. */
const tableMetrics: readonly StudyMetric[] = [
  'chipTestErrorPercent',
  'bestChipTestErrorPercent',
  'referenceTestErrorPercent',
  'lossPoints',
  'trainingNj',
  'inferenceNj',
  'trainingUs',
  'memoryBits',
];

function columnsOf(metrics: readonly StudyMetric[]): readonly Column<PointGroup>[] {
  return [
    {
      label: 'point',
      unit: '',
      explanation: 'The named point, or its settings; runs with different seeds are one row.',
      isNumeric: false,
      cell: ({ label }) => label,
    },
    ...metrics.map((metric) => metricColumn(metric, (group: PointGroup) => group)),
  ];
}

/** Sides of which no run of the study has a figure; none, where no run has ended. */
function leftOutOf(groups: readonly PointGroup[]): ReadonlySet<Side> {
  const figures = groups.flatMap(({ done }) => [...done.values()].map((point) => point.figures));
  const keys = { chip: 'training', reference: 'backend' } as const;
  return new Set(
    sides.filter((side) => figures.length > 0 && figures.every((own) => own[keys[side]] === null)),
  );
}

/** What a reader must know before any figure. */
function renderWarnings(groups: readonly PointGroup[], leftOut: ReadonlySet<Side>): Markup {
  const failed = groups.flatMap(({ label, failed: failures }) =>
    failures.map(({ seed, reason }) => `${label}, seed ${seed} failed: ${reason}`),
  );
  const missing = groups.reduce((sum, group) => sum + group.missing, 0);
  const largest = Math.max(...groups.map(({ done }) => done.size));
  const unpriced = groups.some(({ done }) =>
    [...done.values()].some(({ figures }) => figures.training?.isComplete === false),
  );
  const warned = warningsText(groups);
  const otherwise = trainedOtherwise(groups);
  const sentences = [
    ...(leftOut.has('chip') ? ['The chip was left out: there is no figure of it.'] : []),
    ...(leftOut.has('reference')
      ? ['The float reference was left out: no points lost are known.']
      : []),
    ...(missing === 0 ? [] : [`Points that were not run yet: ${formatCount(missing)}.`]),
    ...(largest > 1
      ? []
      : [
          'One seed a point: how much of a difference is chance is not known, and none is claimed.',
        ]),
    ...(warned === null
      ? []
      : [`${warned}, listed below: their figures do not mean all that they seem to.`]),
    ...(unpriced ? ['Some actions have no price: energies leave them out.'] : []),
    ...divergedSentences(groups),
    ...(otherwise === null ? [] : [otherwise]),
    ...failed,
  ];
  return markup`${sentences.map((sentence) => markup`<p class="warning">${sentence}</p>`)}`;
}

/**
 * One self-contained HTML page of a study: no script, no network. The same study gives the same bytes.
 * @param answer first section of the page
 */
export function renderStudyHtml(study: Study, answer: Markup = noMarkup): string {
  const { sweep } = study.plan;
  const groups = groupsOf(study.plan, study.records);
  const runs = groups.reduce((sum, { done }) => sum + done.size, 0);
  const leftOut = leftOutOf(groups);
  const metrics = [...new Set([...sweep.metrics, ...tableMetrics])].filter(
    (metric) => !metricTexts[metric].needs.some((side) => leftOut.has(side)),
  );
  const common = commonSettings(study.plan.points);
  const shown = groups.some(({ done }) => done.size > 0);
  const charts = shown
    ? markup`<section class="panels">${renderErrorBars(groups)}${renderFront(groups, 'trainingNj')}${renderCurves(groups)}${renderFront(groups, 'trainingUs')}${renderFront(groups, 'memoryBits')}</section>
${leftOut.size > 0 ? noMarkup : markup`<section><h2>Smallest energy within reach of float</h2>${renderCheapest(groups)}</section>`}`
    : noMarkup;
  const body = markup`<header><p class="kicker">Study</p><h1>${sweep.name}</h1>
<dl class="facts"><div><dt>base</dt><dd>${sweep.base}</dd></div>${common === null ? noMarkup : markup`<div><dt>all points</dt><dd>${common}</dd></div>`}<div><dt>points</dt><dd>${formatCount(groups.length)}</dd></div><div><dt>runs</dt><dd>${formatCount(runs)}</dd></div></dl>
${renderWarnings(groups, leftOut)}</header>
${answer}${charts}
<section><h2>All points</h2>${renderPlainTable('Points', columnsOf(metrics), groups)}</section>${renderRunWarnings(groups)}`;
  return renderPage(sweep.name, body);
}
