import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { CheckpointFile } from '../../../src/experiment/run/checkpoint.js';

interface State {
  readonly weightsRaw: readonly Int32Array[];
  readonly position: number;
}

const state: State = { weightsRaw: [Int32Array.of(1, -2, 3)], position: 17 };

function makeFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'spikeledger-'));
}

test('a checkpoint comes back as it was written, and leaves nothing else behind', async (t) => {
  const folder = await makeFolder();
  const checkpoint = new CheckpointFile<State>(folder, 'a'.repeat(64));
  await checkpoint.write(state);
  t.deepEqual(await checkpoint.read(), state);
  t.deepEqual(await readdir(folder), ['checkpoint.bin']);
  await checkpoint.remove();
  t.is(await checkpoint.read(), null);
});

test('a checkpoint of another experiment is not taken', async (t) => {
  const folder = await makeFolder();
  await new CheckpointFile<State>(folder, 'a'.repeat(64)).write(state);
  t.is(await new CheckpointFile<State>(folder, 'b'.repeat(64)).read(), null);
});

test('a damaged or cut checkpoint is not taken', async (t) => {
  const folder = await makeFolder();
  const checkpoint = new CheckpointFile<State>(folder, 'a'.repeat(64));
  await checkpoint.write(state);
  const file = path.join(folder, 'checkpoint.bin');
  const whole = await readFile(file);
  for (const length of [0, 10, 40, whole.length - 1]) {
    await writeFile(file, whole.subarray(0, length));
    t.is(await checkpoint.read(), null, `first ${length} bytes`);
  }
});
