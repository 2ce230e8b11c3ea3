import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serialize } from 'node:v8';
import test from 'ava';
import { CheckpointFile } from '../../../src/experiment/output/checkpoint.js';
import { toolVersion } from '../../../src/tool-version.js';

interface State {
  readonly weightsRaw: readonly Int32Array[];
  readonly position: number;
}

const state: State = { weightsRaw: [Int32Array.of(1, -2, 3)], position: 17 };

function makeFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'spikeledger-'));
}

function makeCheckpoint(folder: string, experimentHash = 'a'.repeat(64)): CheckpointFile<State> {
  const isState = (value: unknown): value is State =>
    typeof value === 'object' && value !== null && 'weightsRaw' in value && 'position' in value;
  return new CheckpointFile({ folder, fileName: 'checkpoint.bin', experimentHash, isState });
}

/** A checkpoint of other content that says itself that it is whole. */
function sealed(header: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(`${header}\n`), content]);
  const digest = createHash('sha256').update(body).digest('hex');
  return Buffer.concat([Buffer.from(`${digest}\n`), body]);
}

const header = {
  schema: 'spikeledger.checkpoint/3',
  tool: toolVersion(),
  experimentHash: 'a'.repeat(64),
};

test('a checkpoint comes back as it was written, and leaves nothing else behind', async (t) => {
  const folder = await makeFolder();
  const checkpoint = makeCheckpoint(folder);
  await checkpoint.write(state);
  t.deepEqual(await checkpoint.read(), { kind: 'found', state });
  t.deepEqual(await readdir(folder), ['checkpoint.bin']);
  await checkpoint.remove();
  t.deepEqual(await checkpoint.read(), { kind: 'none' });
});

test('a checkpoint of another experiment is told apart from one that cannot be used', async (t) => {
  const folder = await makeFolder();
  await makeCheckpoint(folder).write(state);
  t.deepEqual(await makeCheckpoint(folder, 'b'.repeat(64)).read(), { kind: 'other' });
});

test('a damaged or cut checkpoint is not taken', async (t) => {
  const folder = await makeFolder();
  const checkpoint = makeCheckpoint(folder);
  await checkpoint.write(state);
  const file = path.join(folder, 'checkpoint.bin');
  const whole = await readFile(file);
  for (const length of [0, 10, 64, 65, 100, whole.length - 1]) {
    await writeFile(file, whole.subarray(0, length));
    t.is((await checkpoint.read()).kind, 'unusable', `first ${length} bytes`);
  }
  for (const position of [0, 70, 200, whole.length - 1]) {
    await writeFile(
      file,
      whole.map((byte, at) => (at === position ? byte ^ 1 : byte)),
    );
    t.is((await checkpoint.read()).kind, 'unusable', `bit of byte ${position}`);
  }
});

test('a checkpoint of another version, schema or form of the state is not taken, nor one that Node cannot read', async (t) => {
  const folder = await makeFolder();
  const checkpoint = makeCheckpoint(folder);
  const content = serialize(state);
  // Version 16 of the serialisation is one that no Node of today writes.
  const newer = Buffer.from(content);
  newer[1] = 16;
  const rows: readonly (readonly [object, Uint8Array, RegExp])[] = [
    [{ ...header, tool: '9.9.9' }, content, /is of version 9\.9\.9 of the program/],
    [{ ...header, schema: 'spikeledger.checkpoint/2' }, content, /another version of the program/],
    [header, serialize({ weights: [], position: 17 }), /holds a state of another form/],
    [header, newer, /cannot be understood/],
  ];
  for (const [head, bytes, message] of rows) {
    await writeFile(path.join(folder, 'checkpoint.bin'), sealed(JSON.stringify(head), bytes));
    const stored = await checkpoint.read();
    t.is(stored.kind, 'unusable');
    if (stored.kind === 'unusable') t.regex(stored.reason, message);
  }
});
