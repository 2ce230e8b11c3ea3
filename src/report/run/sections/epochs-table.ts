import type { RunRecord } from '../../../experiment/record/run-record.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { formatCount, formatNumber, formatPercent } from '../../kit/quantity.js';
import { type Column, renderPlainTable } from '../../kit/table.js';

type Epoch = RunRecord['epochs'][number];
type Times = RunRecord['timing']['epochs'][number];
interface Row {
  readonly epoch: Epoch;
  readonly times: Times | undefined;
}

const dash = '–';

function loss(value: number | null | undefined): string {
  return value == null ? dash : formatNumber(value);
}

function error(value: number | null | undefined): string {
  return value == null ? dash : formatPercent(value);
}

function interval(ends: Epoch['chip']['testInterval'] | undefined): string {
  return ends == null ? dash : `${ends.low.toFixed(2)}–${ends.high.toFixed(2)}`;
}

function seconds(value: number | null | undefined): string {
  return value == null ? dash : formatNumber(value, 3);
}

/** Columns of one side; a dash where it has no such epoch. */
function columnsOf(
  name: string,
  errorsOf: (row: Row) => Epoch['chip'] | null,
  secondsOf: (row: Row) => number | null | undefined,
): readonly Column<Row>[] {
  const column = (
    label: string,
    unit: string,
    explanation: string,
    cell: (row: Row) => string,
  ): Column<Row> => ({ label: `${name} ${label}`, unit, explanation, isNumeric: true, cell });
  return [
    column('test error', '', 'Wrong test samples after the epoch.', (row) =>
      error(errorsOf(row)?.testErrorPercent),
    ),
    column('interval', '%', "Wilson's 95 % interval of that error.", (row) =>
      interval(errorsOf(row)?.testInterval),
    ),
    column(
      'test loss',
      '',
      'Mean loss of a test sample after the epoch, summed over the classes.',
      (row) => loss(errorsOf(row)?.testLoss),
    ),
    column(
      'training error',
      'after',
      'Wrong ones of the first training samples, as many as there are test samples, with the weights after the epoch.',
      (row) => error(errorsOf(row)?.trainErrorAfterPercent),
    ),
    column('training loss', 'after', 'Mean loss of the same samples.', (row) =>
      loss(errorsOf(row)?.trainLossAfter),
    ),
    column('time', 's', 'Wall time of the epoch on the host, evaluation included.', (row) =>
      seconds(secondsOf(row)),
    ),
  ];
}

const columns: readonly Column<Row>[] = [
  {
    label: 'Epoch',
    unit: '',
    explanation: 'Pass through the training samples.',
    isNumeric: true,
    cell: ({ epoch }) => formatCount(epoch.epoch),
  },
  ...columnsOf(
    'chip',
    ({ epoch }) => epoch.chip,
    ({ times }) => times?.chipSeconds,
  ),
  ...columnsOf(
    'reference',
    ({ epoch }) => epoch.reference,
    ({ times }) => times?.referenceSeconds,
  ),
];

/** Errors, losses and times after every epoch; nothing in an older record. */
export function renderEpochs({ epochs, judgedTrainSamples, timing }: RunRecord): Markup {
  if (judgedTrainSamples === null) return noMarkup;
  const rows = epochs.map((epoch): Row => {
    return { epoch, times: timing.epochs.find((times) => times.epoch === epoch.epoch) };
  });
  return markup`<section><h2>By epoch</h2><p>After each epoch, on the test samples and on the first ${formatCount(judgedTrainSamples)} training samples.</p>${renderPlainTable('By epoch', columns, rows)}</section>\n`;
}
