import { copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import {
  type CacheEntry,
  readCached,
  type ReferenceOutcome,
  writeCached,
} from '../../../src/experiment/reference/reference-outcome.js';

const outcome: ReferenceOutcome = {
  backend: 'wasm',
  epochs: [
    {
      epoch: 1,
      testErrorPercent: 12.5,
      trainErrorPercent: 20,
      testLoss: 0.75,
      trainAfter: { errorPercent: 10, loss: null },
      alignment: [{ layer: 1, degrees: 71.25, sampleCount: 100 }],
    },
  ],
  divergedInEpoch: null,
  epochSeconds: [1.5],
  testWrong: Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0),
  parameters: [
    { weights: Float32Array.of(1, -2.5, 3, 0), biases: Float32Array.of(0.5, NaN) },
    { weights: Float32Array.of(-1e-30), biases: new Float32Array() },
  ],
};

async function makeEntry(): Promise<CacheEntry> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  return { folder: path.join(folder, 'cache', 'references'), key: 'abc' };
}

test('an outcome comes back from the cache as it was kept, parameters to the bit', async (t) => {
  const entry = await makeEntry();
  t.is(await readCached(entry), null);
  await writeCached(entry, outcome);
  t.deepEqual(await readCached(entry), outcome);
  t.is(await readCached({ ...entry, key: 'abd' }), null);
});

test('damaged parameters, a cut file and a record of another version are no outcome', async (t) => {
  const entry = await makeEntry();
  await writeCached(entry, outcome);
  const floats = path.join(entry.folder, 'abc.f32');
  const json = path.join(entry.folder, 'abc.json');
  const [bytes, text] = [await readFile(floats), await readFile(json, 'utf8')];
  // Four weights and two biases, one weight and none, of 4 bytes each.
  t.is(bytes.length, 28);
  await writeFile(floats, bytes.subarray(0, 24));
  t.is(await readCached(entry), null);
  await writeFile(
    floats,
    bytes.map((byte, at) => (at === 5 ? byte ^ 1 : byte)),
  );
  t.is(await readCached(entry), null);
  await writeFile(floats, bytes);
  t.deepEqual(await readCached(entry), outcome);
  await writeFile(json, text.slice(0, -20));
  t.is(await readCached(entry), null);
  await writeFile(json, JSON.stringify({ backend: 'wasm', epochs: [] }));
  t.is(await readCached(entry), null);
});

test('an entry of the cache that was edited anywhere, or moved to another key, is no outcome', async (t) => {
  const entry = await makeEntry();
  await writeCached(entry, outcome);
  const json = path.join(entry.folder, 'abc.json');
  const text = await readFile(json, 'utf8');
  // Each of these is a record of the right form; −77 would have been printed as a test error.
  const edits: readonly (readonly [string, string])[] = [
    ['"testErrorPercent": 12.5', '"testErrorPercent": -77'],
    ['"testErrorPercent": 12.5', '"testErrorPercent": 2.5'],
    ['"trainErrorPercent": 20', '"trainErrorPercent": 21'],
    ['"degrees": 71.25', '"degrees": null'],
    ['"backend": "wasm"', '"backend": "cpu"'],
    ['"divergedInEpoch": null', '"divergedInEpoch": 2'],
    ['"testWrong": "01000000"', '"testWrong": "00100000"'],
  ];
  for (const [from, to] of edits) {
    t.true(text.includes(from), from);
    await writeFile(json, text.replace(from, to));
    t.is(await readCached(entry), null, to);
  }
  await writeFile(json, text);
  t.deepEqual(await readCached(entry), outcome);
  await copyFile(json, path.join(entry.folder, 'abd.json'));
  await copyFile(path.join(entry.folder, 'abc.f32'), path.join(entry.folder, 'abd.f32'));
  t.is(await readCached({ ...entry, key: 'abd' }), null);
});
