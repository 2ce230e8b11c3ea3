import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadDataset } from '../../src/datasets/load-dataset.js';
import { packageRoot } from '../../src/package-root.js';
import { GoldenCaseError } from '../../src/reference/golden/golden-array.js';
import { readGoldenCase } from '../../src/reference/golden/golden-case.js';
import { InputError } from '../../src/units/input-error.js';
import { drawnCifar, drawnEvents, drawnIdx, drawnNpy } from './drawn-samples.js';
import { type Draws, mutateBytes, mutateJson, mutateText } from './mutations.js';
import type { Reader } from './reader.js';
import {
  aerFiles,
  cifarFiles,
  idxFiles,
  npyFiles,
  runAndReport,
  tinyExperiment,
  writeFiles,
} from './tiny.js';

/* Readers of samples and arrays. */

/** An array with its header changed as text, as a hand would, or bytes of it. */
function mutateArray(draws: Draws, bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x93 || draws.hits(0.5)) return mutateBytes(draws, bytes);
  const text = Buffer.from(bytes).toString('latin1');
  const types = ['<f4', '<f8', '<i8', '|u1', '|b1', '>i2', '<f2', '<c8', '|O', '<U4', '<u8'];
  const replaced = draws.pick([
    () => text.replace(/'descr': '[^']*'/, `'descr': '${draws.pick(types)}'`),
    () => text.replace(/\d+(?=[,)])/, String(draws.pick([0, -1, 1, 2, 3, 1e9, 2 ** 53, 1e308]))),
    () => text.replace('False', draws.pick(['True', 'None', '1'])),
    () =>
      text.replace(/\(([^)]*)\)/, draws.pick(['()', '(3)', '(1, 1, 1, 1, 1, 36)', '(12, 3, 0)'])),
  ])();
  return Buffer.from(replaced, 'latin1');
}

type Files = Record<string, Uint8Array>;

/** Folders of samples in one format; `drawn`: other samples, none of them wrong. */
function samples(
  format: 'npy' | 'idx' | 'aer',
  files: () => Files,
  drawn: (draws: Draws) => Files,
): Reader {
  return {
    name: format === 'aer' ? 'events' : format,
    prepare: async (folder) => {
      const text = tinyExperiment(`{ path: data, format: ${format} }`);
      const coding = format === 'aer' ? 'input: { coding: recorded, cyclesPerUs: 10 }\n' : '';
      writeFiles(folder, { 'case.yaml': text + coding });
      return Promise.resolve();
    },
    make: (draws, folder) => {
      const data = path.join(folder, 'data');
      const read = (): unknown => loadDataset({ path: data, format });
      if (draws.hits(0.3)) {
        const others = drawn(draws);
        writeFiles(data, others);
        return { what: sizesOf(others), read, use: runAndReport, isMeantLegal: true };
      }
      const good = files();
      const name = draws.pick(Object.keys(good));
      const changed = mutateArray(draws, good[name] ?? new Uint8Array());
      writeFiles(data, { ...good, [name]: draws.hits(0.1) ? gzipSync(changed) : changed });
      return {
        what: `${name}: ${Buffer.from(changed).subarray(0, 160).toString('latin1')}`,
        read,
        use: runAndReport,
      };
    },
  };
}

/** Names and sizes of files. */
function sizesOf(files: Files): string {
  return Object.entries(files)
    .map(([name, { length }]) => `${name} ${length}`)
    .join(', ');
}

const cifarRecordBytes = 3073;

/** Batches with a label, a length or a name changed, bytes changed or packed and then changed. */
function mutateBatches(draws: Draws, good: Readonly<Files>): Files {
  const name = draws.pick(Object.keys(good));
  const bytes = good[name] ?? new Uint8Array();
  const changed = (content: Uint8Array) => ({ ...good, [name]: content });
  const label = (value: number): Uint8Array => {
    const record = draws.below(bytes.length / cifarRecordBytes);
    return bytes.with(record * cifarRecordBytes, value);
  };
  return draws.pick<() => Files>([
    () => changed(label(draws.pick([0, 1, 2, 9, 10, 255]))),
    () => changed(bytes.subarray(0, cifarRecordBytes * draws.below(3))),
    () => changed(mutateBytes(draws, bytes)),
    () => changed(mutateBytes(draws, gzipSync(bytes))),
    () => changed(gzipSync(Buffer.alloc(cifarRecordBytes * draws.below(9)))),
    () => {
      const { [name]: moved = bytes, ...others } = good;
      const names = ['data_batch_0.bin', 'data_batch_3.bin', 'data_batch_999.bin', `${name}.gz`];
      return { ...others, [draws.pick(names)]: moved };
    },
  ])();
}

const cifar: Reader = {
  name: 'cifar',
  prepare: async (folder) => {
    const dataset = '{ path: data, format: cifar, classCount: 2 }';
    writeFiles(folder, { 'case.yaml': tinyExperiment(dataset, 'large-28nm') });
    return Promise.resolve();
  },
  make: (draws, folder) => {
    const data = path.join(folder, 'data');
    rmSync(data, { recursive: true, force: true });
    const isMeantLegal = draws.hits(0.2);
    const files = isMeantLegal ? drawnCifar(draws) : mutateBatches(draws, cifarFiles());
    writeFiles(data, files);
    return {
      what: sizesOf(files),
      read: () => loadDataset({ path: data, format: 'cifar', classCount: 2 }),
      use: runAndReport,
      isMeantLegal,
    };
  },
};

const goldenCase = path.join(packageRoot, 'test', 'golden', 'batch1-drtp');

function readGolden(folder: string): void {
  try {
    readGoldenCase(folder, 'cpu');
  } catch (error) {
    if (!(error instanceof GoldenCaseError)) throw error;
    throw new InputError(error.message);
  }
}

const golden: Reader = {
  name: 'golden',
  prepare: async () => Promise.resolve(),
  make: (draws, folder) => {
    const names = readdirSync(goldenCase);
    const good = Object.fromEntries(
      names.map((name) => [name, readFileSync(path.join(goldenCase, name))]),
    );
    const target = path.join(folder, 'case');
    writeFiles(target, good);
    const name = draws.hits(0.5) ? 'case.json' : draws.pick(names);
    const content = good[name] ?? Buffer.of();
    const text = content.toString('utf8');
    const changed = !name.endsWith('.json')
      ? mutateArray(draws, content)
      : draws.hits(0.7)
        ? mutateJson(draws, JSON.parse(text))
        : mutateText(draws, text);
    writeFileSync(path.join(target, name), changed);
    const what = `${name}: ${Buffer.from(changed).subarray(0, 600).toString('latin1')}`;
    return {
      what,
      read: () => {
        readGolden(target);
      },
      use: [['verify', 'case']],
    };
  },
};

export const dataReaders: readonly Reader[] = [
  samples('npy', npyFiles, drawnNpy),
  samples('idx', idxFiles, drawnIdx),
  samples('aer', aerFiles, drawnEvents),
  cifar,
  golden,
];
