import type { Study } from '../run-study.js';
import {
  groupsOf,
  type MetricSummary,
  pairedDifference,
  type PointGroup,
  quantileOf,
  summariseMetric,
} from '../summarise.js';
import { formatsPoints } from './plan-formats.js';
import type { Factor } from './wide-formats.js';

/**
 * What the runs say of a factor. `costs`: all its intervals lie above 0. `perhaps`: one of two does, which chance alone
 * does to one figure in forty. `nothing seen`: none. `unknown`: no interval, for one seed tells none.
 */
export type FactorVerdict = 'costs' | 'perhaps' | 'nothing seen' | 'unknown';

/** A row of the attribution. */
export interface FactorEffect {
  readonly factor: Factor;
  /** Points of test error that it gives back when it alone is widened; null: it cannot be, or no run says. */
  readonly givesBack: MetricSummary | null;
  /** Points that it costs when everything else is wide. */
  readonly costsAlone: MetricSummary | null;
  readonly verdict: FactorVerdict;
}

/** Which part of the arithmetic costs how many points of test error; differences are paired by seed. */
export interface Attribution {
  readonly own: MetricSummary | null;
  readonly reference: MetricSummary | null;
  /** Runs of the experiment as it is whose float reference diverged. */
  readonly divergedCount: number;
  readonly wide: MetricSummary | null;
  /** Points that everything wide gives back: all that the factors can explain. */
  readonly givesBackAll: MetricSummary | null;
  /** The culprit first. */
  readonly effects: readonly FactorEffect[];
}

function verdictOf(summaries: readonly (MetricSummary | null)[]): FactorVerdict {
  const intervals = summaries.flatMap((summary) =>
    summary === null || summary.interval === null ? [] : [summary.interval],
  );
  if (intervals.length === 0) return 'unknown';
  const above = intervals.filter(({ low }) => low > 0).length;
  if (above === intervals.length) return 'costs';
  return above > 0 ? 'perhaps' : 'nothing seen';
}

/** Spread that the differences of a study have in common. */
interface Pooled {
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

/** Mean variance of the differences between seeds, of all that are not the same run twice. */
function pooledOf(summaries: readonly (MetricSummary | null)[]): Pooled {
  let [sum, degreesOfFreedom] = [0, 0];
  for (const summary of summaries) {
    if (summary === null || summary.standardError === null) continue;
    const { n, mean, standardError } = summary;
    if (mean === 0 && standardError === 0) continue;
    sum += (n - 1) * n * standardError ** 2;
    degreesOfFreedom += n - 1;
  }
  return { variance: degreesOfFreedom === 0 ? 0 : sum / degreesOfFreedom, degreesOfFreedom };
}

/**
 * A summary whose interval is no narrower than the spread of all differences makes it: of a few seeds with a few hundred test
 * samples, differences are often equal by chance, and their own spread would be 0.
 */
function noNarrower(
  summary: MetricSummary | null,
  { variance, degreesOfFreedom }: Pooled,
): MetricSummary | null {
  if (summary === null || summary.interval === null || degreesOfFreedom === 0) return summary;
  const { n, mean, standardError, interval } = summary;
  if (mean === 0 && standardError === 0) return summary;
  const spread = Math.max(
    interval.high - mean,
    quantileOf(degreesOfFreedom) * Math.sqrt(variance / n),
  );
  return { ...summary, interval: { low: mean - spread, high: mean + spread } };
}

/** What widening gives back decides the order, what it costs alone where nothing can be widened. */
function weightOf({ givesBack, costsAlone }: FactorEffect): number {
  return (givesBack ?? costsAlone)?.mean ?? -Infinity;
}

/** What costs comes first, each kind by the points that it gives back. */
const verdictOrder: readonly FactorVerdict[] = ['costs', 'perhaps', 'nothing seen', 'unknown'];

function compare(left: FactorEffect, right: FactorEffect): number {
  return (
    verdictOrder.indexOf(left.verdict) - verdictOrder.indexOf(right.verdict) ||
    weightOf(right) - weightOf(left)
  );
}

/** Runs of a group whose float reference ended without finite weights. */
function divergedIn(group: PointGroup | undefined): number {
  const runs = [...(group?.done.values() ?? [])];
  return runs.filter(({ figures }) => figures.divergedInEpoch !== null).length;
}

/** Reads the attribution off the runs of a study that `planFormats` planned. */
export function attribute(
  { plan, records }: Pick<Study, 'plan' | 'records'>,
  factors: readonly Factor[],
): Attribution {
  const groups = new Map(groupsOf(plan, records).map((group) => [group.point.name, group]));
  const metric = 'chipTestErrorPercent';
  const difference = (more: string, less: string): MetricSummary | null => {
    const [above, below] = [groups.get(more), groups.get(less)];
    return above === undefined || below === undefined
      ? null
      : pairedDifference(above, below, metric);
  };
  const summary = (group: PointGroup | undefined, of: Parameters<typeof summariseMetric>[1]) =>
    group === undefined ? null : summariseMetric(group, of);
  const { own, wide, alone, left } = formatsPoints;
  const pairs = factors.map(({ name }) => [
    difference(own, alone(name)),
    difference(left(name), wide),
  ]);
  const pooled = pooledOf(pairs.flat());
  const effects = factors.map((factor, index): FactorEffect => {
    const [givesBack = null, costsAlone = null] = (pairs[index] ?? []).map((summary) =>
      noNarrower(summary, pooled),
    );
    return { factor, givesBack, costsAlone, verdict: verdictOf([givesBack, costsAlone]) };
  });
  return {
    own: summary(groups.get(own), metric),
    reference: summary(groups.get(own), 'referenceTestErrorPercent'),
    divergedCount: divergedIn(groups.get(own)),
    wide: summary(groups.get(wide), metric),
    givesBackAll: noNarrower(difference(own, wide), pooled),
    effects: [...effects].sort(compare),
  };
}
