/*
 * Entry of a process that runs points of a study one after the other: a point that takes too much memory or crashes takes
 * no other with it.
 */
import { FolderInUse } from '../output/folder-lock.js';
import { prepareExperiment } from '../file/prepare-experiment.js';
import { runExperiment } from '../run/run-experiment.js';
import { Interrupted } from '../run/interrupted.js';
import { InputError, reasonOf } from '../../units/input-error.js';
import { donePoint, pointLine, type PointRecord } from './point-record.js';
import { StudyStore } from './study-store.js';

/** What the process is asked to run. */
export interface PointOrder {
  readonly folder: string;
  readonly file: string;
  readonly dataFolder: string;
  readonly overrides: readonly string[];
  readonly hash: string;
}

/** What the process answers: a record that is kept by then, or that it stopped. */
export type PointAnswer =
  | { readonly kind: 'kept'; readonly record: PointRecord }
  | { readonly kind: 'stopped' }
  /** Another process is at this very point. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'lost'; readonly reason: string };

const interruption = new AbortController();
let writer: ReturnType<StudyStore['writer']> | null = null;

async function recordOf(order: PointOrder, store: StudyStore): Promise<PointRecord> {
  try {
    const prepared = await prepareExperiment(order.file, order.overrides, order.dataFolder);
    const result = await runExperiment(prepared, {
      outputFolder: store.runFolder(order.hash),
      cacheFolder: store.referenceFolder,
      signal: interruption.signal,
    });
    return donePoint(result);
  } catch (error) {
    if (!(error instanceof InputError) || error instanceof FolderInUse) throw error;
    return {
      ...pointLine,
      hash: order.hash,
      status: 'failed',
      reason: error.message,
    };
  }
}

async function answerTo(order: PointOrder): Promise<PointAnswer> {
  const store = new StudyStore(order.folder);
  let record: PointRecord;
  try {
    record = await recordOf(order, store);
  } catch (error) {
    if (error instanceof Interrupted) return { kind: 'stopped' };
    if (error instanceof FolderInUse) return { kind: 'busy' };
    record = {
      ...pointLine,
      hash: order.hash,
      status: 'failed',
      reason: `a defect of the program: ${reasonOf(error)}`,
    };
  }
  try {
    writer ??= store.writer();
    await writer.add(record);
    await store.removeRun(order.hash);
  } catch (error) {
    return { kind: 'lost', reason: `the record cannot be kept (${reasonOf(error)})` };
  }
  return { kind: 'kept', record };
}

process.on('message', (order: PointOrder | 'stop') => {
  if (order === 'stop') {
    interruption.abort();
    return;
  }
  void answerTo(order).then((answer) => process.send?.(answer));
});

// Whoever gave the orders is gone: nobody would hear the answer, and the next one begins at the last checkpoint.
process.on('disconnect', () => process.exit());
