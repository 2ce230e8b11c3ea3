import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { backendNames } from '../reference/backend.js';
import type { ReferenceJob, ReferenceResult } from '../reference/reference-job.js';
import { InputError } from '../units/input-error.js';
import { makeFolder, writeWhole } from './output-folder.js';

/** The reference's job without the function that orders samples: what can be sent to another process. */
export type ReferenceRequest = Omit<ReferenceJob, 'orders'> & {
  readonly seed: number;
  readonly isShuffled: boolean;
};

/** What the reference found, epoch by epoch, and the backend of TensorFlow.js it ran on. */
export type ReferenceOutcome = Pick<ReferenceResult, 'backend' | 'epochs'>;

const outcomeSchema: z.ZodType<ReferenceOutcome> = z.object({
  backend: z.enum(backendNames),
  epochs: z.array(
    z.object({
      epoch: z.int(),
      testErrorPercent: z.number(),
      trainErrorPercent: z.number(),
      alignment: z.array(
        z.object({ layer: z.int(), degrees: z.number().nullable(), sampleCount: z.int() }),
      ),
    }),
  ),
});

/** What the process of the reference says. */
export type ReferenceMessage =
  | { readonly kind: 'progress'; readonly samplesDone: number; readonly samplesTotal: number }
  | { readonly kind: 'done'; readonly outcome: ReferenceOutcome }
  | { readonly kind: 'failed'; readonly reason: string };

/** Where the reference runs and who is told. */
export interface ReferenceRunOptions {
  readonly cacheFolder: string;
  /** Hash of everything the reference depends on: the same training is not paid for twice. */
  readonly cacheKey: string;
  readonly onProgress: (samplesDone: number, samplesTotal: number) => void;
  readonly signal: AbortSignal;
}

async function readCached(file: string): Promise<ReferenceOutcome | null> {
  try {
    const parsed = outcomeSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function trainInChild(
  request: ReferenceRequest,
  options: ReferenceRunOptions,
): Promise<ReferenceOutcome> {
  return new Promise((resolve, reject) => {
    const entry = fileURLToPath(new URL('./reference-process.js', import.meta.url));
    const child = fork(entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      signal: options.signal,
      // Ctrl-C goes to the whole process group; the parent decides what it means.
      detached: true,
    });
    let lastWords = '';
    child.stderr?.on('data', (text: Buffer) => {
      lastWords = (lastWords + text.toString()).slice(-2000);
    });
    child.on('message', (message: ReferenceMessage) => {
      if (message.kind === 'progress')
        options.onProgress(message.samplesDone, message.samplesTotal);
      else if (message.kind === 'done') resolve(message.outcome);
      else reject(new InputError(message.reason));
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      reject(
        new Error(
          `the float reference ended early (${signal ?? `exit code ${code ?? '?'}`}): ${lastWords}`,
        ),
      );
    });
    child.send(request, (error) => {
      if (error !== null) reject(error);
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
  const file = path.join(options.cacheFolder, `${options.cacheKey}.json`);
  const cached = await readCached(file);
  if (cached !== null) return cached;
  const outcome = await trainInChild(request, options);
  try {
    await makeFolder(path.resolve(options.cacheFolder));
    await writeWhole(file, `${JSON.stringify(outcome, null, 2)}\n`);
  } catch {
    // A cache that cannot be written costs time, not correctness: the next run trains again.
    return outcome;
  }
  return outcome;
}
