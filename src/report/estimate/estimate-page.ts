import { stringify } from 'yaml';
import type { EstimateRecord } from '../../experiment/estimate/estimate-record.js';
import { renderAreaTable } from '../kit/area-table.js';
import { areaSentence } from '../kit/area-facts.js';
import { groupsIn, renderRuleChart, ruleBars } from './estimate-chart.js';
import { estimateFacts, estimateName, ruleLabel } from './estimate-facts.js';
import { estimateAnswer, unpricedActions } from './estimate-figures.js';
import {
  renderLayerTable,
  renderMemoryOfRules,
  renderPhaseTable,
  renderRuleTable,
} from './estimate-tables.js';
import { type Markup, markup, noMarkup } from '../kit/markup.js';
import { renderScheduleCosts } from '../kit/schedule-costs-table.js';
import { renderPage } from '../kit/page-frame.js';

function section(title: string, introduction: string, content: Markup): Markup {
  return markup`<section><h2>${title}</h2><p>${introduction}</p>${content}</section>\n`;
}

function renderHeader(estimate: EstimateRecord): Markup {
  const facts = estimateFacts(estimate).map(
    ({ label, value }) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  );
  return markup`<header><p class="kicker">What does learning cost, by rule? An estimate: nothing was trained.</p><h1>${estimateName(estimate)}</h1>
<dl class="facts">${facts}</dl>
<p class="answer">${estimateAnswer(estimate)}</p></header>\n`;
}

function renderUnpriced(estimate: EstimateRecord): Markup {
  const actions = unpricedActions(estimate);
  if (actions.length === 0) return noMarkup;
  const names = actions.map(
    (action, index) => markup`${index === 0 ? '' : ', '}<code>${action}</code>`,
  );
  return markup`<p><b>Unpriced:</b> ${names}. Totals that need them leave them out and are marked <em class="unpriced">incomplete</em>.</p>`;
}

/** What keeps rules off this chip. */
function renderProblems({ rules }: EstimateRecord): Markup {
  const items = rules.flatMap((rule) =>
    (rule.problem?.split('\n') ?? []).map(
      (sentence) => markup`<li><b>${ruleLabel(rule)}</b>: ${sentence}</li>`,
    ),
  );
  if (items.length === 0) return noMarkup;
  return markup`<section><h2>What does not fit</h2><ul>${items}</ul></section>\n`;
}

function renderChartSection(estimate: EstimateRecord): Markup {
  const bars = ruleBars(estimate);
  if (bars.every(({ highNj }) => highNj === 0)) return noMarkup;
  const keys = groupsIn(bars).map(
    ({ label, color }) => markup`<li><i style="background:${color}"></i>${label}</li>`,
  );
  return markup`<section><figure><h2>Energy per sample, by rule and component</h2><div class="chart">${renderRuleChart(estimate)}</div><ul class="keys">${keys}</ul><figcaption>Lines are the low–high bands of the totals.</figcaption></figure></section>\n`;
}

function renderPhaseSection(estimate: EstimateRecord): Markup {
  const sample = estimate.inferenceOnly === null ? 'a training sample' : 'an inference';
  const introduction = `The priced part of each phase; their sum is the energy of ${sample}.`;
  return section(`Energy of ${sample} by phase`, introduction, renderPhaseTable(estimate));
}

/** Costs by schedule of every rule; one rule needs no heading. */
function schedulesByRule({ rules }: EstimateRecord) {
  const isAlone = rules.length === 1;
  return rules.map((rule) => ({
    heading: isAlone ? null : ruleLabel(rule),
    rows: rule.updateSchedules,
  }));
}

function renderNotes({ notes }: EstimateRecord): Markup {
  const items = notes.map((note) => markup`<li>${note}</li>`);
  return markup`<section><h2>Notes</h2><ul>${items}</ul></section>\n`;
}

function renderProvenance(estimate: EstimateRecord): Markup {
  const { tool, hardware, activity, estimateHash } = estimate;
  const entries: readonly (readonly [string, string])[] = [
    ['Tool', `spikeledger ${tool.version}`],
    ['Commit', tool.commit ?? 'not known'],
    ['Estimate hash', estimateHash],
    [`Hardware hash (${hardware.name})`, hardware.hash],
    ['Activity of the run', activity.resultHash ?? 'stated, not of a run'],
  ];
  const list = entries.map(
    ([label, value]) => markup`<dt>${label}</dt><dd><code>${value}</code></dd>`,
  );
  return markup`<footer><h2>Provenance</h2><dl class="provenance">${list}</dl>
<details class="experiment"><summary>The experiment, with every default filled in</summary><pre>${stringify(estimate.experiment)}</pre></details></footer>`;
}

/** One self-contained HTML page: no script, no network, no font of its own. The same record gives the same bytes. */
export function renderEstimateHtml(estimate: EstimateRecord): string {
  const body = markup`<article>
${renderHeader(estimate)}
<section class="rules">${renderRuleTable(estimate)}</section>
${renderChartSection(estimate)}
${renderProblems(estimate)}
${renderScheduleCosts(schedulesByRule(estimate))}
${section('Memory', 'By what it holds; – is none.', renderMemoryOfRules(estimate))}
${section('Area', `${areaSentence(estimate.area)}. Not in it: pads, wires between cores, program memory.`, renderAreaTable(estimate.area))}
${renderPhaseSection(estimate)}
${section('Network and activity', 'What most counts of the ledger follow from; every row of it is in ledger.csv.', renderLayerTable(estimate))}
${renderUnpriced(estimate)}
${renderNotes(estimate)}
${renderProvenance(estimate)}
</article>`;
  return renderPage(`${estimateName(estimate)}, estimated`, body);
}
