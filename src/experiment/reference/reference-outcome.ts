import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { LayerParameters } from '../../network/parameters.js';
import { backendNames } from '../../reference/backend/backend.js';
import type { ReferenceResult } from '../../reference/reference-job.js';
import { canonicalHash } from '../../units/canonical-hash.js';
import { makeFolder, writeWhole } from '../file/output-folder.js';
import { referenceEpochSchema } from './reference-state.js';

/* On disk an outcome is two files: KEY.json, what was found, and KEY.f32, the float32 parameters it ended with. */

/** What the reference found, epoch by epoch, the backend of TensorFlow.js it ran on, and what it ended with. */
export type ReferenceOutcome = Pick<
  ReferenceResult,
  'backend' | 'epochs' | 'divergedInEpoch' | 'testWrong'
> & {
  readonly parameters: readonly Pick<LayerParameters, 'weights' | 'biases'>[];
  /** Wall time of each epoch with its evaluation, s; null: a session before this one trained it. */
  readonly epochSeconds: readonly (number | null)[];
};

const count = z.int().min(0);

const cachedSchema = z.strictObject({
  backend: z.enum(backendNames),
  epochs: z.array(referenceEpochSchema),
  divergedInEpoch: z.int().min(1).nullable(),
  epochSeconds: z.array(z.number().min(0).nullable()),
  /** A digit for each test sample, 1 where it is wrong. */
  testWrong: z
    .string()
    .regex(/^[01]*$/)
    .nullable(),
  /** Lengths of the arrays that stand in KEY.f32 one after the other, weights before biases. */
  parameters: z.array(z.strictObject({ weightCount: count, biasCount: count })),
  /** Of KEY.f32. */
  parametersSha256: z.string(),
  /** `canonicalHash` of the key and everything else in this file. */
  contentHash: z.string(),
});

/** Where the outcome of one training is kept. */
export interface CacheEntry {
  readonly folder: string;
  /** Hash of everything the reference depends on. */
  readonly key: string;
}

function filesOf({ folder, key }: CacheEntry): { readonly json: string; readonly floats: string } {
  return { json: path.join(folder, `${key}.json`), floats: path.join(folder, `${key}.f32`) };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The outcome of the same training, or null: there is none, or it is damaged or of another version. */
export async function readCached(entry: CacheEntry): Promise<ReferenceOutcome | null> {
  const { json, floats } = filesOf(entry);
  try {
    const parsed = cachedSchema.safeParse(JSON.parse(await readFile(json, 'utf8')));
    if (!parsed.success) return null;
    const { contentHash, ...content } = parsed.data;
    if (canonicalHash({ key: entry.key, ...content }) !== contentHash) return null;
    const { parameters, parametersSha256, testWrong, ...found } = content;
    const bytes = await readFile(floats);
    if (sha256(bytes) !== parametersSha256) return null;
    // Copied: a buffer of the file system may start at any byte.
    const values = new Float32Array(Uint8Array.from(bytes).buffer);
    let at = 0;
    const take = (length: number): Float32Array => values.slice(at, (at += length));
    return {
      ...found,
      testWrong: testWrong === null ? null : Uint8Array.from(testWrong, Number),
      parameters: parameters.map(({ weightCount, biasCount }) => ({
        weights: take(weightCount),
        biases: take(biasCount),
      })),
    };
  } catch {
    return null;
  }
}

/** Keeps an outcome, the parameters first: without KEY.json they are nothing. @throws the file system's error. */
export async function writeCached(entry: CacheEntry, outcome: ReferenceOutcome): Promise<void> {
  const { json, floats } = filesOf(entry);
  const { parameters, testWrong, epochSeconds, ...found } = outcome;
  const bytes = Buffer.concat(
    parameters
      .flatMap(({ weights, biases }) => [weights, biases])
      .map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
  const content: Omit<z.infer<typeof cachedSchema>, 'contentHash'> = {
    ...found,
    epochSeconds: [...epochSeconds],
    testWrong: testWrong?.join('') ?? null,
    epochs: found.epochs.map(({ alignment, ...epoch }) => ({
      ...epoch,
      alignment: [...alignment],
    })),
    parameters: parameters.map(({ weights, biases }) => ({
      weightCount: weights.length,
      biasCount: biases.length,
    })),
    parametersSha256: sha256(bytes),
  };
  const cached = { ...content, contentHash: canonicalHash({ key: entry.key, ...content }) };
  await makeFolder(path.resolve(entry.folder));
  await writeWhole(floats, bytes);
  await writeWhole(json, `${JSON.stringify(cached, null, 2)}\n`);
}
