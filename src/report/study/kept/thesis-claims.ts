import { markdownTable } from '../../../../firmware-sim/datasheet/markdown-table.js';
import {
  type MetricSummary,
  type PointGroup,
  pairedDifference,
  summariseMetric,
} from '../../../experiment/study/summarise.js';
import type { StudyMetric } from '../../../experiment/study/sweep-schema.js';
import { groupOf, type KeptStudy, namesOf } from './kept-study.js';
import type { ThesisStudies } from './thesis-studies.js';

/** What the thesis reports. */
export const best: StudyMetric = 'bestReferenceTestErrorPercent';
/** Chosen by nobody. */
export const last: StudyMetric = 'referenceTestErrorPercent';
const bestOnChip: StudyMetric = 'bestChipTestErrorPercent';

/** `−1.02 (−1.31 to −0.73, n 3)`: mean difference in points with its 95 % interval. */
function printDifference(difference: MetricSummary | null): string {
  if (difference === null) return '–';
  const { mean, interval, n } = difference;
  const sign = (value: number): string => value.toFixed(2).replace('-', '−');
  const range = interval === null ? '' : `${sign(interval.low)} to ${sign(interval.high)}, `;
  return `${sign(mean)} (${range}n ${String(n)})`;
}

/** What a difference says of the claim that it is below 0. */
function verdictOf(difference: MetricSummary | null): string {
  const interval = difference?.interval ?? null;
  if (interval === null) return 'not testable here';
  if (interval.high < 0) return '**confirmed**';
  return interval.low > 0 ? '**not confirmed**' : 'not decided';
}

/** A claim that the first of two groups has the smaller error. */
interface Claim {
  readonly claim: string;
  readonly where: string;
  readonly study: KeptStudy;
  readonly metric: StudyMetric;
  readonly better: string;
  readonly worse: string;
}

function claimsOf({ mnist, synthetic, cifar10, convolution }: ThesisStudies): readonly Claim[] {
  const connected = [
    { where: 'MNIST FC1-500', study: mnist, prefix: 'FC1-500 ', isAlone: false },
    { where: 'MNIST FC2-500', study: mnist, prefix: 'FC2-500 ', isAlone: false },
    { where: 'synthetic FC3-500', study: synthetic, prefix: '', isAlone: false },
    { where: 'CIFAR-10 FC1-500', study: cifar10, prefix: '', isAlone: true },
  ];
  const sides = [
    { side: 'float, Adam', metric: best },
    { side: 'chip, online SGD', metric: bestOnChip },
  ] as const;
  const claims = [
    { claim: 'DEFP error beats DRTP, fully connected', better: 'DEFP error', worse: 'DRTP' },
    {
      claim: 'scaling by the error beats scaling by the loss',
      better: 'DEFP error',
      worse: 'DEFP loss',
    },
    { claim: 'BP stays ahead of DEFP error', better: 'BP', worse: 'DEFP error' },
  ];
  const rows = claims.flatMap(({ claim, better, worse }) =>
    connected.flatMap(({ where, study, prefix, isAlone }) =>
      sides
        .filter(({ metric }) => !isAlone || metric === best)
        .map(({ side, metric }) => ({
          ...{ claim, study, metric, where: `${where}; ${side}` },
          ...{ better: prefix + better, worse: prefix + worse },
        })),
    ),
  );
  const convolutional = { study: convolution, metric: best, where: 'MNIST CONV; float, Adam' };
  return [
    ...rows,
    {
      ...convolutional,
      claim: 'DRTP beats DEFP error, convolutional',
      better: 'DRTP',
      worse: 'DEFP error',
    },
    { ...convolutional, claim: 'BP stays ahead of DRTP', better: 'BP', worse: 'DRTP' },
  ];
}

function meanOf(group: PointGroup, metric: StudyMetric): string {
  const summary = summariseMetric(group, metric);
  return summary === null ? '–' : summary.mean.toFixed(2);
}

/** The two groups of a claim, and how far they lie apart. */
function outcomeOf({ study, metric, better, worse }: Claim) {
  const [left, right] = [groupOf(study, better), groupOf(study, worse)];
  return { left, right, difference: pairedDifference(left, right, metric) };
}

function claimRow(claim: Claim): readonly string[] {
  const { left, right, difference } = outcomeOf(claim);
  const { metric } = claim;
  return [
    claim.claim,
    claim.where,
    `${meanOf(left, metric)} against ${meanOf(right, metric)}`,
    printDifference(difference),
    verdictOf(difference),
  ];
}

/** Best and last errors of every point, float and chip. */
export function errorsTable(study: KeptStudy): string {
  const rows = namesOf(study).map((name) => {
    const group = groupOf(study, name);
    return [
      name,
      ...[best, last, bestOnChip, 'chipTestErrorPercent' as const].map((metric) =>
        meanOf(group, metric),
      ),
    ];
  });
  return markdownTable(['point', 'float, best', 'float, last', 'chip, best', 'chip, last'], rows);
}

/** Every claim of the thesis about two rules, with what came out here. */
export function claimsTable(studies: ThesisStudies): string {
  const rows = claimsOf(studies)
    .filter(({ study }) => study.groups.length > 0)
    .map(claimRow);
  return rows.length === 0
    ? 'No study that compares rules was run yet.'
    : markdownTable(['claim', 'where', 'test error, %', 'difference', 'verdict'], rows);
}

/** What the claims about one study came to, by side: `float: 2 **confirmed**, 1 not decided`. */
export function verdictsOf(studies: ThesisStudies, study: KeptStudy): readonly string[] {
  const counts = new Map<string, Map<string, number>>();
  for (const claim of claimsOf(studies)) {
    if (claim.study !== study) continue;
    const side = claim.metric === best ? 'float' : 'chip';
    const verdict = verdictOf(outcomeOf(claim).difference);
    const ofSide = counts.get(side) ?? new Map<string, number>();
    ofSide.set(verdict, (ofSide.get(verdict) ?? 0) + 1);
    counts.set(side, ofSide);
  }
  return [...counts].map(([side, verdicts]) => {
    const parts = [...verdicts].map(([verdict, count]) => `${String(count)} ${verdict}`);
    return `${side}: ${parts.join(', ')}`;
  });
}
