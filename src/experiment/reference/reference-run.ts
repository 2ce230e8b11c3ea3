import type { ReferenceJob } from '../../reference/reference-job.js';
import { InputError } from '../../units/input-error.js';
import { isOfEnding, startProcess } from './child-process.js';
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
}

function trainInChild(
  request: ReferenceRequest,
  options: ReferenceRunOptions,
): Promise<ReferenceOutcome> {
  return new Promise((resolve, reject) => {
    const entry = new URL('./reference-process.js', import.meta.url);
    const { child, lastWords } = startProcess(entry, options.signal);
    child.on('message', (message: ReferenceMessage) => {
      if (message.kind === 'progress') {
        options.onProgress(message.samplesDone, message.samplesTotal);
        return;
      }
      if (message.kind === 'warning') {
        options.onWarning(message.sentence);
        return;
      }
      if (message.kind === 'done') resolve(message.outcome);
      else reject(new InputError(message.reason));
      // All has arrived: without a channel the process ends.
      child.disconnect();
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      reject(processEnded('the float reference', { code, signal, lastWords: lastWords() }));
    });
    const { outputFolder: folder, cacheKey: key } = options;
    const order: ReferenceOrder = { request, folder, key };
    child.send(order, (error) => {
      if (error !== null && !isOfEnding(error)) reject(error);
    });
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
  const entry = { folder: options.cacheFolder, key: options.cacheKey };
  const known = await readCached(entry);
  if (known !== null) return known;
  const endTurn = await takeTurn(entry, options.signal);
  try {
    const trainedMeanwhile = await readCached(entry);
    if (trainedMeanwhile !== null) return trainedMeanwhile;
    const outcome = await trainInChild(request, options);
    // A cache that cannot be written costs time, not correctness: the next run trains again.
    await writeCached(entry, outcome).catch(() => undefined);
    return outcome;
  } finally {
    await endTurn();
  }
}
