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

/** Several predictions of one published pair: what they range over, as what was not published leaves it. */
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
      `- ${quoted}: ${range} over ${values.length} predictions that differ in what was not published, published ${printFigure(claim.published.value)}.`,
    ];
  });
}

/** Below it an order drawn at random hardly agrees as well. */
const significance = 0.05;

function orderWords(of: string, correlation: RankCorrelation): string {
  const { pairCount, concordantCount, discordantCount, tau, probability } = correlation;
  const couples = (pairCount * (pairCount - 1)) / 2;
  const equal = couples - concordantCount - discordantCount;
  const rest = equal === 0 ? '' : `, ${equal} are equal in one of them`;
  const chance = `one drawn at random agrees or disagrees as much in ${Number(probability.toPrecision(2))} of all cases`;
  const verdict =
    probability < significance ? chance : `n is too small for this to mean anything: ${chance}`;
  return `Order of ${of}: Kendall's τ = ${tau.toFixed(2)}, n = ${pairCount}; ${concordantCount} of ${couples} couples are put in the right order${rest}; ${verdict}.`;
}

function orderOf(of: string, pairs: readonly Verdict[]): readonly string[] {
  const correlation = rankCorrelation(
    pairs.map(({ claim, predicted }) => [claim.published.value.value, predicted.value]),
  );
  return correlation === null ? [] : [orderWords(of, correlation)];
}

/**
 * Order of chips, and of all published pairs, by the energy or power that learning adds, right or not: a sentence each, none
 * where there are fewer than two. A chip's pair is the first of its file.
 */
export function overheadOrders(verdicts: readonly Verdict[]): readonly string[] {
  const pairs = publishedPairs(verdicts);
  const chips = pairs.filter(
    ({ row }, index) => pairs.findIndex((one) => one.row.chip === row.chip) === index,
  );
  const all =
    pairs.length === chips.length
      ? []
      : orderOf(
          'published pairs, several of one chip among them, which are not independent',
          pairs,
        );
  return [...orderOf('chips', chips), ...all];
}

/** "What learning adds" of `docs/validation.md`. */
export function overheadSection(validations: readonly ChipValidation[]): readonly string[] {
  const verdicts = validations.flatMap((validation) => validation.verdicts);
  const orders = overheadOrders(verdicts);
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
    'By energy or power of learning above that of an inference, the first figure of a published pair, the first pair of a chip:',
    '',
    ...(orders.length === 0 ? ['Fewer than two chips have no order.'] : orders).map(
      (order) => `- ${order}`,
    ),
    '',
    'Networks, tasks and rules of these pairs differ; one of them is a budget, one a bound.',
    '',
  ];
}
