import { canonicalHash } from '../../units/canonical-hash.js';
import type { StudyPlan, StudyPoint } from './plan-study.js';
import type { DonePoint, PointFigures, PointRecord } from './point-record.js';
import type { SettingValue, StudyMetric } from './sweep-schema.js';
import { printSetting } from '../../units/printable.js';

/** Points that differ in their seed only. */
export interface PointGroup {
  /** Named point and settings, as a reader tells groups apart. */
  readonly label: string;
  readonly point: StudyPoint;
  /** By seed, those that were run. */
  readonly done: ReadonlyMap<number, DonePoint>;
  readonly failed: readonly { readonly seed: number; readonly reason: string }[];
  /** Points that nothing is known of yet. */
  readonly missing: number;
}

/** What n runs with different seeds say of a figure. */
export interface MetricSummary {
  readonly n: number;
  readonly mean: number;
  /** Standard error of the mean; null: one run tells none. */
  readonly standardError: number | null;
  /** 95 % interval of the mean by Student's t; null: one run tells none. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/**
 * Two-sided 95 % quantiles of Student's t by degrees of freedom 1…30.
 * Source: NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2, column 0.975.
 */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];

/** 97.5 % quantile of Student's t; beyond the table that of 30, so that an interval is a little too wide. */
export function quantileOf(degreesOfFreedom: number): number {
  return quantiles[Math.min(degreesOfFreedom, quantiles.length) - 1] ?? Infinity;
}

/** Mean, standard error and interval of at least one value. */
export function summariseValues(values: readonly number[]): MetricSummary | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, standardError: null, interval: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const standardError = Math.sqrt(variance / n);
  const spread = quantileOf(n - 1) * standardError;
  return { n, mean, standardError, interval: { low: mean - spread, high: mean + spread } };
}

/** The chip's test error after each epoch, over the seeds of a group; null where no run has it. */
export function errorCurve({ done }: PointGroup): readonly (MetricSummary | null)[] {
  const curves = [...done.values()].map(({ figures }) =>
    figures.epochs.map(({ chipTestErrorPercent }) => chipTestErrorPercent),
  );
  const length = Math.max(0, ...curves.map((curve) => curve.length));
  return Array.from({ length }, (_, epoch) =>
    summariseValues(curves.map((curve) => curve[epoch] ?? null).filter((error) => error !== null)),
  );
}

type EpochError = 'chipTestErrorPercent' | 'referenceTestErrorPercent';

/** Smallest error and the epoch that had it first; null: the side was not run. */
export function bestEpoch(
  { epochs }: PointFigures,
  side: EpochError,
): { readonly epoch: number; readonly errorPercent: number } | null {
  return epochs.reduce<{ epoch: number; errorPercent: number } | null>((best, epoch) => {
    const errorPercent = epoch[side];
    if (errorPercent === null || (best !== null && best.errorPercent <= errorPercent)) return best;
    return { epoch: epoch.epoch, errorPercent };
  }, null);
}

/** Error after the last epoch of one side that was run; null: there is none, or the reference diverged. */
function lastError(figures: PointFigures, side: EpochError): number | null {
  if (side === 'referenceTestErrorPercent' && figures.divergedInEpoch !== null) return null;
  return figures.epochs.findLast((epoch) => epoch[side] !== null)?.[side] ?? null;
}

/** A figure of a point that was run; null: it has none. */
export function metricOf(metric: StudyMetric, figures: PointFigures): number | null {
  switch (metric) {
    case 'chipTestErrorPercent':
    case 'referenceTestErrorPercent':
      return lastError(figures, metric);
    case 'bestChipTestErrorPercent':
      return bestEpoch(figures, 'chipTestErrorPercent')?.errorPercent ?? null;
    case 'bestReferenceTestErrorPercent':
      return bestEpoch(figures, 'referenceTestErrorPercent')?.errorPercent ?? null;
    case 'lossPoints':
      return figures.lossPoints;
    case 'trainingNj':
      return figures.training?.energyNj ?? null;
    case 'inferenceNj':
      return figures.inference?.energyNj ?? null;
    case 'trainingUs':
      return figures.training?.latencyUs ?? null;
    case 'inferenceUs':
      return figures.inference?.latencyUs ?? null;
    case 'memoryBits':
      return figures.memoryBits;
  }
}

/** The keys as short as tells them apart: their last parts. */
function shortKeys(keys: readonly string[]): ReadonlyMap<string, string> {
  const suffix = (key: string, parts: number): string => key.split('.').slice(-parts).join('.');
  return new Map(
    keys.map((key) => {
      const length = key.split('.').length;
      const parts = Array.from({ length }, (_, index) => index + 1).find((count) =>
        keys.every((other) => other === key || suffix(other, count) !== suffix(key, count)),
      );
      return [key, suffix(key, parts ?? length)];
    }),
  );
}

/** Keys of settings in which points differ, in the order of their first occurrence. */
function differingKeys(points: readonly StudyPoint[]): readonly string[] {
  const keys = [...new Set(points.flatMap(({ settings }) => Object.keys(settings)))];
  return keys.filter(
    (key) => new Set(points.map(({ settings }) => canonicalHash([settings[key] ?? null]))).size > 1,
  );
}

/** Settings that all points have alike, as a reader reads them: `epochs 5`; null: there are none. */
export function commonSettings(points: readonly StudyPoint[]): string | null {
  const [first] = points;
  const differing = new Set(differingKeys(points));
  const common = Object.entries(first?.settings ?? {}).filter(([key]) => !differing.has(key));
  const keys = shortKeys(common.map(([key]) => key));
  const texts = common.map(([key, value]) => `${keys.get(key) ?? key} ${printSetting(value)}`);
  return texts.length === 0 ? null : texts.join(', ');
}

/**
 * Labels that tell groups apart, and nothing else: the name of a named point, where several have it with what they differ in;
 * without names the settings in which the points of the study differ.
 */
function distinctLabels(points: readonly StudyPoint[]): readonly string[] {
  // Of all points of a name at once: their keys are compared once, not once a point.
  const ofName = new Map<string | null, StudyPoint[]>();
  for (const point of points) {
    const alike = ofName.get(point.name);
    if (alike === undefined) ofName.set(point.name, [point]);
    else alike.push(point);
  }
  const keysOfName = new Map(
    [...ofName].map(([name, alike]) => {
      const isAlone = name === null && alike.length === 1;
      const keys = isAlone ? Object.keys(alike[0]?.settings ?? {}) : differingKeys(alike);
      return [name, shortKeys(keys)] as const;
    }),
  );
  const labelled = points.map(({ name, settings }) => {
    const keys = keysOfName.get(name) ?? new Map<string, string>();
    const own = [...keys].filter(([key]) => settings[key] !== undefined);
    const text = (print: (value: SettingValue) => string): string => {
      const parts = own.map(([key, short]) => `${short} ${print(settings[key] ?? null)}`);
      const all = [...(name === null ? [] : [name]), ...parts];
      return all.length === 0 ? 'base' : all.join(', ');
    };
    return { plain: text(printSetting), exact: text((value) => JSON.stringify(value)) };
  });
  const counts = new Map<string, number>();
  for (const { plain } of labelled) counts.set(plain, (counts.get(plain) ?? 0) + 1);
  // The text '1' and the number 1 read alike.
  return labelled.map(({ plain, exact }) => (counts.get(plain) === 1 ? plain : exact));
}

/** The points of a study by all but their seed, in the order of the plan. */
export function groupsOf(
  { points }: Pick<StudyPlan, 'points'>,
  records: ReadonlyMap<string, PointRecord>,
): readonly PointGroup[] {
  const members = new Map<string, StudyPoint[]>();
  for (const point of points) {
    const identity = canonicalHash([point.name, point.settings]);
    const group = members.get(identity);
    if (group === undefined) members.set(identity, [point]);
    else group.push(point);
  }
  const groups = [...members.values()];
  const labels = distinctLabels(groups.flatMap(([first]) => (first === undefined ? [] : [first])));
  return groups.flatMap((group, index): PointGroup[] => {
    const [point] = group;
    if (point === undefined) return [];
    const known = group.map((member) => {
      const record = member.hash === null ? undefined : records.get(member.hash);
      return { member, record };
    });
    return [
      {
        label: labels[index] ?? '',
        point,
        done: new Map(
          known.flatMap(({ member, record }) =>
            record?.status === 'done' ? [[member.seed, record] as const] : [],
          ),
        ),
        failed: known.flatMap(({ member: { seed, problem }, record }) => {
          const reason = problem ?? (record?.status === 'failed' ? record.reason : null);
          return reason === null ? [] : [{ seed, reason }];
        }),
        missing: known.filter(
          ({ member, record }) => member.problem === null && record === undefined,
        ).length,
      },
    ];
  });
}

/** A figure over the seeds of a group; null: none of its runs has it. */
export function summariseMetric(group: PointGroup, metric: StudyMetric): MetricSummary | null {
  const values = [...group.done.values()].map(({ figures }) => metricOf(metric, figures));
  return summariseValues(values.filter((value) => value !== null));
}

/** Differences of a figure to that of another group, paired by seed; null: no seed was run in both. */
export function pairedDifference(
  group: PointGroup,
  other: PointGroup,
  metric: StudyMetric,
): MetricSummary | null {
  const differences = [...group.done].map(([seed, { figures }]) => {
    const partner = other.done.get(seed);
    const left = metricOf(metric, figures);
    const right = partner === undefined ? null : metricOf(metric, partner.figures);
    return left === null || right === null ? null : left - right;
  });
  return summariseValues(differences.filter((difference) => difference !== null));
}
