import { errorDifference } from '../../experiment/record/error-interval.js';
import { type Markup, markup } from '../kit/markup.js';
import {
  formatChangePercent,
  formatCount,
  formatEnergy,
  formatEnergyBand,
  formatMemory,
  formatPercent,
  formatPoints,
  formatTime,
} from '../kit/quantity.js';
import { type Column, renderPlainTable } from '../kit/table.js';
import { inOrder } from '../run/differences.js';
import { intervalText } from '../run/summary.js';
import type { Compared, Measure } from './compared.js';

/** A line with its letter, and the first one, which others are measured by. */
interface Row {
  readonly letter: string;
  readonly own: Compared;
  readonly first: Compared;
}

/** A, B, … Z, AA, AB, …: what a line goes by in tables and pictures. */
export function letterOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : `${letterOf(Math.floor(index / 26) - 1)}${last}`;
}

const dash = '–';

const letter: Column<Row> = {
  label: '',
  unit: '',
  explanation: 'Letter of the line here and in the pictures.',
  isNumeric: false,
  cell: (row) => markup`<b>${row.letter}</b>`,
};

const name: Column<Row> = {
  label: 'result',
  unit: '',
  explanation:
    'Name of the experiment, with what tells it apart; n is the number of runs in a mean.',
  isNumeric: false,
  cell: ({ own }) => (own.runs > 1 ? `${own.label}, n ${formatCount(own.runs)}` : own.label),
};

function rowsOf(entries: readonly Compared[]): readonly Row[] {
  const [first] = entries;
  if (first === undefined) return [];
  return entries.map((own, index) => ({ letter: letterOf(index), own, first }));
}

/** A figure, below it its interval and its difference to the first line. */
function figure(
  label: string,
  explanation: string,
  of: (entry: Compared) => Measure | null,
  print: {
    readonly value: (value: number) => string;
    readonly ends: (ends: NonNullable<Measure['ends']>) => string;
    readonly difference: (own: Measure, first: Measure, row: Row) => string;
  },
): Column<Row> {
  const cell = (row: Row): string | Markup => {
    const [own, first] = [of(row.own), of(row.first)];
    if (own === null) return dash;
    const notes = [
      ...(own.ends === null ? [] : [print.ends(own.ends)]),
      ...(row.own === row.first || first === null ? [] : [print.difference(own, first, row)]),
    ];
    return markup`${print.value(own.value)}${notes.map((note) => markup`<br><span class="note">${note}</span>`)}`;
  };
  return { label, unit: '', explanation, isNumeric: true, cell };
}

/** `+0.31 points, −0.90 to 1.52 points`: of two single runs with the interval that their test samples leave. */
function pointsText(own: Measure, first: Measure, row: Row): string {
  const text = `Δ ${formatPoints(own.value - first.value)}`;
  const { testSamples } = row.own;
  const isSingle = row.own.runs === 1 && row.first.runs === 1;
  if (!isSingle || testSamples === null || testSamples !== row.first.testSamples) return text;
  return `${text} (${intervalText(errorDifference(own.value, first.value, testSamples), 'points')})`;
}

const errors = {
  value: (value: number) => formatPercent(value),
  // No error is below 0 or above 100 %, which Student's t does not know.
  ends: ({ low, high }: NonNullable<Measure['ends']>) =>
    intervalText({ low: Math.max(0, low), high: Math.min(100, high) }, '%'),
  difference: pointsText,
};

function change(own: Measure, first: Measure): string {
  return first.value === 0 ? '' : `Δ ${formatChangePercent((100 * own.value) / first.value - 100)}`;
}

const energies = {
  value: (nj: number) => formatEnergy(1000 * nj),
  ends: ({ low, high }: NonNullable<Measure['ends']>) => formatEnergyBand(1000 * low, 1000 * high),
  difference: change,
};

const plain = (value: (own: number) => string) => ({
  value,
  ends: ({ low, high }: NonNullable<Measure['ends']>) => `${value(low)} to ${value(high)}`,
  difference: change,
});

const figureColumns: readonly Column<Row>[] = [
  {
    label: 'epochs',
    unit: '',
    explanation: 'Passes through the training samples.',
    isNumeric: true,
    cell: ({ own }) => (own.figures.epochs === null ? dash : formatCount(own.figures.epochs)),
  },
  figure(
    'test error, chip',
    'After the last epoch, with its 95 % interval (one run: of its test samples; several: of the mean over seeds, cut off at 0 and 100 %); Δ to the first line, for two single runs as if both erred independently.',
    ({ figures }) => figures.chipError,
    errors,
  ),
  figure(
    'best',
    'Of all epochs: chosen on the test set itself.',
    ({ figures }) => figures.bestChipError,
    errors,
  ),
  figure(
    'test error, reference',
    'Of the float reference.',
    ({ figures }) => figures.referenceError,
    errors,
  ),
  figure(
    'points lost',
    'Test error of the chip minus that of its reference, with its 95 % interval.',
    ({ figures }) => figures.lossPoints,
    {
      value: formatPoints,
      ends: (ends) => intervalText(ends, 'points'),
      difference: (own, first) => `Δ ${formatPoints(own.value - first.value)}`,
    },
  ),
  figure(
    'energy of training',
    'Of a training sample, low–high of the prices; of several runs the means of all three.',
    ({ figures }) => figures.trainingNj,
    energies,
  ),
  figure(
    'energy of inference',
    'Likewise of an inference.',
    ({ figures }) => figures.inferenceNj,
    energies,
  ),
  figure(
    'latency of training',
    'Of a training sample, one after the other.',
    ({ figures }) => figures.trainingUs,
    plain(formatTime),
  ),
  figure(
    'memory',
    'Bits that the network occupies.',
    ({ figures }) => figures.memoryBits,
    plain(formatMemory),
  ),
];

/** Keys of which lines have not all the same value, with that of each. */
export function differingKeys(entries: readonly Compared[]): readonly string[] {
  const all = inOrder(new Set(entries.flatMap(({ keys }) => [...keys.keys()])));
  const stated = (key: string) =>
    entries
      .filter(({ keys, isPartial }) => !isPartial || keys.has(key))
      .map(({ keys }) => keys.get(key) ?? dash);
  return all.filter((key) => new Set(stated(key)).size > 1);
}

/** Most keys that a table has as columns; of more it is turned around. */
const mostKeyColumns = 8;

/** Keys that differ, a line each result; of many keys a line each key. */
export function renderKeys(entries: readonly Compared[]): Markup {
  const keys = differingKeys(entries);
  if (keys.length === 0) return markup`<p>The same experiment everywhere.</p>`;
  const rows = rowsOf(entries);
  if (keys.length <= mostKeyColumns) {
    const columns = keys.map((key): Column<Row> => ({
      label: key,
      unit: '',
      explanation: 'Key of the experiment, or what it names; – where a line does not state it.',
      isNumeric: false,
      cell: ({ own }) => own.keys.get(key) ?? dash,
    }));
    return renderPlainTable('What differs', [letter, ...columns, name], rows, 'stacks');
  }
  const columns = rows.map((row): Column<string> => ({
    label: row.letter,
    unit: '',
    explanation: row.own.label,
    isNumeric: false,
    cell: (key) => row.own.keys.get(key) ?? dash,
  }));
  const keyColumn: Column<string> = {
    label: 'key',
    unit: '',
    explanation: 'Key of the experiment, or what it names; – where a line does not state it.',
    isNumeric: false,
    cell: (key) => markup`<code>${key}</code>`,
  };
  return renderPlainTable('What differs', [keyColumn, ...columns], keys, 'stacks');
}

/** Figures, a line each, with intervals and differences to the first. */
export function renderFigures(entries: readonly Compared[]): Markup {
  return renderPlainTable('Figures', [letter, name, ...figureColumns], rowsOf(entries), 'stacks');
}
