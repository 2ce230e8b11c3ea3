import { resolveDataFolder } from '../../datasets/data-folder.js';
import type { Side } from '../../experiment/file/only-side.js';
import { type StudyPlan, planStudy } from '../../experiment/study/plan-study.js';
import { readSweep } from '../../experiment/study/read-sweep.js';
import type { Study } from '../../experiment/study/run-study.js';
import { groupsOf, summariseMetric } from '../../experiment/study/summarise.js';
import type { StudyMetric } from '../../experiment/study/sweep-schema.js';
import { writeStudy } from '../../report/output/write-study.js';
import { metricTexts, printSummary } from '../../report/study/study-text.js';
import { printTable } from '../output.js';
import { countOf } from './count-option.js';
import {
  endStudy,
  printFailures,
  printPlan,
  runWithProgress,
  studyFolder,
  type StudyOptions,
} from './study-run.js';

/** Options of `sweep`. */
export interface SweepCommandOptions extends StudyOptions {
  readonly vary: readonly string[];
  readonly only?: Side;
}

/** What the terminal shows: where the chip is left out, first what the reference has. */
function shownMetrics({ sweep, common }: StudyPlan): readonly StudyMetric[] {
  return common['chip.enabled'] === false
    ? ['referenceTestErrorPercent', ...sweep.metrics]
    : sweep.metrics;
}

/** A table of the groups. */
function printGroups({ plan, records }: Study): void {
  const metrics = shownMetrics(plan);
  printTable(
    ['group', ...metrics.map((metric) => metricTexts[metric].label)],
    groupsOf(plan, records).map((group) => [
      group.label,
      ...metrics.map((metric) => printSummary(metric, summariseMetric(group, metric))),
    ]),
  );
}

/** `spikeledger sweep`: runs the points of a sweep and writes the study. */
export async function sweepCommand(file: string, options: SweepCommandOptions): Promise<void> {
  const seeds = options.seeds === undefined ? undefined : countOf('--seeds', options.seeds);
  const read = readSweep(file, {
    vary: options.vary,
    ...(seeds === undefined ? {} : { seeds }),
    only: options.only ?? null,
  });
  const plan = await planStudy(read, resolveDataFolder(options.data));
  if (options.dryRun === true) {
    printPlan(plan);
    return;
  }
  const folder = studyFolder(options, plan);
  const study = await runWithProgress(plan, options);
  await writeStudy(study, folder);
  printGroups(study);
  printFailures(study);
  endStudy(study, folder);
}
