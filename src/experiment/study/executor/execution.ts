import type { StudyPlan, StudyPoint } from '../plan-study.js';
import type { PointRecord } from '../point-record.js';
import type { StudyStore } from '../study-store.js';

/** What every executor needs to know. */
export interface ExecutionSettings {
  readonly signal: AbortSignal;
  /** No run is begun after these many. */
  readonly mostRuns: number;
  /** No run is begun later than this, in ms from the start. */
  readonly mostMs: number;
  readonly onRecord: (record: PointRecord, inFlight: number) => void;
  /** Called with a sentence about how the runs are placed. */
  readonly onNotice: (sentence: string) => void;
}

/** How an execution ended. */
export interface Execution {
  /** Runs that were begun and have a record. */
  readonly finished: number;
  readonly stoppedBy:
    | 'nothing'
    | 'signal'
    | 'budget'
    /** An array of Slurm that goes on without this program. */
    | { readonly array: string }
    /** What stood in the way, and what to do about it. */
    | { readonly reason: string };
}

/**
 * Runs points, as many as it can: what is left without a record when it ends is asked for again.
 * @throws InputError where none can be run
 */
export type Executor = (
  store: StudyStore,
  plan: StudyPlan,
  points: readonly StudyPoint[],
  settings: ExecutionSettings,
) => Promise<Execution>;
