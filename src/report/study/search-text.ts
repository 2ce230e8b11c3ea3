import type { Accepted } from '../../experiment/study/search/descend.js';
import type { RuleAnswer, SearchResult } from '../../experiment/study/search/search-formats.js';
import { renderCsv } from '../kit/csv.js';
import { type Markup, markup } from '../kit/markup.js';
import {
  formatCount,
  formatEnergy,
  formatNumber,
  formatPercent,
  formatPoints,
} from '../kit/quantity.js';
import { renderPlainTable, type TextColumn, type TextTable, textTable } from '../kit/table.js';
import { printPoints } from './attribution-text.js';
import { printSetting } from '../../units/printable.js';

function errorOf(accepted: Accepted | null): string {
  return accepted === null ? '–' : formatPercent(accepted.errorPercent);
}

function energyOf(accepted: Accepted | null): string {
  return accepted === null ? '–' : formatEnergy(accepted.trainingNj * 1000);
}

/** Settings, with η: what to give `run` with --set. */
function settingsText({ settings, learningRate }: RuleAnswer): string {
  if (settings === null) return '–';
  const all = {
    ...settings,
    ...(learningRate === null ? {} : { 'training.learningRate': learningRate }),
  };
  return Object.entries(all)
    .map(([key, value]) => `${key}=${printSetting(value)}`)
    .join(' ');
}

const columns: readonly TextColumn<RuleAnswer>[] = [
  {
    label: 'rule',
    unit: '',
    explanation: 'Learning rule of the chip.',
    isNumeric: false,
    cell: ({ rule }) => rule,
  },
  {
    label: 'float',
    unit: '',
    explanation: 'Smallest error of the float reference over three η.',
    isNumeric: true,
    cell: ({ floatPercent }) => formatPercent(floatPercent),
  },
  {
    label: 'as it is',
    unit: '',
    explanation: 'Error of the formats of the experiment, with the best of three η.',
    isNumeric: true,
    cell: ({ own }) => errorOf(own),
  },
  {
    label: 'energy as it is',
    unit: '',
    explanation: 'Of one training sample, as far as priced.',
    isNumeric: true,
    cell: ({ own }) => energyOf(own),
  },
  {
    label: 'cheapest',
    unit: '',
    explanation: 'Error of the cheapest formats within the limit; chosen by it, so it flatters.',
    isNumeric: true,
    cell: ({ best }) => errorOf(best),
  },
  {
    label: 'energy of the cheapest',
    unit: '',
    explanation: 'Of one training sample, as far as priced.',
    isNumeric: true,
    cell: ({ best }) => energyOf(best),
  },
  {
    label: 'confirmed',
    unit: '',
    explanation: 'Points lost by the cheapest with seeds that chose nothing.',
    isNumeric: true,
    cell: ({ confirmed }) => printPoints(confirmed),
  },
  {
    label: 'on the test set',
    unit: '',
    explanation:
      'Points lost by the cheapest on the test set, which chose nothing; a dash where the test set itself chose, or nothing was left to run.',
    isNumeric: true,
    cell: ({ tested }) => printPoints(tested),
  },
  {
    label: 'runs',
    unit: '',
    explanation: 'Different runs that the search took, confirmations among them.',
    isNumeric: true,
    cell: ({ runs }) => String(runs),
  },
];

/** The answers as a table of texts. */
export function searchTable({ answers }: SearchResult): TextTable {
  return textTable(columns, answers);
}

function sentenceOf(answer: RuleAnswer, loseAtMost: number): string {
  const { rule, best, own, isComplete, isConfirmed } = answer;
  const end = isComplete
    ? ''
    : ' The runs were used up before every tensor was tried with fewer bits.';
  const limit = formatPoints(loseAtMost);
  if (answer.floatPercent === null && isComplete) {
    return `${rule}: the float reference has no error with any η that was tried, so that no limit is known and nothing was searched (its runs' warnings say why); give a smaller training.learningRate.`;
  }
  if (best === null) return `${rule}: no formats that were tried lose at most ${limit}.${end}`;
  const share =
    own === null
      ? ''
      : `, ${formatNumber((100 * best.trainingNj) / own.trainingNj, 3)}\u00a0% of the energy of the experiment as it is`;
  const found = `${settingsText(answer)}${share}`;
  return isConfirmed
    ? `${rule}: within ${limit} of float with ${found}; other seeds confirm it.${end}`
    : `${rule}: no formats are confirmed to lose at most ${limit}; the last that were tried with other seeds: ${found}.${end}`;
}

/** By which samples the search chose, and what that makes of its errors. */
function judgeSentence(validationSamples: number): string {
  return validationSamples === 0
    ? 'Chosen by the error on the test set, with seeds that confirm but on the same samples: these errors flatter. --validation-samples n chooses by training samples that are held back.'
    : `Chosen and confirmed by the last ${formatCount(validationSamples)} training samples, which were not trained on; the test set was looked at once for each rule, for its answer.`;
}

/** The answers in sentences, first what they were chosen by. */
export function searchSentences(
  { answers, validationSamples }: SearchResult,
  loseAtMost: number,
): readonly string[] {
  const sentences = answers.map((answer) => {
    const { testErrorPercent } = answer;
    const tested =
      testErrorPercent === null
        ? ''
        : ` On the test set it errs ${formatPercent(testErrorPercent.mean)} and loses ${printPoints(answer.tested)}.`;
    return `${sentenceOf(answer, loseAtMost)}${tested}`;
  });
  return [judgeSentence(validationSamples), ...sentences];
}

/** The search as a section of the study's page. */
export function renderSearch(result: SearchResult, loseAtMost: number): Markup {
  const sentences = searchSentences(result, loseAtMost).map(
    (sentence) => markup`<p>${sentence}</p>`,
  );
  return markup`<section><h2>Cheapest formats within ${formatPoints(loseAtMost)} of float</h2>${sentences}${renderPlainTable('Search', columns, result.answers)}</section>`;
}

/** search.csv: a line for each rule. */
export function renderSearchCsv({ answers, validationSamples }: SearchResult): string {
  const header = [
    ...['rule', 'referencePercent', 'ownErrorPercent', 'ownTrainingNj', 'errorPercent'],
    ...[
      'trainingNj',
      'settings',
      'confirmedSeeds',
      'confirmedLossPoints',
      'isConfirmed',
      'isComplete',
      'runs',
      'validationSamples',
      'testErrorPercent',
      'testLossPoints',
    ],
  ];
  const rows = answers.map((answer) => {
    const { rule, floatPercent, own, best, confirmed, isConfirmed, isComplete, runs } = answer;
    return [
      ...[rule, floatPercent, own?.errorPercent ?? null, own?.trainingNj ?? null],
      ...[best?.errorPercent ?? null, best?.trainingNj ?? null],
      ...[best === null ? null : settingsText(answer), confirmed?.n ?? null],
      ...[confirmed?.mean ?? null, isConfirmed, isComplete, runs, validationSamples],
      ...[answer.testErrorPercent?.mean ?? null, answer.tested?.mean ?? null],
    ];
  });
  return renderCsv(header, rows);
}
