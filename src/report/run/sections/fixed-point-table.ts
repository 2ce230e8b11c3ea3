import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { formatCount, formatNumber, formatPercent } from '../../kit/quantity.js';
import { type Column, renderPlainTable } from '../../kit/table.js';

type FixedPoint = ResultRecord['fixedPoint'][number];

/** A count that deserves a second look when it is not 0. */
function noticeable(count: number): string | Markup {
  return count === 0 ? '0' : markup`<strong>${formatCount(count)}</strong>`;
}

const countColumns: readonly Column<FixedPoint>[] = [
  {
    label: 'Layer',
    unit: '',
    explanation: 'Layer of the tensor; “input” is the encoder in front of layer 1.',
    isNumeric: false,
    cell: ({ layer }) => (layer === 0 ? 'input' : formatCount(layer)),
  },
  {
    label: 'Tensor',
    unit: '',
    explanation: 'Values that share a fixed-point format.',
    isNumeric: false,
    cell: ({ tensor }) => tensor,
  },
  {
    label: 'Saturations',
    unit: 'values',
    explanation:
      'Values that did not fit the format and were set to the nearest end of its range, in training and evaluation; a dash: not counted, the activation unit ends there by itself.',
    isNumeric: true,
    cell: ({ saturations }) => (saturations === null ? '–' : noticeable(saturations)),
  },
  {
    label: 'Wraps',
    unit: 'values',
    explanation: 'Values that did not fit the format and lost their high bits.',
    isNumeric: true,
    cell: ({ wraps }) => noticeable(wraps),
  },
  {
    label: 'First',
    unit: 'training sample',
    explanation:
      'Ordinal of the training sample in which a value first did not fit; a dash: never.',
    isNumeric: true,
    cell: ({ firstTrainingSample }) =>
      firstTrainingSample === null ? '–' : formatCount(firstTrainingSample),
  },
];

/** Columns that some runs do not measure; each is left out where it would be empty. */
const optionalColumns: readonly {
  readonly isMeasured: (row: FixedPoint) => boolean;
  readonly column: Column<FixedPoint>;
}[] = [
  {
    isMeasured: ({ deadUpdateFraction }) => deadUpdateFraction !== null,
    column: {
      label: 'Dead updates',
      unit: 'of updates',
      explanation: 'Weight updates other than 0 that left the stored weight unchanged.',
      isNumeric: true,
      cell: ({ deadUpdateFraction }) =>
        deadUpdateFraction === null ? '–' : formatPercent(100 * deadUpdateFraction),
    },
  },
  {
    isMeasured: ({ rmsErrorVsReference }) => rmsErrorVsReference !== null,
    column: {
      label: 'RMS error',
      unit: 'of real values',
      explanation:
        "Root mean square difference to float arithmetic, in real values: weights and biases to the reference's at the end; h (activation, output) and δz (delta) to the same network in float.",
      isNumeric: true,
      cell: ({ rmsErrorVsReference }) =>
        rmsErrorVsReference === null ? '–' : formatNumber(rmsErrorVsReference, 3),
    },
  },
  {
    isMeasured: ({ signDisagreementPercent }) => signDisagreementPercent !== null,
    column: {
      label: 'Sign differs',
      unit: 'of values',
      explanation:
        'Values above 0 on one side and below 0 on the other, of all that the RMS error compares.',
      isNumeric: true,
      cell: ({ signDisagreementPercent }) =>
        signDisagreementPercent === null ? '–' : formatPercent(signDisagreementPercent),
    },
  },
];

/** Where fixed point hurts: overflow, dead updates, distance from the reference, per layer and tensor. */
export function renderFixedPointTable(result: ResultRecord): Markup {
  const rows = result.fixedPoint;
  if (rows.length === 0) return renderPlainTable('Fixed-point health', countColumns, rows);
  const measured = optionalColumns.filter(({ isMeasured }) => rows.some(isMeasured));
  const missing = optionalColumns.filter((entry) => !measured.includes(entry));
  const columns = [...countColumns, ...measured.map(({ column }) => column)];
  const note =
    missing.length === 0
      ? noMarkup
      : markup`<p>Not measured in this run: ${missing.map(({ column }) => column.label).join(', ')}.</p>`;
  return markup`${renderPlainTable('Fixed-point health', columns, rows)}${note}`;
}
