import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InputError } from '../../units/input-error.js';
import { openOutputFolder } from '../file/output-folder.js';
import type { Execution } from './executor/execution.js';
import { localExecutor } from './executor/local-executor.js';
import { ArrayFolder } from './executor/slurm/array-folder.js';
import { slurmExecutor, type SlurmSettings } from './executor/slurm/slurm-executor.js';
import { experimentsOf, type StudyPlan } from './plan-study.js';
import type { PointRecord } from './point-record.js';
import { StudyStore } from './study-store.js';

/** How far a study is. */
export interface StudyProgress {
  readonly done: number;
  readonly failed: number;
  readonly inFlight: number;
  /** Of all different experiments. */
  readonly total: number;
  /** Seconds that the rest takes at the pace so far; null: no run has ended yet. */
  readonly secondsLeft: number | null;
}

/** How a study is run. */
export interface StudySettings {
  readonly folder: string;
  /** Processes that run points at the same time; left out: one for each core. Not asked where Slurm runs them. */
  readonly workers?: number;
  /** Points are run by tasks of Slurm; left out: by processes of this machine. */
  readonly slurm?: SlurmSettings;
  /** Goes on with what is in the folder: what was done is kept, what failed is tried again. Left out: no. */
  readonly resume?: boolean;
  /** What is in the folder is removed. Left out: no, and a folder that holds a study is refused. */
  readonly overwrite?: boolean;
  /** Ends the study early; what is done is kept. */
  readonly signal?: AbortSignal;
  /** Called when a run ends, and before the first. */
  readonly onProgress?: (progress: StudyProgress) => void;
  /** Called with a sentence about where the points are run. */
  readonly onNotice?: (sentence: string) => void;
}

/** A study with what is known of its points by now. */
export interface Study {
  readonly plan: StudyPlan;
  readonly records: ReadonlyMap<string, PointRecord>;
  /** Lines of the store that were no record; what they held was run again. */
  readonly damagedLines: number;
  readonly stoppedBy: Execution['stoppedBy'];
}

/** How long to wait for points that another process is at. */
const waitForOthersMs = 1000;

async function openStore(plan: StudyPlan, settings: StudySettings): Promise<StudyStore> {
  const { folder, resume = false, overwrite = false, slurm } = settings;
  const store = new StudyStore(folder);
  const array = new ArrayFolder(folder).read();
  if (array !== null && (overwrite || slurm === undefined)) {
    const [which, cancel] =
      array.array === null
        ? ['an array', `scancel -n ${array.name}`]
        : [`array ${array.array}`, `scancel ${array.array}`];
    throw new InputError(
      `${folder}: ${which} of Slurm may be at points of this study; go on with --executor slurm --resume, or end it (${cancel}) and remove ${path.join(folder, 'slurm')}`,
    );
  }
  if (overwrite) await store.clear();
  else if (store.readPlan() !== null && !resume) {
    throw new InputError(
      `${folder}: holds a study; go on with it with --resume, replace it with --overwrite, or give another folder with --out`,
    );
  }
  await openOutputFolder(folder);
  await store.writePlan(plan);
  return store;
}

/** Experiments by what became of them. */
type Counts = Record<PointRecord['status'], number>;

/**
 * Runs what is missing of a study, on processes of this machine or as arrays of Slurm. Several programs may work at one store,
 * unless one of them uses Slurm.
 * @throws InputError where the folder holds another study, or cannot be written, and where Slurm refuses.
 */
export async function runStudy(plan: StudyPlan, settings: StudySettings): Promise<Study> {
  const store = await openStore(plan, settings);
  const {
    slurm,
    workers = availableParallelism(),
    signal = new AbortController().signal,
  } = settings;
  const execute = slurm === undefined ? localExecutor(workers) : slurmExecutor(slurm);
  const experiments = experimentsOf(plan);
  const { runs = Infinity, minutes = Infinity } = plan.sweep.budget ?? {};
  const begin = performance.now();
  const failedNow = new Set<string>();
  let finishedNow = 0;
  const report = ({ done, failed }: Counts, inFlight: number): void => {
    const left = experiments.length - done - failed;
    const msPerRun = (performance.now() - begin) / finishedNow;
    settings.onProgress?.({
      done,
      failed,
      inFlight,
      total: experiments.length,
      secondsLeft: finishedNow === 0 ? null : (left * msPerRun) / 1000,
    });
  };
  for (;;) {
    const records = await store.records();
    const missing = experiments.filter(({ hash }) => {
      return hash !== null && records.get(hash)?.status !== 'done' && !failedNow.has(hash);
    });
    if (missing.length === 0) {
      await store.removeRuns();
      return { plan, records, damagedLines: store.damagedLines, stoppedBy: 'nothing' };
    }
    const done = experiments.filter(
      ({ hash }) => records.get(hash ?? '')?.status === 'done',
    ).length;
    // What is tried again counts as not run.
    const counts: Counts = { done, failed: failedNow.size };
    report(counts, 0);
    const { finished, stoppedBy } = await execute(store, plan, missing, {
      signal,
      mostRuns: runs - finishedNow,
      mostMs: minutes * 60_000 - (performance.now() - begin),
      onRecord: (record, inFlight) => {
        finishedNow += 1;
        counts[record.status] += 1;
        if (record.status === 'failed') failedNow.add(record.hash);
        report(counts, inFlight);
      },
      onNotice: (sentence) => settings.onNotice?.(sentence),
    });
    if (stoppedBy !== 'nothing') {
      const known = await store.records();
      return { plan, records: known, damagedLines: store.damagedLines, stoppedBy };
    }
    // All that is left is run by another program.
    if (finished === 0) await setTimeout(waitForOthersMs);
  }
}
