/*
 * Entry of a task of an array of Slurm: runs the points that its file names in processes of its own, and ends with 0 where
 * each of them has a record. A signal lets those in flight end at their next checkpoint.
 */
import path from 'node:path';
import { reasonOf } from '../../../../units/input-error.js';
import { StudyStore } from '../../study-store.js';
import type { Execution } from '../execution.js';
import { runOrders } from '../local-executor.js';
import { ArrayFolder } from './array-folder.js';

const [folder = ''] = process.argv.slice(2);
const index = Number(process.env['SLURM_ARRAY_TASK_ID']);

/** Why the task ends before all of its points have a record; null: they have. */
function shortfall({ finished, stoppedBy }: Execution, count: number): string | null {
  if (typeof stoppedBy === 'object' && 'reason' in stoppedBy) return stoppedBy.reason;
  if (stoppedBy === 'signal') return 'told to stop; what was in flight is kept to its checkpoint';
  if (stoppedBy === 'budget') return 'the time of the budget is over';
  return finished === count ? null : `${count - finished} points are run by another process`;
}

async function runTask(): Promise<void> {
  const studyFolder = path.dirname(folder);
  const { workers, until, orders } = new ArrayFolder(studyFolder).readTask(index);
  const interruption = new AbortController();
  process.on('SIGTERM', () => {
    interruption.abort();
  });
  const execution = await runOrders(new StudyStore(studyFolder), orders, {
    workers,
    signal: interruption.signal,
    mostRuns: Infinity,
    mostMs: until === null ? Infinity : until - Date.now(),
    onRecord: () => undefined,
  });
  const why = shortfall(execution, orders.length);
  if (why === null) return;
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}

runTask().catch((error: unknown) => {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
});
