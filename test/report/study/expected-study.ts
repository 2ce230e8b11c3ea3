import type { PointFigures } from '../../../src/experiment/study/point-record.js';
import type { StudyMetric } from '../../../src/experiment/study/sweep-schema.js';
import * as print from '../figures/print.js';

/*
 * What a study must say, worked out from its records alone (studies.md, "Store" and "Page"): means, standard errors, intervals
 * by Student's t, differences paired by seed, fronts. Types are all that is taken of the code.
 */

/** Runs of one point by seed. */
export interface Runs {
  readonly label: string;
  readonly rule: string;
  readonly bySeed: ReadonlyMap<number, PointFigures>;
}

/** Where each figure stands in a record. */
const figures: Readonly<Record<StudyMetric, (of: PointFigures) => number | null>> = {
  chipTestErrorPercent: ({ epochs }) => epochs[epochs.length - 1]?.chipTestErrorPercent ?? null,
  bestChipTestErrorPercent: ({ epochs }) => smallest(epochs.map((e) => e.chipTestErrorPercent)),
  // Of a reference that diverged there is no last error.
  referenceTestErrorPercent: ({ epochs, divergedInEpoch }) =>
    divergedInEpoch === null
      ? (epochs.map((e) => e.referenceTestErrorPercent).findLast((error) => error !== null) ?? null)
      : null,
  bestReferenceTestErrorPercent: ({ epochs }) =>
    smallest(epochs.map((e) => e.referenceTestErrorPercent)),
  lossPoints: ({ lossPoints }) => lossPoints,
  trainingNj: ({ training }) => training?.energyNj ?? null,
  inferenceNj: ({ inference }) => inference?.energyNj ?? null,
  trainingUs: ({ training }) => training?.latencyUs ?? null,
  inferenceUs: ({ inference }) => inference?.latencyUs ?? null,
  memoryBits: ({ memoryBits }) => memoryBits,
};

function smallest(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? null : Math.min(...numbers);
}

/** Natural logarithm of Γ(n/2), by the recurrence from Γ(1/2) = √π and Γ(1) = 1. */
function logGammaOfHalf(n: number): number {
  let log = n % 2 === 0 ? 0 : Math.log(Math.sqrt(Math.PI));
  for (let half = n % 2 === 0 ? 2 : 1; half < n; half += 2) log += Math.log(half / 2);
  return log;
}

/** The t beyond which 2.5 % of Student's distribution lie: its density summed up by Simpson's rule, the limit by halving. */
export function studentQuantile(freedom: number): number {
  const scale =
    Math.exp(logGammaOfHalf(freedom + 1) - logGammaOfHalf(freedom)) / Math.sqrt(freedom * Math.PI);
  const density = (x: number): number => scale * (1 + (x * x) / freedom) ** (-(freedom + 1) / 2);
  const between = (t: number): number => {
    const steps = 2000;
    const width = t / steps;
    let sum = density(0) + density(t);
    for (let step = 1; step < steps; step += 1)
      sum += (step % 2 === 0 ? 2 : 4) * density(step * width);
    return (sum * width) / 3;
  };
  let [low, high] = [0, 20];
  while (high - low > 1e-5) {
    const middle = (low + high) / 2;
    if (between(middle) < 0.475) low = middle;
    else high = middle;
  }
  return low;
}

/** A mean over runs with what is known of its chance. */
interface Expected {
  readonly n: number;
  readonly mean: number;
  readonly standardError: number | null;
}

function overRuns(values: readonly number[]): Expected | null {
  const n = values.length;
  if (n === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  if (n === 1) return { n, mean, standardError: null };
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { n, mean, standardError: Math.sqrt(squares / (n - 1) / n) };
}

export function expectedOf({ bySeed }: Runs, metric: StudyMetric): Expected | null {
  const values = [...bySeed.values()].map(figures[metric]);
  return overRuns(values.filter((value) => value !== null));
}

/** Differences seed by seed: only seeds that both have count. */
export function expectedDifference(of: Runs, to: Runs, metric: StudyMetric): Expected | null {
  const differences: number[] = [];
  for (const [seed, own] of of.bySeed) {
    const other = to.bySeed.get(seed);
    const [left, right] = [
      figures[metric](own),
      other === undefined ? null : figures[metric](other),
    ];
    if (left !== null && right !== null) differences.push(left - right);
  }
  return overRuns(differences);
}

/** How a mean is printed, and what one of its unit is. */
const printed: Readonly<
  Record<'percent' | 'points' | 'energy' | 'time' | 'memory', (value: number) => string>
> = {
  percent: (value) => print.percent(value),
  points: print.points,
  energy: (nj) => print.energy(1000 * nj),
  time: print.time,
  memory: print.memory,
};
const kinds: Readonly<Record<StudyMetric, keyof typeof printed>> = {
  chipTestErrorPercent: 'percent',
  bestChipTestErrorPercent: 'percent',
  referenceTestErrorPercent: 'percent',
  bestReferenceTestErrorPercent: 'percent',
  lossPoints: 'points',
  trainingNj: 'energy',
  inferenceNj: 'energy',
  trainingUs: 'time',
  inferenceUs: 'time',
  memoryBits: 'memory',
};
/** Base units of a record in one of a printed unit. */
const perUnit: Readonly<Record<string, number>> = {
  '%': 1,
  point: 1,
  points: 1,
  ...{ mJ: 1e6, µJ: 1e3, nJ: 1, pJ: 1e-3 },
  ...{ s: 1e6, ms: 1e3, µs: 1, ns: 1e-3 },
  ...{ MiB: 8 * 1024 * 1024, KiB: 8192, bit: 1 },
};

/** The cell of a figure: mean ± standard error in the unit of the mean, and n. */
export function expectedCell(runs: Runs | null, metric: StudyMetric): string {
  const expected = runs === null ? null : expectedOf(runs, metric);
  if (expected === null) return '–';
  const { n, mean, standardError } = expected;
  const text = printed[kinds[metric]](mean);
  if (standardError === null) return `${text} (n 1)`;
  const [number = '', unit = ''] = text.split(' ');
  const error = standardError / (perUnit[unit] ?? NaN);
  const decimals = Math.max(2, number.split('.')[1]?.length ?? 0);
  const finest = 10 ** -decimals;
  const spread =
    error > 0 && error < finest / 2 ? `<${String(finest)}` : print.significant(error, 2);
  return `${number} ± ${spread} ${unit} (n ${n})`;
}

/** Labels of the points that no other dominates: as good in both figures and better in one. */
export function expectedFront(all: readonly Runs[], cost: StudyMetric): readonly string[] {
  const places = all.flatMap((runs) => {
    const [x, y] = [expectedOf(runs, cost), expectedOf(runs, 'chipTestErrorPercent')];
    return x === null || y === null ? [] : [{ label: runs.label, x: x.mean, y: y.mean }];
  });
  return places
    .filter(({ x, y }) => !places.some((o) => o.x <= x && o.y <= y && (o.x < x || o.y < y)))
    .map(({ label }) => label);
}

/** The point of a rule with the least energy of training among those whose mean loss is at most this many points. */
export function expectedCheapest(all: readonly Runs[], rule: string, points: number): Runs | null {
  let best: Runs | null = null;
  for (const runs of all) {
    const [loss, energy] = [expectedOf(runs, 'lossPoints'), expectedOf(runs, 'trainingNj')];
    if (runs.rule !== rule || loss === null || energy === null || loss.mean > points) continue;
    const least = best === null ? Infinity : (expectedOf(best, 'trainingNj')?.mean ?? Infinity);
    if (energy.mean < least) best = runs;
  }
  return best;
}
