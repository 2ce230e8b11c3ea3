import {
  type RankCorrelation,
  rankCorrelation,
} from '../../experiment/validation/rank-correlation.js';
import type { ChipValidation, Verdict } from '../../experiment/validation/validate.js';
import { printFigure } from '../../experiment/validation/figure.js';
import { escapeMarkdown } from '../kit/markdown.js';
import { verdictTable } from './validation-figures.js';

/* What learning adds: every published pair of learning and inference against the model, and the order of chips by it. */

/** Whether a figure is of the energy, or the power, that learning takes above an inference; area and memory are not. */
function isEnergyOverhead({ claim: { prediction } }: Verdict): boolean {
  return (
    prediction.kind === 'increase' ||
    (prediction.kind === 'estimate' && prediction.figure === 'learningEnergyOverhead')
  );
}

/** Whether a figure says what a chip that learns has or takes more than one that does not. */
function isOverhead(verdict: Verdict): boolean {
  return verdict.claim.prediction.kind === 'overhead' || isEnergyOverhead(verdict);
}

/** One verdict a published pair: the first, where several predict the same row. */
function publishedPairs(verdicts: readonly Verdict[]): readonly Verdict[] {
  const seen = new Set<string>();
  return verdicts.filter((verdict) => {
    const key = JSON.stringify([verdict.row.chip, verdict.row.figure]);
    if (!isEnergyOverhead(verdict) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Several predictions of one published pair: what they range over, as networks that were not published leave it. */
function rangeLines(verdicts: readonly Verdict[]): readonly string[] {
  return publishedPairs(verdicts).flatMap(({ row, claim }) => {
    const values = verdicts
      .filter((one) => isEnergyOverhead(one) && one.row === row)
      .map(({ predicted }) => predicted.value);
    if (values.length < 2) return [];
    const print = (value: number): string => printFigure({ quantity: 'percent', value });
    const range = `${print(Math.min(...values))} to ${print(Math.max(...values))}`;
    const quoted = `${row.chip}, “${escapeMarkdown(row.figure)}”`;
    return [
      `- ${quoted}: ${range} over ${values.length} networks that are as plausible, published ${printFigure(claim.published.value)}.`,
    ];
  });
}

/** Below it an order drawn at random hardly agrees as well. */
const significance = 0.05;

function orderWords(correlation: RankCorrelation): string {
  const { pairCount, concordantCount, discordantCount, tau, probability } = correlation;
  const couples = (pairCount * (pairCount - 1)) / 2;
  const equal = couples - concordantCount - discordantCount;
  const rest = equal === 0 ? '' : `, ${equal} are equal in one of them`;
  const much = Number(probability.toPrecision(2));
  const verdict =
    probability < significance
      ? `an order drawn at random agrees or disagrees as much in ${much} of all cases`
      : `that says nothing yet, n is too small for it or the order too poor: one drawn at random agrees or disagrees as much in ${much} of all cases`;
  return `Kendall's τ = ${tau.toFixed(2)}, n = ${pairCount}: of ${couples} couples of published pairs ${concordantCount} are put in the right order${rest}; ${verdict}.`;
}

/** Order of published pairs by what learning adds, right or not; null where there are fewer than two. */
export function overheadOrder(verdicts: readonly Verdict[]): string | null {
  const correlation = rankCorrelation(
    publishedPairs(verdicts).map(({ claim, predicted }) => [
      claim.published.value.value,
      predicted.value,
    ]),
  );
  return correlation === null ? null : orderWords(correlation);
}

/** "What learning adds" of `docs/validation.md`. */
export function overheadSection(validations: readonly ChipValidation[]): readonly string[] {
  const verdicts = validations.flatMap((validation) => validation.verdicts);
  const order = overheadOrder(verdicts);
  const ranges = rangeLines(verdicts);
  return [
    '## What learning adds',
    '',
    'Published pairs of learning and inference, and memory and area that only learning needs. Their basis, and what is not like',
    'the chip, stand with each figure below. No schedule, price or structure was chosen for any of them but where it says fitted.',
    '',
    ...verdictTable(validations, isOverhead),
    '',
    ...ranges,
    ...(ranges.length === 0 ? [] : ['']),
    'Energy or power of learning above that of an inference, one figure a published pair (the first, where there are several):',
    order ?? 'fewer than two published pairs have no order.',
    'Networks, tasks and rules of these pairs differ; two of them are budgets or bounds.',
    '',
  ];
}
