/*
 * Entry of a process that runs points of a study one after the other: a point that takes too much memory or crashes takes
 * no other with it.
 */
import { setTimeout } from 'node:timers/promises';
import { prepareExperiment } from '../../file/prepare-experiment.js';
import { FloatProcesses } from '../../reference/float-processes.js';
import { FolderInUse } from '../../output/folder-lock.js';
import { runSides } from '../../run/sides/run-reference.js';
import { Interrupted } from '../../run/interrupted.js';
import { InputError, reasonOf } from '../../../units/input-error.js';
import { donePoint, pointLine, type PointRecord } from '../point-record.js';
import { type Claim, type PointWriter, StudyStore } from '../study-store.js';

/** What the process is asked to run. */
export interface PointOrder {
  readonly folder: string;
  readonly file: string;
  readonly dataFolder: string;
  readonly overrides: readonly string[];
  readonly hash: string;
  /** Another program may have finished the point since it was ordered: the store is read before it is run. */
  readonly sharesStore: boolean;
  /** Other points need the other cores: chip and reference train one after the other. */
  readonly oneCore: boolean;
}

/** What the process answers: a record that is kept by then, or that it stopped. */
export type PointAnswer =
  | { readonly kind: 'kept'; readonly record: PointRecord }
  | { readonly kind: 'stopped' }
  /** Another process is at this very point, or has finished it. */
  | { readonly kind: 'busy' }
  /** Nothing more can be run; what stands in the way, and what to do about it. */
  | { readonly kind: 'lost'; readonly reason: string };

/** Whether this is part of a job of Slurm, which ends all processes of a job at once. */
const isSlurmJob = process.env['SLURM_JOB_ID'] !== undefined;
/** Within this time all of them have been told. */
const endingMs = 500;

const interruption = new AbortController();
/** Of all points that this process runs. */
const processes = new FloatProcesses(true);
let store: StudyStore | null = null;
let writer: PointWriter | null = null;

/** @throws Interrupted; FolderInUse where another process is at the point */
async function recordOf(order: PointOrder, at: StudyStore): Promise<PointRecord> {
  try {
    const prepared = await prepareExperiment(order.file, order.overrides, order.dataFolder);
    const result = await runSides(prepared, {
      outputFolder: at.workFolder(order.hash),
      cacheFolder: at.referenceFolder,
      oneCore: order.oneCore,
      processes,
      signal: interruption.signal,
    });
    return donePoint(result);
  } catch (error) {
    if (error instanceof Interrupted || error instanceof FolderInUse) throw error;
    // The reference's process may be gone before this one is told: then it is no failure of the point.
    if (isSlurmJob) await setTimeout(endingMs);
    if (interruption.signal.aborted) throw new Interrupted(`stopped: ${reasonOf(error)}`);
    const reason = reasonOf(error);
    return {
      ...pointLine,
      hash: order.hash,
      status: 'failed',
      reason: error instanceof InputError ? reason : `a defect of the program: ${reason}`,
    };
  }
}

/** Runs a claimed point and keeps its record. @throws the file system's error where it cannot be kept */
async function answerClaimed(
  order: PointOrder,
  at: StudyStore,
  claim: Claim,
): Promise<PointAnswer> {
  // Another process may have finished it before this one got it.
  if (order.sharesStore && (await at.records()).get(order.hash)?.status === 'done') {
    await claim.finish();
    return { kind: 'busy' };
  }
  try {
    const record = await recordOf(order, at);
    writer ??= at.writer();
    await writer.add(record);
    await claim.finish();
    return { kind: 'kept', record };
  } catch (error) {
    await claim.release();
    if (error instanceof Interrupted) return { kind: 'stopped' };
    if (error instanceof FolderInUse) return { kind: 'busy' };
    throw error;
  }
}

async function answerTo(order: PointOrder): Promise<PointAnswer> {
  store ??= new StudyStore(order.folder);
  try {
    const claim = await store.claim(order.hash);
    return claim === null ? { kind: 'busy' } : await answerClaimed(order, store, claim);
  } catch (error) {
    return { kind: 'lost', reason: `a record cannot be kept (${reasonOf(error)}); make room` };
  }
}

process.on('message', (order: PointOrder | 'stop') => {
  if (order === 'stop') {
    interruption.abort();
    return;
  }
  void answerTo(order).then((answer) => process.send?.(answer));
});

if (isSlurmJob) {
  process.on('SIGTERM', () => {
    interruption.abort();
  });
}

// Whoever gave the orders is gone: nobody would hear the answer, and the next one begins at the last checkpoint.
process.on('disconnect', () => process.exit());
