import type { PointFigures } from '../../experiment/study/point-record.js';
import type { Study } from '../../experiment/study/run-study.js';
import {
  bestEpoch,
  groupsOf,
  metricOf,
  pairedDifference,
  type PointGroup,
  summariseMetric,
} from '../../experiment/study/summarise.js';
import { studyMetrics } from '../../experiment/study/sweep-schema.js';
import { renderCsv } from '../kit/csv.js';
import { percentileColumns } from '../kit/percentile-columns.js';

type Cell = string | number | boolean | null;

/** A table by its header and rows, for CSV and Parquet alike. */
export interface StudyTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

function settingCell(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : JSON.stringify(value);
}

/** Keys that some point sets, in the order in which they first occur. */
function keysOf({ plan }: Study): readonly string[] {
  return [...new Set(plan.points.flatMap(({ settings }) => Object.keys(settings)))];
}

/** Layer and tensor of every share that some point has, such as `1.weight`. */
function tensorNames({ records }: Study): readonly string[] {
  const names = new Set<string>();
  for (const record of records.values()) {
    if (record.status !== 'done') continue;
    for (const { layer, tensor } of record.figures.tensors) names.add(`${layer}.${tensor}`);
  }
  return [...names].sort();
}

/** Whether every action has a price; null: the chip was left out. */
function isPriced({ training, inference }: PointFigures): boolean | null {
  return training === null || inference === null
    ? null
    : training.isComplete && inference.isComplete;
}

/** A line for each point of the plan: its settings, what became of it, its figures; empty where there is none. */
export function runsTable(study: Study): StudyTable {
  const keys = keysOf(study);
  const tensors = tensorNames(study);
  const header = [
    ...['point', ...keys, 'seed', 'hash', 'status', 'reason', 'rule', 'testSamples', 'epochs'],
    ...studyMetrics,
    ...['chipTestLoss', 'referenceTestLoss', 'bestChipEpoch', 'bestReferenceEpoch'],
    ...['trainingLowNj', 'trainingHighNj', 'isPriced'],
    ...percentileColumns.map(([, , column]) => column),
    ...['areaMm2', 'wallSeconds', 'samplesPerSecond', 'warnings'],
    ...tensors.map((name) => `saturatingShare.${name}`),
  ];
  const rows = study.plan.points.map((point): readonly Cell[] => {
    const { name, settings, seed, hash, problem } = point;
    const record = hash === null ? undefined : study.records.get(hash);
    const own = [name, ...keys.map((key) => settingCell(settings[key])), seed, hash];
    if (record?.status !== 'done') {
      const reason = problem ?? record?.reason ?? null;
      const status = reason === null ? 'missing' : 'failed';
      return [...own, status, reason, ...header.slice(own.length + 2).map(() => null)];
    }
    const { figures, timing } = record;
    const last = figures.epochs.at(-1);
    const shares = new Map(
      figures.tensors.map(({ layer, tensor, saturatingShare }) => [
        `${layer}.${tensor}`,
        saturatingShare,
      ]),
    );
    return [
      ...[...own, 'done', null, figures.rule, figures.testSamples, figures.epochs.length],
      ...studyMetrics.map((metric) => metricOf(metric, figures)),
      ...[last?.chipTestLoss ?? null, last?.referenceTestLoss ?? null],
      bestEpoch(figures, 'chipTestErrorPercent')?.epoch ?? null,
      bestEpoch(figures, 'referenceTestErrorPercent')?.epoch ?? null,
      ...[figures.training?.energyLowNj ?? null, figures.training?.energyHighNj ?? null],
      isPriced(figures),
      ...percentileColumns.map(([run, figure]) => figures.energySpread?.[run]?.[figure] ?? null),
      figures.areaMm2,
      ...[timing.wallSeconds, timing.samplesPerSecond],
      figures.warnings.length === 0 ? null : figures.warnings.join(' '),
      ...tensors.map((tensor) => shares.get(tensor) ?? null),
    ];
  });
  return { header, rows };
}

/** A line for each epoch of each point that was run. */
export function curvesTable(study: Study): StudyTable {
  const keys = keysOf(study);
  const figures = [
    'chipTestErrorPercent',
    'chipTrainErrorPercent',
    'chipTrainErrorAfterPercent',
    'chipTestLoss',
    'referenceTestErrorPercent',
    'referenceTrainErrorPercent',
    'referenceTrainErrorAfterPercent',
    'referenceTestLoss',
    'trainingEnergyUj',
  ] as const;
  const rows = study.plan.points.flatMap(({ name, settings, seed, hash }) => {
    const record = hash === null ? undefined : study.records.get(hash);
    if (record?.status !== 'done') return [];
    return record.figures.epochs.map((epoch): readonly Cell[] => [
      ...[name, ...keys.map((key) => settingCell(settings[key])), seed, epoch.epoch],
      ...figures.map((figure) => epoch[figure]),
    ]);
  });
  return { header: ['point', ...keys, 'seed', 'epoch', ...figures], rows };
}

/**
 * A line for each group of points that differ in their seed only, and each figure: n, mean, standard error, 95 % interval
 * by Student's t, and the difference to the first group paired by seed.
 */
export function summaryTable(study: Study): StudyTable {
  const keys = keysOf(study);
  const groups = groupsOf(study.plan, study.records);
  const rows = groups.flatMap((group) =>
    studyMetrics.flatMap((metric): (readonly Cell[])[] => {
      const summary = summariseMetric(group, metric);
      if (summary === null) return [];
      const difference = differenceTo(groups[0], group, metric);
      return [
        [
          ...[group.label, ...keys.map((key) => settingCell(group.point.settings[key])), metric],
          ...[summary.n, summary.mean, summary.standardError],
          ...[summary.interval?.low ?? null, summary.interval?.high ?? null],
          ...[difference?.n ?? null, difference?.mean ?? null, difference?.standardError ?? null],
          ...[difference?.interval?.low ?? null, difference?.interval?.high ?? null],
        ],
      ];
    }),
  );
  return {
    header: [
      ...['group', ...keys, 'metric', 'n', 'mean', 'standardError', 'low95', 'high95'],
      ...['pairs', 'differenceToFirst', 'differenceStandardError'],
      ...['differenceLow95', 'differenceHigh95'],
    ],
    rows,
  };
}

function differenceTo(
  first: PointGroup | undefined,
  group: PointGroup,
  metric: Parameters<typeof pairedDifference>[2],
): ReturnType<typeof pairedDifference> {
  return first === undefined || first === group ? null : pairedDifference(group, first, metric);
}

/** A table as CSV (RFC 4180). */
export function renderStudyCsv({ header, rows }: StudyTable): string {
  return renderCsv(header, rows);
}
