import path from 'node:path';
import { Interrupted } from '../../experiment/run/interrupted.js';
import type { StudyPlan } from '../../experiment/study/plan-study.js';
import { runStudy, type Study } from '../../experiment/study/run-study.js';
import { damagedText } from '../../experiment/study/study-store.js';
import { groupsOf } from '../../experiment/study/summarise.js';
import {
  divergedSentences,
  trainedOtherwise,
  warningsText,
} from '../../report/study/warnings-table.js';
import { InputError } from '../../units/input-error.js';
import { CheckFailed } from '../exit.js';
import { interruptible } from '../interruption.js';
import { printLine, printProblem, printWarning } from '../output.js';
import { makeStudyProgress } from '../progress.js';
import { slurmOf, workersOf } from './executor-options.js';
import type { StudyOptions } from './study-options.js';

/** Folder of a study: `--out`, or below reports/. */
export function studyFolder({ out }: StudyOptions, { sweep }: StudyPlan): string {
  return out ?? path.join('reports', sweep.name);
}

/** Runs what is missing of a study, with its progress on a terminal. */
export async function runWithProgress(plan: StudyPlan, options: StudyOptions): Promise<Study> {
  const slurm = slurmOf(options);
  const progress = makeStudyProgress(options.quiet !== true && process.stderr.isTTY);
  return interruptible((signal) =>
    runStudy(plan, {
      folder: studyFolder(options, plan),
      workers: workersOf(options),
      ...(slurm === null ? {} : { slurm }),
      resume: options.resume === true,
      overwrite: options.overwrite === true,
      signal,
      onProgress: progress.show,
      onNotice: (sentence) => {
        if (options.quiet !== true) printProblem(sentence);
      },
    }),
  ).finally(progress.stop);
}

/** A warning for each point that failed, and for what was lost of the store. */
export function printFailures({ plan, records, damagedLines, stoppedBy }: Study): void {
  if (damagedLines > 0) {
    const again = stoppedBy === 'nothing' ? 'was run again' : 'is run again with --resume';
    printWarning(`${damagedText(damagedLines)}; what they held ${again}`);
  }
  const groups = groupsOf(plan, records);
  const warned = warningsText(groups);
  if (warned !== null) printWarning(`${warned}, which study.html and runs.csv list`);
  const otherwise = trainedOtherwise(groups);
  if (otherwise !== null) printWarning(otherwise);
  for (const { label, failed } of groups) {
    for (const { seed, reason } of failed) printWarning(`${label}, seed ${seed} failed: ${reason}`);
  }
}

/** Warns of a budget that is used up. @throws Interrupted, InputError where the study did not come to its end */
export function howItEnded({ stoppedBy }: Study, folder: string): void {
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
  if ('array' in stoppedBy) {
    throw new Interrupted(
      `no longer watched; array ${stoppedBy.array} goes on in Slurm: the same command with --resume watches it again, scancel ${stoppedBy.array} ends it`,
    );
  }
  throw new InputError(
    `${folder}: ${stoppedBy.reason}, and the same command with --resume goes on`,
  );
}

/**
 * Says where the page is, and ends as the study did.
 * @throws Interrupted, InputError, or CheckFailed where points failed or their float references diverged
 */
export function endStudy(study: Study, folder: string): void {
  printLine(`Study: ${path.join(folder, 'study.html')}`);
  howItEnded(study, folder);
  const groups = groupsOf(study.plan, study.records);
  const failures = groups.flatMap(({ failed }) => failed);
  // A check failed (contracts): a table with holes is no answer to what was asked.
  if (failures.length > 0) throw new CheckFailed(`${failures.length} points failed`);
  const diverged = divergedSentences(groups);
  for (const sentence of diverged) printWarning(sentence);
  if (diverged.length > 0) {
    throw new CheckFailed(`the float references of ${diverged.length} points diverged`);
  }
}
