import type { EstimateRecord } from '../../experiment/estimate/estimate-record.js';
import { hasChip, type RunRecord } from '../../experiment/record/run-record.js';
import type { PointFigures, PointRecord } from '../../experiment/study/point-record.js';
import type { StudyPoint } from '../../experiment/study/plan-study.js';
import {
  errorCurve,
  groupsOf,
  type PointGroup,
  summariseMetric,
} from '../../experiment/study/summarise.js';
import { estimateName } from '../estimate/estimate-facts.js';
import { experimentName } from '../kit/experiment-facts.js';
import { damagedText } from '../../experiment/study/study-store.js';
import { areResolved, labelsOf, leavesOf, settingsOf } from '../run/differences.js';
import { intervalsOf } from '../run/summary.js';
import { ruleOf } from '../study/group-style.js';
import { groupWarnings } from '../study/warnings-table.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { printSetting } from '../../units/printable.js';

/** What is compared: records of runs and estimates, and studies with what is known of their points. */
export type ComparedRecord =
  | { readonly kind: 'run'; readonly source: string; readonly record: RunRecord }
  | { readonly kind: 'estimate'; readonly source: string; readonly record: EstimateRecord }
  | {
      readonly kind: 'study';
      readonly source: string;
      readonly name: string;
      readonly points: readonly StudyPoint[];
      readonly records: ReadonlyMap<string, PointRecord>;
      /** Lines of its store that are no record: what they held is not in the comparison. */
      readonly damagedLines: number;
    };

interface Ends {
  readonly low: number;
  readonly high: number;
}

/** A figure with its 95 % interval or its band; null: it has none. */
export interface Measure {
  readonly value: number;
  readonly ends: Ends | null;
}

/** Figures that results, estimates and points of studies can have; null: unknown. */
export interface ComparedFigures {
  readonly epochs: number | null;
  readonly chipError: Measure | null;
  readonly bestChipError: Measure | null;
  readonly referenceError: Measure | null;
  readonly lossPoints: Measure | null;
  readonly trainingNj: Measure | null;
  readonly inferenceNj: Measure | null;
  readonly trainingUs: Measure | null;
  readonly memoryBits: Measure | null;
  /** Energies of single samples; of several runs the mean of each percentile. */
  readonly energySpread: PointFigures['energySpread'];
}

/** One line of a comparison. */
export interface Compared {
  readonly label: string;
  readonly source: string;
  /** The result itself; null: an estimate, or the points of a study. */
  readonly run: RunRecord | null;
  /** Runs that the figures are means of; 0: nothing was trained. */
  readonly runs: number;
  /** Test samples of each run; null: not known. */
  readonly testSamples: number | null;
  /** What its runs warn of. */
  readonly warnings: readonly string[];
  /** Key of the experiment → value. */
  readonly keys: ReadonlyMap<string, string>;
  /** Keys that it does not state are not known; else they are not there. */
  readonly isPartial: boolean;
  readonly figures: ComparedFigures;
  /** Test errors by epoch, per cent. */
  readonly curve: {
    readonly side: 'chip' | 'reference';
    readonly errors: readonly (number | null)[];
  };
}

function measure(value: number | null | undefined, ends: Ends | null | undefined): Measure | null {
  return value == null ? null : { value, ends: ends ?? null };
}

function bandOf(
  cost: {
    readonly energyNj: number;
    readonly energyLowNj: number;
    readonly energyHighNj: number;
  } | null,
): Measure | null {
  if (cost === null) return null;
  return { value: cost.energyNj, ends: { low: cost.energyLowNj, high: cost.energyHighNj } };
}

function ofRun(
  { source, record }: { readonly source: string; readonly record: RunRecord },
  label: string,
  isResolved: boolean,
): Compared {
  const { accuracy, epochs, memory } = record;
  const intervals = intervalsOf(record);
  const perSample = hasChip(record) ? record.perSample : null;
  const side = perSample === null ? 'reference' : 'chip';
  const best = accuracy.best?.chip ?? null;
  const errors = epochs.map((epoch) => epoch[side]?.testErrorPercent ?? null);
  return {
    label,
    source,
    run: record,
    runs: 1,
    testSamples: record.dataset.testSamples,
    warnings: record.warnings,
    keys: settingsOf(record, isResolved),
    isPartial: false,
    figures: {
      epochs: errors.filter((error) => error !== null).length,
      chipError: measure(accuracy.chip.testErrorPercent, intervals?.chip),
      bestChipError: measure(best?.testErrorPercent, best?.interval),
      referenceError: measure(accuracy.reference?.testErrorPercent, intervals?.reference),
      lossPoints: measure(accuracy.lossPoints, intervals?.lossPoints),
      trainingNj: bandOf(perSample?.training ?? null),
      inferenceNj: bandOf(perSample?.inference ?? null),
      trainingUs: measure(perSample?.training.latencyUs, null),
      memoryBits:
        perSample === null
          ? null
          : measure(
              memory.reduce((sum, { usedBits }) => sum + usedBits, 0),
              null,
            ),
      energySpread: record.energySpread,
    },
    curve: { side, errors },
  };
}

const noErrors = {
  epochs: null,
  chipError: null,
  bestChipError: null,
  referenceError: null,
  lossPoints: null,
} as const;

/** A line for each rule that the chip of an estimate can learn by. */
function ofEstimate(source: string, record: EstimateRecord): readonly Compared[] {
  const name = estimateName(record);
  return record.rules.flatMap(({ rule, variant, perSample }): readonly Compared[] => {
    if (perSample === null) return [];
    const keys = leavesOf(record.experiment);
    keys.delete('name');
    keys.set('training.rule', rule);
    if (variant !== null) keys.set('training.defp.variant', variant);
    const label = variant === null ? rule : `${rule} ${variant}`;
    return [
      {
        label: `${name}: estimate of ${label}`,
        source,
        run: null,
        runs: 0,
        testSamples: null,
        warnings: [],
        keys,
        isPartial: true,
        figures: {
          ...noErrors,
          trainingNj: bandOf(perSample.training),
          inferenceNj: bandOf(perSample.inference),
          trainingUs: measure(perSample.training.latencyUs, null),
          memoryBits: null,
          energySpread: null,
        },
        curve: { side: 'chip', errors: [] },
      },
    ];
  });
}

/** Means over the runs of a group of an energy and of the ends of its band, so that the ends are those of the prices as of one run. */
function meanBandOf({ done }: PointGroup, run: RunKind): Measure | null {
  const costs = [...done.values()].flatMap(({ figures }) => figures[run] ?? []);
  if (costs.length === 0) return null;
  const mean = (end: 'energyNj' | 'energyLowNj' | 'energyHighNj') =>
    costs.reduce((sum, cost) => sum + cost[end], 0) / costs.length;
  return {
    value: mean('energyNj'),
    ends: { low: mean('energyLowNj'), high: mean('energyHighNj') },
  };
}

/** The mean over the runs of a group of each percentile; null: not every run knows it. */
function meanSpreadOf({ done }: PointGroup): ComparedFigures['energySpread'] {
  const figures = [...done.values()].map(({ figures: { energySpread } }) => energySpread);
  const of = (run: RunKind) => {
    const known = figures.flatMap((spread) => spread?.[run] ?? []);
    if (known.length === 0 || known.length < figures.length) return null;
    const mean = (percentile: keyof (typeof known)[number]) =>
      known.reduce((sum, own) => sum + own[percentile], 0) / known.length;
    return {
      percentile5Nj: mean('percentile5Nj'),
      percentile50Nj: mean('percentile50Nj'),
      percentile95Nj: mean('percentile95Nj'),
    };
  };
  return { inference: of('inference'), training: of('training') };
}

function ofGroup(source: string, study: string, group: PointGroup): Compared {
  const own = (metric: Parameters<typeof summariseMetric>[1]) => {
    const summary = summariseMetric(group, metric);
    return measure(summary?.mean, summary?.interval);
  };
  const [first] = group.done.values();
  const keys = new Map<string, string>();
  for (const [key, value] of Object.entries(group.point.settings)) {
    keys.set(key, printSetting(value));
  }
  const rule = ruleOf(group);
  if (rule !== null) keys.set('training.rule', rule);
  const errors = errorCurve(group).map((summary) => summary?.mean ?? null);
  return {
    label: `${study}: ${group.label}`,
    source,
    run: null,
    runs: group.done.size,
    testSamples: first?.figures.testSamples ?? null,
    warnings: groupWarnings(group),
    keys,
    isPartial: true,
    figures: {
      epochs: errors.length,
      chipError: own('chipTestErrorPercent'),
      bestChipError: own('bestChipTestErrorPercent'),
      referenceError: own('referenceTestErrorPercent'),
      lossPoints: own('lossPoints'),
      trainingNj: meanBandOf(group, 'training'),
      inferenceNj: meanBandOf(group, 'inference'),
      trainingUs: own('trainingUs'),
      memoryBits: own('memoryBits'),
      energySpread: meanSpreadOf(group),
    },
    curve: { side: 'chip', errors },
  };
}

/** Which points of a study no figure has, and why; null: all are there. */
function lossOf(study: Extract<ComparedRecord, { kind: 'study' }>): string | null {
  const { source, points, records, damagedLines } = study;
  const groups = groupsOf(study, records);
  const missing = groups.reduce((sum, group) => sum + group.missing, 0);
  const failed = groups.reduce((sum, group) => sum + group.failed.length, 0);
  const losses = [
    ...(missing === 0 ? [] : [`${String(missing)} not run`]),
    ...(failed === 0 ? [] : [`${String(failed)} failed`]),
  ];
  if (losses.length === 0) return null;
  const damage = damagedLines === 0 ? '' : ` (${damagedText(damagedLines)})`;
  return `${source}: of ${String(points.length)} points ${losses.join(' and ')}${damage}, and no figure has them; the command that made the study runs them with --resume`;
}

/** Sentences on what studies lack; they stand before any figure. */
export function lossesOf(records: readonly ComparedRecord[]): readonly string[] {
  return records.flatMap((own) => (own.kind === 'study' ? (lossOf(own) ?? []) : []));
}

/** Labels with their place where two are alike. */
function distinct(entries: readonly Compared[]): readonly Compared[] {
  const labels = entries.map(({ label }) => label);
  return entries.map((entry, index) =>
    labels.indexOf(entry.label) === labels.lastIndexOf(entry.label)
      ? entry
      : { ...entry, label: `${entry.label} (${entry.source}, ${String(index + 1)})` },
  );
}

/** The lines of a comparison: a result is one, an estimate one for each rule, a study one for each point. */
export function comparedOf(records: readonly ComparedRecord[]): readonly Compared[] {
  const runs = records.flatMap((own) => (own.kind === 'run' ? [own.record] : []));
  // Estimates and studies know keys of the experiment only.
  const isResolved = runs.length === records.length && areResolved(runs);
  const labels = [...labelsOf(runs, runs.map(experimentName))];
  return distinct(
    records.flatMap((own): readonly Compared[] => {
      switch (own.kind) {
        case 'run':
          return [ofRun(own, labels.shift() ?? own.source, isResolved)];
        case 'estimate':
          return ofEstimate(own.source, own.record);
        case 'study':
          return groupsOf(own, own.records).map((group) => ofGroup(own.source, own.name, group));
      }
    }),
  );
}
