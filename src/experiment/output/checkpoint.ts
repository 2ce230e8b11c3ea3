import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { toolVersion } from '../../tool-version.js';
import { codeOf, reasonOf } from '../../units/input-error.js';
import { writeWhole } from '../file/output-folder.js';

/*
 * On disk a checkpoint is three parts: the SHA-256 of all that follows as 64 hexadecimal digits and a line feed, a
 * header as one line of JSON, and the state as Node serialises it.
 */

const digestLength = 64;
const headerSchema = z.object({
  schema: z.literal('spikeledger.checkpoint/3'),
  tool: z.string(),
  experimentHash: z.string(),
});
type Header = z.infer<typeof headerSchema>;

/** What a checkpoint file turned out to be. */
type StoredState<State> =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly state: State }
  /** Whole and of this version, but of a run with another hash. */
  | { readonly kind: 'other' }
  /** `reason` completes "the checkpoint …"; it cannot be continued by this program. */
  | { readonly kind: 'unusable'; readonly reason: string };

/** A file with the state of a run: where it is, whose it is and what the state must look like. */
interface CheckpointPlace<State> {
  readonly folder: string;
  readonly fileName: string;
  /** Hash of all that the state depends on. */
  readonly experimentHash: string;
  /** True for a state of this very form. */
  readonly isState: (value: unknown) => value is State;
}

function digest(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The header that a line holds, or null. */
function headerOf(line: string): Header | null {
  try {
    return headerSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Header and serialised state of a whole file, or why there are none. */
function partsOf(stored: Buffer): readonly [Header, Buffer] | string {
  const stated = stored.subarray(0, digestLength).toString('latin1');
  if (!/^[0-9a-f]{64}$/.test(stated) || stored[digestLength] !== 0x0a) {
    return 'is of another version of the program, or damaged';
  }
  const content = stored.subarray(digestLength + 1);
  if (digest(content) !== stated) return 'is damaged';
  const end = content.indexOf(0x0a);
  const header = headerOf(content.subarray(0, end).toString('utf8'));
  if (header === null) return 'is of another version of the program';
  const { tool } = header;
  if (tool !== toolVersion()) return `is of version ${tool} of the program, not ${toolVersion()}`;
  return [header, content.subarray(end + 1)];
}

/** Keeps a run's state in the output folder, so that the same command resumes it. */
export class CheckpointFile<State> {
  readonly #place: CheckpointPlace<State>;
  readonly #file: string;

  constructor(place: CheckpointPlace<State>) {
    this.#place = place;
    this.#file = path.join(place.folder, place.fileName);
  }

  /** Writes the state whole or not at all. @throws the file system's error when it cannot. */
  async write(state: State): Promise<void> {
    const header: Header = {
      schema: 'spikeledger.checkpoint/3',
      tool: toolVersion(),
      experimentHash: this.#place.experimentHash,
    };
    const content = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), serialize(state)]);
    await writeWhole(this.#file, Buffer.concat([Buffer.from(`${digest(content)}\n`), content]));
  }

  /** The state of this very run and version, or why there is none. Starting afresh is always right. */
  async read(): Promise<StoredState<State>> {
    let stored: Buffer;
    try {
      stored = await readFile(this.#file);
    } catch (error) {
      return codeOf(error) === 'ENOENT'
        ? { kind: 'none' }
        : { kind: 'unusable', reason: `cannot be read (${reasonOf(error)})` };
    }
    const parts = partsOf(stored);
    if (typeof parts === 'string') return { kind: 'unusable', reason: parts };
    const [header, content] = parts;
    if (header.experimentHash !== this.#place.experimentHash) return { kind: 'other' };
    try {
      const state: unknown = deserialize(content);
      if (this.#place.isState(state)) return { kind: 'found', state };
      return { kind: 'unusable', reason: 'holds a state of another form' };
    } catch (error) {
      return { kind: 'unusable', reason: `cannot be understood (${reasonOf(error)})` };
    }
  }

  /** Removes the checkpoint of a finished run. */
  async remove(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
