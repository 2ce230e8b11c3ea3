import type { ResultRecord } from '../../../experiment/record/result-record.js';
import { markup, type Markup, noMarkup } from '../../kit/markup.js';
import { formatCount, formatNumber, formatPercent, formatShare } from '../../kit/quantity.js';
import { type Column, renderPlainTable } from '../../kit/table.js';

type FixedPoint = ResultRecord['fixedPoint'][number];

/** Share of the values that may miss a format by rounding at its end, as full white does, without being worth a second look. */
const unnoticedShare = 0.001;

/** A count, and its share of the values; one that deserves a second look is set strong. */
function noticeable(count: number, { values }: FixedPoint): string | Markup {
  if (count === 0) return '0';
  if (values === null || values === 0) return markup`<strong>${formatCount(count)}</strong>`;
  const share = formatPercent((100 * count) / values);
  const isSmall = count <= unnoticedShare * values;
  return isSmall
    ? `${formatCount(count)}, ${share}`
    : markup`<strong>${formatCount(count)}</strong>, ${share}`;
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
    label: 'Values',
    unit: 'compared',
    explanation:
      'Values that were compared with the format, initial ones, training and evaluations together; of the input every presentation in training. A dash: not known.',
    isNumeric: true,
    cell: ({ values }) => (values === null ? '–' : formatCount(values)),
  },
  {
    label: 'Saturations',
    unit: 'values, share',
    explanation:
      'Values that did not fit the format and were set to the nearest end of its range, in training and evaluation (input: training alone); a dash: not counted, the activation unit ends there by itself.',
    isNumeric: true,
    cell: (row) => (row.saturations === null ? '–' : noticeable(row.saturations, row)),
  },
  {
    label: 'Wraps',
    unit: 'values, share',
    explanation: 'Values that did not fit the format and lost their high bits.',
    isNumeric: true,
    cell: (row) => noticeable(row.wraps, row),
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
  /** Not told of where it is left out: it is nothing, or is there with the RMS error alone. */
  readonly isAlwaysThere?: true;
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
    isMeasured: ({ initialZeros }) => initialZeros !== null && initialZeros > 0,
    isAlwaysThere: true,
    column: {
      label: 'Initial zeros',
      unit: 'of weights',
      explanation:
        'Initial weights other than 0 that the format made 0 before anything was learned.',
      isNumeric: true,
      cell: ({ initialZeros, initialValues }) =>
        initialZeros === null || initialValues === null
          ? '–'
          : formatShare(initialZeros, initialValues),
    },
  },
  {
    isMeasured: ({ rmsErrorVsReference }) => rmsErrorVsReference !== null,
    column: {
      label: 'RMS error',
      unit: 'of real values',
      explanation:
        "Root mean square difference to float arithmetic, in real values: weights and biases to the reference's at the end; z (accumulator), h (activation, output) and δz (delta) to the same network in float; inputs and B (feedback) to what they were before their format.",
      isNumeric: true,
      cell: ({ rmsErrorVsReference }) =>
        rmsErrorVsReference === null ? '–' : formatNumber(rmsErrorVsReference, 3),
    },
  },
  {
    isMeasured: ({ relativeRmsError }) => relativeRmsError !== null,
    isAlwaysThere: true,
    column: {
      label: 'Relative',
      unit: 'of own RMS',
      explanation: 'The RMS error as a share of the root mean square of the float values.',
      isNumeric: true,
      cell: ({ relativeRmsError }) =>
        relativeRmsError === null ? '–' : formatPercent(100 * relativeRmsError),
    },
  },
  {
    isMeasured: ({ largestReference }) => largestReference !== null,
    isAlwaysThere: true,
    column: {
      label: 'Reaches',
      unit: 'real value',
      explanation:
        'Largest magnitude of the float values that are compared, before any format rounds or ends them.',
      isNumeric: true,
      cell: ({ largestReference }) =>
        largestReference === null ? '–' : formatNumber(largestReference, 3),
    },
  },
  {
    isMeasured: ({ outsidePercent }) => outsidePercent !== null,
    isAlwaysThere: true,
    column: {
      label: 'Outside',
      unit: 'of values',
      explanation: 'Float values that are compared and lie beyond the ends of the format.',
      isNumeric: true,
      cell: ({ outsidePercent }) => (outsidePercent === null ? '–' : formatPercent(outsidePercent)),
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
  const missing = optionalColumns.filter(
    (entry) => entry.isAlwaysThere !== true && !measured.includes(entry),
  );
  const columns = [...countColumns, ...measured.map(({ column }) => column)];
  const note =
    missing.length === 0
      ? noMarkup
      : markup`<p>Not measured in this run: ${missing.map(({ column }) => column.label).join(', ')}.</p>`;
  const differ = result.referenceTraining?.settingsDiffer ?? [];
  const flag =
    differ.length === 0
      ? noMarkup
      : markup`<p class="warning">The float reference was trained otherwise (${differ.join(', ')}): RMS errors and signs of weights and biases compare two trainings, not two number formats. Those of activation, output and delta do not depend on it.</p>`;
  return markup`${flag}${renderPlainTable('Fixed-point health', columns, rows)}${note}`;
}
