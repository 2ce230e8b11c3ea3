import type { ReferenceJob } from '../../reference/reference-job.js';
import { InputError } from '../../units/input-error.js';
import { sendTo } from './child-process.js';
import type { FloatProcesses } from './float-processes.js';
import { takeTurn } from './one-training.js';
import { processEnded } from './process-end.js';
import { readCached, type ReferenceOutcome, writeCached } from './reference-outcome.js';

/** The reference's job without the function that orders samples: what can be sent to another process. */
export type ReferenceRequest = Omit<ReferenceJob, 'orders'> & {
  readonly seed: number;
  readonly isShuffled: boolean;
};

/** Order to the process of the reference. */
export interface ReferenceOrder {
  readonly request: ReferenceRequest;
  /** Folder of its checkpoint. */
  readonly folder: string;
  /** Hash of everything the reference depends on. */
  readonly key: string;
}

/** Messages from the process of the reference. */
export type ReferenceMessage =
  | { readonly kind: 'progress'; readonly samplesDone: number; readonly samplesTotal: number }
  | { readonly kind: 'warning'; readonly sentence: string }
  | { readonly kind: 'done'; readonly outcome: ReferenceOutcome }
  | { readonly kind: 'failed'; readonly reason: string };

/** Folders, cache key and callbacks of a run of the reference. */
interface ReferenceRunOptions {
  readonly cacheFolder: string;
  /** Where its checkpoint is kept while it trains. */
  readonly outputFolder: string;
  /** Hash of everything the reference depends on: the same training is not paid for twice. */
  readonly cacheKey: string;
  readonly onProgress: (samplesDone: number, samplesTotal: number) => void;
  readonly onWarning: (sentence: string) => void;
  readonly signal: AbortSignal;
  readonly processes: FloatProcesses;
}

const entry = new URL('./reference-process.js', import.meta.url);

function trainInChild(
  request: ReferenceRequest,
  options: ReferenceRunOptions,
): Promise<ReferenceOutcome> {
  const { processes, signal, outputFolder: folder, cacheKey: key } = options;
  const own = processes.take(entry);
  const { child, lastWords } = own;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      child.off('message', heard).off('error', reject).off('exit', ended);
      signal.removeEventListener('abort', stop);
    };
    const heard = (message: ReferenceMessage): void => {
      if (message.kind === 'progress') {
        options.onProgress(message.samplesDone, message.samplesTotal);
        return;
      }
      if (message.kind === 'warning') {
        options.onWarning(message.sentence);
        return;
      }
      leave();
      if (message.kind === 'done') {
        processes.giveBack(entry, own);
        resolve(message.outcome);
        return;
      }
      // What a failure leaves behind in it is not known.
      child.kill();
      reject(new InputError(message.reason));
    };
    const ended = (code: number | null, by: NodeJS.Signals | null): void => {
      reject(processEnded('the float reference', { code, signal: by, lastWords: lastWords() }));
    };
    const stop = (): void => {
      leave();
      child.kill();
      reject(new Error('the float reference was stopped', { cause: signal.reason }));
    };
    child.on('message', heard).on('error', reject).on('exit', ended);
    signal.addEventListener('abort', stop);
    const order: ReferenceOrder = { request, folder, key };
    sendTo(own, order, reject);
    if (signal.aborted) stop();
  });
}

/**
 * Trains the float reference in a process of its own, or takes the outcome of the same training from the cache.
 * @throws InputError when the backend that was asked for is not to be had.
 */
export async function runReference(
  request: ReferenceRequest,
  options: ReferenceRunOptions,
): Promise<ReferenceOutcome> {
  const cached = { folder: options.cacheFolder, key: options.cacheKey };
  const known = await readCached(cached);
  if (known !== null) return known;
  const endTurn = await takeTurn(cached, options.signal);
  try {
    const trainedMeanwhile = await readCached(cached);
    if (trainedMeanwhile !== null) return trainedMeanwhile;
    const outcome = await trainInChild(request, options);
    // A cache that cannot be written costs time, not correctness: the next run trains again.
    await writeCached(cached, outcome).catch(() => undefined);
    return outcome;
  } finally {
    await endTurn();
  }
}
