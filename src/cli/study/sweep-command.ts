import { availableParallelism } from 'node:os';
import path from 'node:path';
import { resolveDataFolder } from '../../datasets/data-folder.js';
import type { Side } from '../../experiment/file/only-side.js';
import { Interrupted } from '../../experiment/run/interrupted.js';
import { type StudyPlan, planStudy } from '../../experiment/study/plan-study.js';
import { readSweep } from '../../experiment/study/read-sweep.js';
import { experimentsOf, runStudy, type Study } from '../../experiment/study/run-study.js';
import { groupsOf, type PointGroup, summariseMetric } from '../../experiment/study/summarise.js';
import type { StudyMetric } from '../../experiment/study/sweep-schema.js';
import { writeStudy } from '../../report/output/write-study.js';
import { metricTexts, printSummary } from '../../report/study/study-text.js';
import { InputError } from '../../units/input-error.js';
import { countOf } from './count-option.js';
import { CheckFailed } from '../exit.js';
import { interruptible } from '../interruption.js';
import { printLine, printTable, printWarning } from '../output.js';
import { makeStudyProgress } from '../progress.js';

/** Options of `sweep`. */
export interface SweepCommandOptions {
  readonly vary: readonly string[];
  readonly seeds?: string;
  readonly only?: Side;
  readonly workers?: string;
  readonly dryRun?: boolean;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  readonly out?: string;
  readonly data?: string;
  readonly quiet?: boolean;
}

function dryRun(plan: StudyPlan): void {
  const experiments = experimentsOf(plan);
  const unreadable = plan.points.filter(({ hash }) => hash === null);
  printLine(
    `${plan.points.length} points, ${experiments.length} different runs${unreadable.length === 0 ? '' : `, ${unreadable.length} that cannot be run`}`,
  );
  for (const { seed, problem, settings } of unreadable) {
    printLine(`cannot be run: ${JSON.stringify(settings)}, seed ${seed}: ${problem ?? ''}`);
  }
}

/** What the terminal shows: where the chip is left out, first what the reference has. */
function shownMetrics({ sweep, common }: StudyPlan): readonly StudyMetric[] {
  return common['chip.enabled'] === false
    ? ['referenceTestErrorPercent', ...sweep.metrics]
    : sweep.metrics;
}

/** A table of the groups, and a line for each point that failed. */
function printGroups(groups: readonly PointGroup[], metrics: readonly StudyMetric[]): void {
  printTable(
    ['group', ...metrics.map((metric) => metricTexts[metric].label)],
    groups.map((group) => [
      group.label,
      ...metrics.map((metric) => printSummary(metric, summariseMetric(group, metric))),
    ]),
  );
  for (const { label, failed } of groups) {
    for (const { seed, reason } of failed) printWarning(`${label}, seed ${seed} failed: ${reason}`);
  }
}

function howItEnded({ stoppedBy }: Study, folder: string): void {
  if (stoppedBy === 'nothing') return;
  if (stoppedBy === 'budget') {
    printWarning('the budget of the sweep is used up; the same command with --resume goes on');
    return;
  }
  if (stoppedBy === 'signal') {
    throw new Interrupted(
      `stopped; what is done is kept in ${folder}, and the same command with --resume goes on`,
    );
  }
  throw new InputError(
    `${folder}: ${stoppedBy.reason}; make room, and the same command with --resume goes on`,
  );
}

/** `spikeledger sweep`: runs the points of a sweep and writes the study. */
export async function sweepCommand(file: string, options: SweepCommandOptions): Promise<void> {
  const seeds = options.seeds === undefined ? undefined : countOf('--seeds', options.seeds);
  const workers =
    options.workers === undefined ? availableParallelism() : countOf('--workers', options.workers);
  const read = readSweep(file, {
    vary: options.vary,
    ...(seeds === undefined ? {} : { seeds }),
    only: options.only ?? null,
  });
  const plan = await planStudy(read, resolveDataFolder(options.data));
  if (options.dryRun === true) {
    dryRun(plan);
    return;
  }
  const folder = options.out ?? path.join('reports', plan.sweep.name);
  const progress = makeStudyProgress(options.quiet !== true && process.stderr.isTTY);
  const study = await interruptible((signal) =>
    runStudy(plan, {
      folder,
      workers,
      resume: options.resume === true,
      overwrite: options.overwrite === true,
      signal,
      onProgress: progress.show,
    }),
  ).finally(progress.stop);
  await writeStudy(study, folder);
  const groups = groupsOf(plan, study.records);
  printGroups(groups, shownMetrics(plan));
  printLine(`Study: ${path.join(folder, 'study.html')}`);
  howItEnded(study, folder);
  const failures = groups.flatMap(({ failed }) => failed);
  // A check failed (contracts): a table with holes is no answer to what was asked.
  if (failures.length > 0) throw new CheckFailed(`${failures.length} points failed`);
}
