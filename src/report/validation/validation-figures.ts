import { printFigure } from '../../experiment/validation/figure.js';
import type { ChipValidation, Verdict } from '../../experiment/validation/validate.js';
import { type Basis, bases } from '../../experiment/validation/validation-schema.js';
import { escapeMarkdown, markdownTable } from '../kit/markdown.js';

/* How a verdict is said, in the terminal and on the page. */

const basisWords: Readonly<Record<Basis, string>> = {
  blind: 'blind',
  calibrated: 'calibrated',
  fitted: 'calibrated (fitted)',
};

/** `+44.5 %`; `exact` where there is no error at all. */
export function printError(errorPercent: number): string {
  if (errorPercent === 0) return 'exact';
  const digits = Math.abs(errorPercent) < 1 ? 2 : 3;
  const text = Math.abs(errorPercent).toPrecision(digits);
  return `${errorPercent > 0 ? '+' : '−'}${Number(text)} %`;
}

/** The predicted figure with its band, where it has one, and whether all of it has a price. */
function printPredicted({ predicted }: Verdict): string {
  const { quantity, value, low, high, unpriced = [] } = predicted;
  const text = `${printFigure({ quantity, value })}${unpriced.length === 0 ? '' : ', incomplete'}`;
  if (low === null || high === null) return text;
  return `${text} (${printFigure({ quantity, value: low })} to ${printFigure({ quantity, value: high })})`;
}

/** One column of the table of verdicts. */
interface VerdictColumn {
  readonly label: string;
  readonly cell: (verdict: Verdict) => string;
}

export const verdictColumns: readonly VerdictColumn[] = [
  { label: 'figure', cell: ({ claim }) => claim.what },
  { label: 'predicted', cell: printPredicted },
  { label: 'published', cell: ({ claim }) => printFigure(claim.published.value) },
  { label: 'error', cell: ({ errorPercent }) => printError(errorPercent) },
  { label: 'basis', cell: ({ basis }) => basisWords[basis] },
  { label: 'tolerance', cell: ({ claim }) => `${claim.tolerancePercent} %` },
  { label: 'verdict', cell: ({ isWithin }) => (isWithin ? 'within' : 'OUTSIDE') },
];

/** Verdicts as a table of Markdown. */
export function verdictTable(
  validations: readonly ChipValidation[],
  keep: (verdict: Verdict) => boolean,
): readonly string[] {
  const labels = ['chip', ...verdictColumns.map(({ label }) => label)];
  const rows = validations.flatMap(({ chip, verdicts }) =>
    verdicts
      .filter(keep)
      .map((verdict) => [
        chip.name,
        ...verdictColumns.map(({ cell }) => escapeMarkdown(cell(verdict))),
      ]),
  );
  return markdownTable(labels, rows);
}

/** How many predictions are within their tolerance, by what they rest on. */
export function tally(verdicts: readonly Verdict[]): string {
  const kinds = bases
    .map((basis) => [basis, verdicts.filter((verdict) => verdict.basis === basis)] as const)
    .filter(([, list]) => list.length > 0)
    .map(([basis, list]) => `${basis} ${within(list)}`);
  return `Within their tolerance: ${within(verdicts)} predictions (${kinds.join(', ')}).`;
}

function within(verdicts: readonly Verdict[]): string {
  return `${verdicts.filter(({ isWithin }) => isWithin).length} of ${verdicts.length}`;
}
