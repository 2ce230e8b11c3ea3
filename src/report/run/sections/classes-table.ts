import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { formatCount, formatPercent } from '../../kit/quantity.js';
import { type Column, renderPlainTable } from '../../kit/table.js';

type Classes = NonNullable<ResultRecord['classes']>;
type ClassRow = Classes['perClass'][number];

/** More classes than this make no table that can be read. */
const mostColumns = 20;

const columns: readonly Column<ClassRow>[] = [
  {
    label: 'Class',
    unit: '',
    explanation: 'Number of the class: the label, and the output neuron that says it.',
    isNumeric: true,
    cell: (row) => formatCount(row.class),
  },
  {
    label: 'Training',
    unit: 'samples',
    explanation: 'Training samples of the class.',
    isNumeric: true,
    cell: ({ trainSamples }) => formatCount(trainSamples),
  },
  {
    label: 'Test',
    unit: 'samples',
    explanation: 'Test samples of the class.',
    isNumeric: true,
    cell: ({ testSamples }) => formatCount(testSamples),
  },
  {
    label: 'Said',
    unit: 'samples',
    explanation: 'Test samples, of any class, that the chip says this class of.',
    isNumeric: true,
    cell: ({ saidSamples }) => formatCount(saidSamples),
  },
  {
    label: 'Error',
    unit: 'of its samples',
    explanation: 'Test samples of the class that the chip says another of; a dash: it has none.',
    isNumeric: true,
    cell: ({ testErrorPercent }) =>
      testErrorPercent === null ? '–' : formatPercent(testErrorPercent),
  },
];

interface ConfusionRow {
  readonly label: number;
  readonly counts: readonly number[];
}

function confusionTable({ confusion }: Classes): Markup {
  if (confusion.length > mostColumns) {
    return markup`<p>The confusion matrix of ${formatCount(confusion.length)} classes is in result.json (<code>classes.confusion</code>).</p>`;
  }
  const rows = confusion.map((counts, label): ConfusionRow => ({ label, counts }));
  const said = rows.map(({ label }): Column<ConfusionRow> => ({
    label: formatCount(label),
    unit: '',
    explanation: `Test samples that the chip says class ${label} of.`,
    isNumeric: true,
    cell: ({ counts }) => formatCount(counts[label] ?? 0),
  }));
  const first: Column<ConfusionRow> = {
    label: 'Label',
    unit: 'class said →',
    explanation: 'Class that the test samples of the row belong to.',
    isNumeric: true,
    cell: ({ label }) => formatCount(label),
  };
  return renderPlainTable('Confusion matrix', [first, ...said], rows);
}

/** Errors by class and the confusion matrix of the test samples; nothing in an older record. */
export function renderClasses({ classes }: ResultRecord): Markup {
  if (classes === null) return noMarkup;
  const { balancedErrorPercent, constantErrorPercent } = classes;
  return markup`<section><h2>Classes</h2><p>What the chip says of the test samples after its last epoch. Balanced error, every class weighing the same: <b>${formatPercent(balancedErrorPercent)}</b>; always saying the most frequent class: ${formatPercent(constantErrorPercent)}.</p>
${renderPlainTable('Errors by class', columns, classes.perClass)}${confusionTable(classes)}</section>\n`;
}
