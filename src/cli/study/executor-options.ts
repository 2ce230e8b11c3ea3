import { availableParallelism } from 'node:os';
import type { SlurmSettings } from '../../experiment/study/executor/slurm/slurm-executor.js';
import { InputError } from '../../units/input-error.js';
import { countOf } from './count-option.js';
import type { StudyOptions } from './study-options.js';

/** Points at the same time: on this machine as many as it has cores, in a task of Slurm one. */
export function workersOf({ workers, executor }: StudyOptions): number {
  if (workers !== undefined) return countOf('--workers', workers);
  return executor === 'slurm' ? 1 : availableParallelism();
}

/** Options that mean something to Slurm alone. */
const ofSlurm = {
  partition: '--partition',
  time: '--time',
  memory: '--memory',
  pointsPerTask: '--points-per-task',
} as const;

/** How Slurm is to run a study; null: it is not to. @throws InputError for an option of Slurm without it */
export function slurmOf(options: StudyOptions): SlurmSettings | null {
  const { partition, time, memory, pointsPerTask, sbatch = [] } = options;
  if (options.executor !== 'slurm') {
    const given = Object.entries(ofSlurm).find(
      ([name]) => options[name as keyof typeof ofSlurm] !== undefined,
    )?.[1];
    const stray = given ?? (sbatch.length > 0 ? '--sbatch' : null);
    if (stray === null) return null;
    throw new InputError(
      `${stray}: says how Slurm is to run the points; add --executor slurm, or leave it out`,
    );
  }
  const wrong = sbatch.find((word) => !word.startsWith('-'));
  if (wrong !== undefined) {
    throw new InputError(
      `--sbatch ${wrong}: write an option of sbatch in one piece, such as --sbatch=--account=physics`,
    );
  }
  return {
    workers: workersOf(options),
    pointsPerTask: pointsPerTask === undefined ? null : countOf('--points-per-task', pointsPerTask),
    sbatch: [
      ...(partition === undefined ? [] : [`--partition=${partition}`]),
      ...(time === undefined ? [] : [`--time=${time}`]),
      ...(memory === undefined ? [] : [`--mem=${memory}`]),
      ...sbatch,
    ],
  };
}
