import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { prepareExperiment } from '../../src/experiment/file/prepare-experiment.js';
import { Interrupted } from '../../src/experiment/run/interrupted.js';
import { runExperiment } from '../../src/experiment/run/run-experiment.js';
import {
  filesIn,
  makeExperiment,
  recordIn,
  resultFiles,
  spawnedIntoFullDevice,
  spawnedOnFullDisk,
  spikeledger,
} from '../cli/spikeledger.js';
import { notChecked } from '../support/not-checked.js';

/* Cases, "nothing lost": disks that fill, checkpoints and cached references that are not what they were. */

const words = ['run', 'small.yaml', '--out', 'out'];

async function contentsIn(folder: string): Promise<readonly string[]> {
  const names = await filesIn(folder);
  return Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
}

/** The experiment's folder after a stop before the first sample: its checkpoint is in `out`. */
async function stopped(): Promise<string> {
  const folder = await makeExperiment();
  const prepared = await prepareExperiment(path.join(folder, 'small.yaml'));
  const settings = { outputFolder: path.join(folder, 'out'), signal: AbortSignal.abort() };
  const error: unknown = await runExperiment(prepared, settings).catch((reason: unknown) => reason);
  if (!(error instanceof Interrupted)) throw new Error('the run did not stop');
  return folder;
}

test.serial(
  'a disk too full for the result keeps the checkpoint and an older result, and the same command goes on',
  async (t) => {
    const folder = await makeExperiment();
    const out = path.join(folder, 'out');
    t.is((await spikeledger([...words, '--set', 'training.seed=2'], folder)).code, 0);
    const older = await contentsIn(out);
    // The checkpoint is 12 kB, the first of the files more than 100 kB.
    const full = await spawnedOnFullDisk(40, [...words, '--overwrite'], folder);
    t.is(full.code, 2, full.stderr);
    t.regex(
      full.stderr,
      /^out\/[\w.]+: cannot be written \(.*\); nothing was changed: make room, .*--out, and start the same command again\n$/,
    );
    t.deepEqual(await filesIn(out), ['checkpoint.bin', ...resultFiles]);
    await cp(path.join(out, 'checkpoint.bin'), path.join(folder, 'kept.bin'));
    await rm(path.join(out, 'checkpoint.bin'));
    t.deepEqual(await contentsIn(out), older);
    await cp(path.join(folder, 'kept.bin'), path.join(out, 'checkpoint.bin'));
    t.is((await spikeledger([...words, '--overwrite'], folder)).code, 0);
    t.deepEqual(await filesIn(out), resultFiles);
    t.is((await spikeledger(['run', 'small.yaml', '--out', 'fresh'], folder)).code, 0);
    t.deepEqual(await recordIn(out), await recordIn(path.join(folder, 'fresh')));
  },
);

test.serial('a checkpoint that cannot be written is a warning, and the run goes on', async (t) => {
  const folder = await makeExperiment();
  t.is((await spikeledger(['run', 'small.yaml', '--out', 'fresh'], folder)).code, 0);
  // A folder that is not empty: it cannot be read, replaced or removed.
  await mkdir(path.join(folder, 'out/checkpoint.bin/full'), { recursive: true });
  const { code, stderr } = await spikeledger(words, folder);
  t.is(code, 0, stderr);
  const lines = stderr.trimEnd().split('\n');
  t.is(lines.length, 3, stderr);
  t.regex(lines[0] ?? '', /^Warning: the checkpoint cannot be read .*: the chip starts afresh$/);
  t.regex(lines[1] ?? '', /^Warning: the checkpoint of the chip could not be written .*goes on/);
  t.regex(lines[2] ?? '', /^Warning: a checkpoint in out could not be removed .*result is whole/);
  t.deepEqual(await recordIn(path.join(folder, 'out')), await recordIn(path.join(folder, 'fresh')));
});

/** A checkpoint of another state that says itself that it is whole and of this experiment. */
function resealed(stored: Buffer, change: (state: Record<string, unknown>) => void): Buffer {
  const content = stored.subarray(stored.indexOf(0x0a) + 1);
  const headerEnd = content.indexOf(0x0a) + 1;
  const state = deserialize(content.subarray(headerEnd)) as Record<string, unknown>;
  change(state);
  const body = Buffer.concat([content.subarray(0, headerEnd), serialize(state)]);
  const digest = createHash('sha256').update(body).digest('hex');
  return Buffer.concat([Buffer.from(`${digest}\n`), body]);
}

test.serial(
  'a checkpoint whose state has a renamed, missing or additional key, or a foreign value, is not continued',
  async (t) => {
    const folder = await stopped();
    const file = path.join(folder, 'out/checkpoint.bin');
    const stored = await readFile(file);
    const changes: readonly ((state: Record<string, unknown>) => void)[] = [
      (state) => {
        state['wrongs'] = state['wrongCount'];
        delete state['wrongCount'];
      },
      (state) => {
        delete state['engine'];
      },
      (state) => {
        state['more'] = 1;
      },
      (state) => {
        state['position'] = null;
      },
      (state) => {
        state['epochs'] = [{ testErrorPercent: -77 }];
      },
      // Right by its form, and of another network.
      (state) => {
        const engine = state['engine'] as { layers: unknown[] };
        engine.layers.pop();
      },
    ];
    t.is((await spikeledger(['run', 'small.yaml', '--out', 'fresh'], folder)).code, 0);
    const whole = await recordIn(path.join(folder, 'fresh'));
    for (const change of changes) {
      await rm(path.join(folder, 'out'), { recursive: true });
      await mkdir(path.join(folder, 'out'));
      await writeFile(file, resealed(stored, change));
      const { code, stderr } = await spikeledger(words, folder);
      t.is(code, 0, stderr);
      t.regex(stderr, /^Warning: the checkpoint .*: the chip starts afresh\n$/);
      t.deepEqual(await recordIn(path.join(folder, 'out')), whole);
    }
    // The same without a change goes on, without a word.
    await rm(path.join(folder, 'out'), { recursive: true });
    await mkdir(path.join(folder, 'out'));
    await writeFile(
      file,
      resealed(stored, () => undefined),
    );
    t.is((await spikeledger(words, folder)).stderr, '');
    t.deepEqual(await recordIn(path.join(folder, 'out')), whole);
  },
);

/** A kept reference but for how long its epochs took, and the digest of all. */
function withoutTimes(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) =>
    key === 'epochSeconds' || key === 'contentHash' ? null : value,
  );
}

test.serial(
  'a cached reference that was edited is not believed: it is trained again',
  async (t) => {
    const folder = await makeExperiment();
    const both = [...words, '--set', 'reference={ backend: cpu }'];
    t.is((await spikeledger(both, folder)).code, 0);
    const whole = await recordIn(path.join(folder, 'out'));
    const cache = path.join(folder, 'spikeledger/reference');
    const [name = ''] = (await readdir(cache)).filter((each) => each.endsWith('.json'));
    const text = await readFile(path.join(cache, name), 'utf8');
    const edited = text.replace(/"testErrorPercent": [\d.]+/, '"testErrorPercent": -77');
    t.not(edited, text);
    await writeFile(path.join(cache, name), edited);
    t.is((await spikeledger(both, folder)).code, 0);
    t.deepEqual(await recordIn(path.join(folder, 'out')), whole);
    t.deepEqual(withoutTimes(await readFile(path.join(cache, name), 'utf8')), withoutTimes(text));
  },
);

test.serial('names that hold what no file name may are refused, in file and --set', async (t) => {
  const names = ['..', '../up', 'a/b', 'a\\b', 'a\tb', 'a\u001b[31mb', 'a\u202eb', 'a\nb', 'nul'];
  for (const name of [...names, 'COM1', 'lpt9.txt', '', ' ', 'end ', 'a:b', 'x'.repeat(300)]) {
    const folder = await makeExperiment();
    const file = path.join(folder, 'small.yaml');
    const text = await readFile(file, 'utf8');
    const quoted = JSON.stringify(name);
    const set = await spikeledger(['run', 'small.yaml', '--set', `name=${quoted}`], folder);
    await writeFile(file, text.replace('small', quoted));
    for (const command of ['run', 'estimate'] as const) {
      const { code, stderr } = await spikeledger([command, 'small.yaml'], folder);
      t.is(code, 2, quoted);
      t.regex(stderr, /^small\.yaml:1:\d+: name: /m, quoted);
    }
    t.is(set.code, 2, quoted);
    t.false(set.stderr.includes('\u001b') || set.stderr.includes('\u202e'));
    t.deepEqual(await readdir(folder), ['small.yaml']);
  }
});

test.serial(
  'a named set with a wrong checksum, or that unpacks to far more than it stores, is refused before anything is made',
  async (t) => {
    const folder = await makeExperiment();
    await mkdir(path.join(folder, 'data/mnist'), { recursive: true });
    const images = path.join(folder, 'data/mnist/train-images-idx3-ubyte.gz');
    // Two images of the right form, and zeros without end.
    const header = Buffer.alloc(16);
    [0x0803, 2, 28, 28].forEach((value, place) => header.writeUInt32BE(value, 4 * place));
    const contents: readonly (readonly [Buffer, RegExp])[] = [
      [Buffer.concat([header, Buffer.alloc(2 * 28 * 28)]), /the SHA-256 is [0-9a-f]{64}; /],
      [Buffer.alloc(100 * 2 ** 20), /unpacks to more than \d+ bytes/],
    ];
    for (const [content, message] of contents) {
      await writeFile(images, gzipSync(content));
      const set = ['--set', 'dataset={ name: mnist }', '--set', 'network=FC_20_FC_10'];
      const { code, stderr } = await spikeledger([...words, ...set], folder);
      t.is(code, 2, stderr);
      t.regex(stderr, message);
      t.true(stderr.startsWith(images), stderr);
      t.deepEqual(await filesIn(folder), ['data', 'small.yaml']);
    }
  },
);

test.serial('standard output that takes no more is one sentence, exit 2', async (t) => {
  if (!existsSync('/dev/full')) {
    notChecked(t, 'there is no /dev/full here');
    return;
  }
  const folder = await makeExperiment();
  for (const words of [
    ['models', 'list'],
    ['datasets', 'list'],
  ]) {
    const { code, stderr } = await spawnedIntoFullDevice(words, folder);
    t.is(code, 2, stderr);
    t.regex(stderr, /^standard output cannot be written \(ENOSPC.*; send it somewhere else\n$/);
  }
});
