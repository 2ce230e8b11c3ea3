import type { Attribution, FactorEffect } from '../../experiment/study/formats/attribution.js';
import type { MetricSummary } from '../../experiment/study/summarise.js';
import { renderCsv } from '../kit/csv.js';
import { type Markup, markup } from '../kit/markup.js';
import { formatPercent, formatPoints } from '../kit/quantity.js';
import { renderPlainTable, type TextColumn, type TextTable, textTable } from '../kit/table.js';

/** `2.01 points (0.85 to 3.17)`: mean with its 95 % interval. */
export function printPoints(summary: MetricSummary | null): string {
  if (summary === null) return '–';
  const { mean, interval, n } = summary;
  if (interval === null) return `${formatPoints(mean)} (n ${n})`;
  const [low = '', high = ''] = [interval.low, interval.high].map(
    (points) => formatPoints(points).split('\u00a0')[0],
  );
  return `${formatPoints(mean)} (${low} to ${high})`;
}

/** What a factor is widened to, or why it is not. */
function wideText({ factor: { wide, problem } }: FactorEffect): string {
  return wide ?? (problem === null ? '–' : 'does not fit');
}

/** Columns of the attribution, on the page and in the terminal alike. */
const attributionColumns: readonly TextColumn<FactorEffect>[] = [
  {
    label: 'factor',
    unit: '',
    explanation: 'A tensor, the values the weights begin with, the table of f, or the rounding.',
    isNumeric: false,
    cell: ({ factor }) => factor.name,
  },
  {
    label: 'as it is',
    unit: '',
    explanation: 'Format or mode of the experiment.',
    isNumeric: false,
    cell: ({ factor }) => factor.own,
  },
  {
    label: 'wide',
    unit: '',
    explanation: 'What it is widened to (docs/formats.md); a dash: it has no wider form.',
    isNumeric: false,
    cell: wideText,
  },
  {
    label: 'gives back',
    unit: '',
    explanation:
      'Points of test error that go when it alone is wide: mean over the seeds, paired, and the 95 % interval.',
    isNumeric: true,
    cell: ({ givesBack }) => printPoints(givesBack),
  },
  {
    label: 'costs alone',
    unit: '',
    explanation: 'Points of test error that it alone costs when everything else is wide.',
    isNumeric: true,
    cell: ({ costsAlone }) => printPoints(costsAlone),
  },
  {
    label: 'verdict',
    unit: '',
    explanation:
      'costs: both intervals lie above 0; perhaps: one does, which chance does to one figure in forty; unknown: one seed tells no interval.',
    isNumeric: false,
    cell: ({ verdict }) => verdict,
  },
];

/** The attribution as a table of texts. */
export function attributionTable({ effects }: Attribution): TextTable {
  return textTable(attributionColumns, effects);
}

/** The answer in sentences: what is lost, what explains it, which factor costs most. */
export function attributionSentences({
  own,
  reference,
  divergedCount,
  wide,
  givesBackAll,
  effects,
}: Attribution): readonly string[] {
  const mean = (summary: MetricSummary | null) => formatPercent(summary?.mean ?? null);
  const figures = `Test error ${mean(own)} as it is, ${mean(wide)} with everything wide${reference === null ? '' : `, ${mean(reference)} in float`} (n ${own?.n ?? 0}).`;
  const all = `Everything wide gives back ${printPoints(givesBackAll)}.`;
  const culprits = effects.filter(({ verdict }) => verdict === 'costs');
  const isKnown = effects.some(({ verdict }) => verdict !== 'unknown');
  const name = ({ factor, givesBack, costsAlone }: FactorEffect) =>
    `${factor.name} ${factor.own} (${formatPoints((givesBack ?? costsAlone)?.mean ?? null)})`;
  const verdict =
    culprits.length > 0
      ? `Costs accuracy, most first: ${culprits.map(name).join(', ')}.`
      : 'No factor is seen to cost accuracy: no interval of one lies above 0 in both ways of asking.';
  const single = 'One seed tells no interval: the order may be chance, and nothing is blamed.';
  const unfit = effects
    .filter(({ factor }) => factor.problem !== null)
    .map(({ factor }) => `${factor.name} could not be widened: ${factor.problem ?? ''}`);
  const diverged =
    divergedCount === 0
      ? []
      : [
          `The float reference diverged with ${divergedCount} of ${own?.n ?? 0} seeds: what float loses is not known with this step, and a chip that is driven to the ends of its formats by it says little of them; give a smaller training.learningRate.`,
        ];
  return [figures, ...diverged, all, isKnown ? verdict : single, ...unfit];
}

/** The attribution as a section of the study's page. */
export function renderAttribution(attribution: Attribution): Markup {
  const sentences = attributionSentences(attribution).map((sentence) => markup`<p>${sentence}</p>`);
  return markup`<section><h2>What costs the accuracy</h2>${sentences}${renderPlainTable('Attribution', attributionColumns, attribution.effects)}</section>`;
}

function figures(summary: MetricSummary | null): readonly (number | null)[] {
  const { n = null, mean = null, interval = null } = summary ?? {};
  return [n, mean, interval?.low ?? null, interval?.high ?? null];
}

/** formats.csv: a line for each factor, the culprit first. */
export function renderAttributionCsv({ effects }: Attribution): string {
  const columns = (what: string) => ['Pairs', '', 'Low95', 'High95'].map((part) => what + part);
  const header = [
    ...['factor', 'own', 'wide', 'verdict', 'problem'],
    ...[...columns('givesBack'), ...columns('costsAlone')],
  ];
  const rows = effects.map(({ factor, givesBack, costsAlone, verdict }) => [
    ...[factor.name, factor.own, factor.wide, verdict, factor.problem],
    ...[...figures(givesBack), ...figures(costsAlone)],
  ]);
  return renderCsv(header, rows);
}
