import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { assemble } from '../../firmware-sim/index.js';
import { prepareExperiment } from '../../src/experiment/file/prepare-experiment.js';
import { readResult } from '../../src/experiment/record/read-result.js';
import { readCached, writeCached } from '../../src/experiment/reference/reference-outcome.js';
import { Interrupted } from '../../src/experiment/run/interrupted.js';
import { loadProgram } from '../../src/experiment/run/load-program.js';
import { runExperiment } from '../../src/experiment/run/run-experiment.js';
import { chipCheckpoint } from '../../src/experiment/run/training-state.js';
import { packageRoot } from '../../src/package-root.js';
import { referenceCheckpoint } from '../../src/experiment/reference/reference-state.js';
import { trainReference } from '../../src/reference/train-reference.js';
import { CheckpointMisfit } from '../../src/reference/training/checkpoint-form.js';
import { InputError } from '../../src/units/input-error.js';
import { canonicalHash } from '../../src/units/canonical-hash.js';
import { spikeledger } from '../cli/spikeledger.js';
import { makeJob } from '../reference/make-job.js';
import { mutateGently } from './gentle.js';
import { type Draws, mutateBytes, mutateJson, mutateText, mutateTree } from './mutations.js';
import type { Reader } from './reader.js';
import { npyFiles, tinyExperiment, writeFiles } from './tiny.js';

/* Readers of what the program itself writes, and of programs. */

const threeEpochs = tinyExperiment().replace('epochs: 1', 'epochs: 3');

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A checkpoint whose bytes, header or state are changed, with the digest that they have or a wrong one. */
function mutateCheckpoint(draws: Draws, stored: Buffer): Uint8Array {
  if (draws.hits(0.3)) return mutateBytes(draws, stored);
  const content = stored.subarray(65);
  const end = content.indexOf(0x0a);
  const [header, state] = [content.subarray(0, end), content.subarray(end + 1)];
  const changed = draws.pick([
    () => [mutateBytes(draws, header), Buffer.from('\n'), state],
    () => [header, Buffer.from('\n'), mutateBytes(draws, state)],
    () => [header, Buffer.from('\n'), serialize(mutateTree(draws, deserialize(state)))],
  ])();
  const whole = Buffer.concat(changed);
  return Buffer.concat([Buffer.from(`${sha256(whole)}\n`), whole]);
}

/** The checkpoint of a run that was stopped in its first epoch. */
async function interruptedIn(folder: string): Promise<void> {
  const interruption = new AbortController();
  try {
    await runExperiment(await prepareExperiment(path.join(folder, 'case.yaml')), {
      outputFolder: path.join(folder, 'stopped'),
      cacheFolder: path.join(folder, 'cache'),
      signal: interruption.signal,
      onProgress: () => {
        interruption.abort();
      },
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
}

const checkpoints: Reader = {
  name: 'checkpoint',
  prepare: async (folder) => {
    writeFiles(path.join(folder, 'data'), npyFiles());
    writeFiles(folder, { 'case.yaml': threeEpochs });
    await interruptedIn(folder);
  },
  make: (draws, folder) => {
    const stored = readFileSync(path.join(folder, 'stopped', 'checkpoint.bin'));
    const hash = /"experimentHash":"([^"]*)"/.exec(stored.toString('latin1'))?.[1] ?? '';
    const changed = mutateCheckpoint(draws, stored);
    const out = path.join(folder, 'out');
    writeFiles(out, { 'checkpoint.bin': changed });
    return {
      what: Buffer.from(changed).subarray(0, 300).toString('latin1'),
      read: () => chipCheckpoint(out, hash).read(),
      use: [
        ['run', 'case.yaml', '--out', 'out', '--quiet'],
        ['report', 'out'],
      ],
    };
  },
};

const referenceJob = {
  ...makeJob([2], { rule: { name: 'defp', variant: 'error', init: 'targets' } }),
  optimizer: 'momentum',
  batch: 50,
  epochs: 3,
  backend: 'cpu',
} as const;
const referenceKey = 'key';

/** Trains on from the checkpoint of a folder, as the process of the reference does. */
async function trainOn(folder: string): Promise<void> {
  const stored = await referenceCheckpoint(folder, referenceKey).read();
  if (stored.kind !== 'found') return;
  try {
    await trainReference(referenceJob, {}, stored.state);
  } catch (error) {
    if (!(error instanceof CheckpointMisfit)) throw error;
    throw new InputError(error.message);
  }
}

const referenceCheckpoints: Reader = {
  name: 'reference-checkpoint',
  prepare: async (folder) => {
    const good = referenceCheckpoint(folder, referenceKey);
    mkdirSync(path.join(folder, 'changed'));
    await trainReference(
      { ...referenceJob, epochs: 1 },
      { checkpoint: async (take) => good.write(await take()) },
    );
  },
  make: (draws, folder) => {
    const name = 'reference-checkpoint.bin';
    const changed = mutateCheckpoint(draws, readFileSync(path.join(folder, name)));
    const target = path.join(folder, 'changed');
    writeFileSync(path.join(target, name), changed);
    return {
      what: Buffer.from(changed).subarray(0, 300).toString('latin1'),
      read: () => trainOn(target),
      use: [],
    };
  },
};

const results: Reader = {
  name: 'result',
  prepare: async (folder) => {
    writeFiles(path.join(folder, 'data'), npyFiles());
    const activity = 'activity: { layers: 0.5, input: 0.5 }\n';
    writeFiles(folder, {
      'case.yaml': tinyExperiment(),
      'estimate.yaml': tinyExperiment() + activity,
    });
    await spikeledger(['run', 'case.yaml', '--out', 'good', '--quiet'], folder);
  },
  make: (draws, folder) => {
    const text = readFileSync(path.join(folder, 'good', 'result.json'), 'utf8');
    const isMeantLegal = draws.hits(0.3);
    const changed = isMeantLegal
      ? JSON.stringify(mutateGently(draws, JSON.parse(text)))
      : draws.hits(0.8)
        ? mutateJson(draws, JSON.parse(text))
        : mutateText(draws, text);
    const file = path.join(folder, 'result.json');
    writeFileSync(file, changed);
    mkdirSync(path.join(folder, 'out'), { recursive: true });
    const use = draws.hits(0.8)
      ? ['report', 'result.json', '--out', 'out/page.html', '--phases', 'out/phases.csv']
      : ['estimate', 'estimate.yaml', '--result', 'result.json', '--out', 'out', '--rules', 'all'];
    return { what: changed, read: () => readResult(file), use: [use], isMeantLegal };
  },
};

const shippedPrograms = ['inference', 'train-drtp', 'train-bp', 'train-defp'];

const programs: Reader = {
  name: 'program',
  prepare: async (folder) => {
    writeFiles(path.join(folder, 'data'), npyFiles());
    writeFiles(folder, { 'case.yaml': tinyExperiment() });
    return Promise.resolve();
  },
  make: (draws, folder) => {
    const source = path.join(
      packageRoot,
      'firmware-sim',
      'programs',
      `${draws.pick(shippedPrograms)}.s`,
    );
    const text = draws.hits(0.4)
      ? imageProgram(draws, readFileSync(source, 'utf8'))
      : mutateText(draws, readFileSync(source, 'utf8'));
    const file = path.join(folder, 'case.s');
    writeFileSync(file, text);
    const firmware = ['firmware', 'run', 'case.yaml', '--program', 'case.s', '--samples', '2'];
    return { what: text, read: () => loadProgram(file), use: [firmware] };
  },
};

/** The words of a program with bits changed, as data that are executed. */
function imageProgram(draws: Draws, source: string): string {
  const { words } = assemble(source);
  const bytes = mutateBytes(
    draws,
    new Uint8Array(words.buffer, words.byteOffset, words.byteLength),
  );
  const whole = new Uint32Array(Uint8Array.from(bytes).slice(0, bytes.length & ~3).buffer);
  return [...whole].map((word) => `.word 0x${word.toString(16)}`).join('\n');
}

const cached: Reader = {
  name: 'cached-reference',
  prepare: async (folder) => {
    await writeCached(
      { folder: path.join(folder, 'cache'), key: 'abc' },
      {
        backend: 'wasm',
        epochs: [
          {
            epoch: 1,
            testErrorPercent: 12.5,
            trainErrorPercent: 20,
            testLoss: 0.75,
            trainAfter: null,
            alignment: [{ layer: 1, degrees: 71.25, sampleCount: 100 }],
          },
        ],
        divergedInEpoch: null,
        epochSeconds: [null],
        testWrong: Uint8Array.of(0, 1, 0, 0),
        parameters: [{ weights: Float32Array.of(1, -2.5, 3, 0), biases: Float32Array.of(0.5) }],
      },
    );
  },
  make: (draws, folder) => {
    const name = draws.pick(['abc.json', 'abc.json', 'abc.f32']);
    const good = readFileSync(path.join(folder, 'cache', name));
    const text = good.toString('utf8');
    const isTree = name === 'abc.json' && draws.hits(0.7);
    const changed = isTree
      ? Buffer.from(mutateJson(draws, JSON.parse(text)))
      : Buffer.from(mutateBytes(draws, good));
    const other = name === 'abc.json' ? 'abc.f32' : 'abc.json';
    const folderOfCase = path.join(folder, 'changed');
    writeFiles(folderOfCase, {
      [name]: changed,
      [other]: readFileSync(path.join(folder, 'cache', other)),
    });
    return {
      what: changed.toString('latin1'),
      read: async () => {
        const found = await readCached({ folder: folderOfCase, key: 'abc' });
        if (found === null || changed.equals(good)) return;
        const isSame =
          name === 'abc.json' &&
          canonicalHash(JSON.parse(changed.toString('utf8'))) === canonicalHash(JSON.parse(text));
        if (!isSame) throw new Error('a changed outcome was believed');
      },
      use: [],
    };
  },
};

export const stateReaders: readonly Reader[] = [
  checkpoints,
  referenceCheckpoints,
  results,
  programs,
  cached,
];
