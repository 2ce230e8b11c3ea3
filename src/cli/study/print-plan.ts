import { availableParallelism } from 'node:os';
import { probeTime, type StudyTime } from '../../experiment/study/dry-run/probe-time.js';
import {
  plannedRuns,
  type SharedWork,
  sharedWork,
} from '../../experiment/study/dry-run/shared-work.js';
import type { StudyPlan } from '../../experiment/study/plan-study.js';
import { printLine } from '../output.js';
import { workersOf } from './executor-options.js';
import type { StudyOptions } from './study-options.js';

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function sharedSentences(work: SharedWork): readonly string[] {
  const { references, withoutTraining, sameChip, chips } = work;
  return [
    `${counted(chips, 'chip description')}; ${references === 0 ? 'no float reference' : `${counted(references, 'float reference')}, each trained once: ${counted(withoutTraining, 'run')} ${withoutTraining === 1 ? 'takes its' : 'take theirs'} from another run`}`,
    ...(sameChip === 0
      ? []
      : [
          `${counted(sameChip, 'run')} ${sameChip === 1 ? 'differs' : 'differ'} from another in the reference alone, and its chip trains again`,
        ]),
  ];
}

/** `40 s`, `12 min`, `3.5 h`. */
function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function timeSentence(time: StudyTime, workers: number, isSlurm: boolean): string {
  const { seconds, longest, kinds, probed, share } = time;
  const others = probed === kinds ? '' : ', the others taken as their mean';
  const part =
    share === 1
      ? 'a whole epoch'
      : `${share < 0.001 ? '<0.1' : (100 * share).toFixed(1)} % of an epoch or more, scaled`;
  const where = isSlurm
    ? 'on one core of this machine; a cluster divides that by the tasks that run at once'
    : `on ${counted(workers, 'worker')} of this machine`;
  return `about ${duration(seconds)} ${where}, the longest run ${duration(longest)} (from ${part}, of ${probed} of ${counted(kinds, 'kind')} of runs${others})`;
}

/** `--dry-run`: how many runs there are, which cannot be run, what they share, and how long they take. */
export async function printPlan(plan: StudyPlan, options: StudyOptions): Promise<void> {
  const runs = plannedRuns(plan);
  const unreadable = plan.points.filter(({ hash }) => hash === null);
  printLine(
    `${plan.points.length} points, ${runs.length} different runs${unreadable.length === 0 ? '' : `, ${unreadable.length} that cannot be run`}`,
  );
  for (const { seed, problem, settings } of unreadable) {
    printLine(`cannot be run: ${JSON.stringify(settings)}, seed ${seed}: ${problem ?? ''}`);
  }
  for (const sentence of sharedSentences(sharedWork(runs))) printLine(sentence);
  const isSlurm = options.executor === 'slurm';
  const workers = isSlurm ? 1 : workersOf(options);
  const cores = isSlurm ? 1 : availableParallelism();
  const time = await probeTime(plan, runs, { workers, cores });
  printLine(
    time === null
      ? 'how long they take is unknown: none of them could be tried with few samples'
      : timeSentence(time, workers, isSlurm),
  );
}
