import { resolveDataFolder } from '../../datasets/data-folder.js';
import type { Side } from '../../experiment/file/only-side.js';
import { type StudyPlan, planStudy } from '../../experiment/study/plan-study.js';
import { type ReadSweep, readSweep } from '../../experiment/study/read-sweep.js';
import type { Study } from '../../experiment/study/run-study.js';
import { groupsOf, summariseMetric } from '../../experiment/study/summarise.js';
import { searchSchema, type StudyMetric } from '../../experiment/study/sweep-schema.js';
import { writeStudy } from '../../report/output/write-study.js';
import { metricTexts, printSummary } from '../../report/study/study-text.js';
import { InputError } from '../../units/input-error.js';
import { printLine, printTable } from '../output.js';
import { countOf } from './count-option.js';
import { runSearch } from './search-run.js';
import { printPlan } from './print-plan.js';
import { endStudy, printFailures, runWithProgress, studyFolder } from './study-run.js';
import type { StudyOptions } from './study-options.js';

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

/** A sweep file of mode search: what `search` does, with the limits that the file states. */
async function searchOfSweep(
  { sweep, file, common }: ReadSweep,
  options: SweepCommandOptions,
): Promise<void> {
  if (Object.keys(common).length > 0) {
    throw new InputError(
      '--only: a search compares the chip with its float reference and needs both; leave --only out',
    );
  }
  const { search = searchSchema.parse({}), seeds } = sweep;
  const { loseAtMost, rules = [], runs, confirm, validationSamples = 0 } = search;
  if (options.dryRun === true) {
    const count = Math.max(1, rules.length);
    printLine(
      `a search: at most ${runs * count} runs, ${runs} a rule for ${count === 1 ? '1 rule' : `${count} rules`}; which ones depends on what the first of them find`,
    );
    return;
  }
  const request = {
    name: sweep.name,
    file,
    overrides: [],
    dataFolder: resolveDataFolder(options.data),
    loseAtMost,
    rules,
    // The schema admits no list in this mode.
    seeds: typeof seeds === 'number' ? seeds : seeds.length,
    confirmations: confirm,
    mostRuns: runs,
    validationSamples,
  };
  await runSearch(request, options);
}

/** `spikeledger sweep`: runs the points of a sweep and writes the study. */
export async function sweepCommand(file: string, options: SweepCommandOptions): Promise<void> {
  const seeds = options.seeds === undefined ? undefined : countOf('--seeds', options.seeds);
  const read = readSweep(file, {
    vary: options.vary,
    ...(seeds === undefined ? {} : { seeds }),
    only: options.only ?? null,
  });
  if (read.sweep.mode === 'search') {
    await searchOfSweep(read, options);
    return;
  }
  const plan = await planStudy(read, resolveDataFolder(options.data));
  if (options.dryRun === true) {
    await printPlan(plan, options);
    return;
  }
  const folder = studyFolder(options, plan);
  const study = await runWithProgress(plan, options);
  printFailures(study);
  await writeStudy(study, folder);
  printGroups(study);
  endStudy(study, folder);
}
