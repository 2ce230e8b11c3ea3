import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { writeWhole } from '../file/output-folder.js';

const fileName = 'checkpoint.bin';
const hashLength = 32;

function digest(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

/** Content of a checkpoint: the run it belongs to, and its state (typed arrays and plain data). */
interface Envelope<State> {
  readonly experimentHash: string;
  readonly state: State;
}

/** Keeps a run's state in the output folder, so that the same command resumes it. */
export class CheckpointFile<State> {
  readonly #file: string;
  readonly #experimentHash: string;

  constructor(folder: string, experimentHash: string) {
    this.#file = path.join(folder, fileName);
    this.#experimentHash = experimentHash;
  }

  /** Writes the state whole or not at all, with its own SHA-256 in front. */
  async write(state: State): Promise<void> {
    const envelope: Envelope<State> = { experimentHash: this.#experimentHash, state };
    const content = serialize(envelope);
    await writeWhole(this.#file, Buffer.concat([digest(content), content]));
  }

  /**
   * The state of this very experiment, or null: no checkpoint, a damaged one, or one of another experiment or version,
   * none of which can be continued. The reader then starts afresh, which is always right.
   */
  async read(): Promise<State | null> {
    let stored: Buffer;
    try {
      stored = await readFile(this.#file);
    } catch {
      return null;
    }
    const content = stored.subarray(hashLength);
    if (!digest(content).equals(stored.subarray(0, hashLength))) return null;
    const envelope = deserialize(content) as Envelope<State>;
    return envelope.experimentHash === this.#experimentHash ? envelope.state : null;
  }

  /** Removes the checkpoint of a finished run. */
  async remove(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
