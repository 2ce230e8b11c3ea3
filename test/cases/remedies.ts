import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepareExperiment } from '../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../src/experiment/record/result-record.js';
import { runExperiment } from '../../src/experiment/run/run-experiment.js';
import { warningsBefore } from '../../src/experiment/run/warnings.js';
import { packageRoot } from '../../src/package-root.js';
import { npyFile } from '../datasets/file-writers.js';
import { makeFolder } from '../experiment/small-run.js';

/** An array as a test writes it: numbers row after row. */
export interface TestArray {
  readonly type: '|b1' | '|u1' | '<i8' | '<i4' | '<u4' | '<u2' | '<f4' | '<f8';
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

function writeNumber(view: DataView, type: TestArray['type'], at: number, value: number): void {
  switch (type) {
    case '|b1':
    case '|u1':
      view.setUint8(at, value);
      return;
    case '<u2':
      view.setUint16(at, value, true);
      return;
    case '<u4':
      view.setUint32(at, value, true);
      return;
    case '<i4':
      view.setInt32(at, value, true);
      return;
    case '<i8':
      view.setBigInt64(at, BigInt(value), true);
      return;
    case '<f4':
      view.setFloat32(at, value, true);
      return;
    case '<f8':
      view.setFloat64(at, value, true);
      return;
  }
}

/** What numpy.save would write. */
function saved({ type, shape, values }: TestArray): Uint8Array {
  const itemBytes = Number(type.slice(2));
  const view = new DataView(new ArrayBuffer(itemBytes * values.length));
  values.forEach((value, index) => {
    writeNumber(view, type, itemBytes * index, value);
  });
  return npyFile(type, shape, new Uint8Array(view.buffer));
}

/** Arrays of a folder, by name without `.npy`. */
export type TestFolder = Readonly<Record<string, TestArray>>;

/** Writes an experiment on these arrays; returns its file. */
export async function writeExperiment(
  folder: TestFolder,
  format: 'npy' | 'aer',
  network: string,
): Promise<string> {
  const root = await makeFolder();
  await mkdir(path.join(root, 'data'));
  for (const [name, array] of Object.entries(folder)) {
    await writeFile(path.join(root, 'data', `${name}.npy`), saved(array));
  }
  const file = path.join(root, 'experiment.yaml');
  const lines = [
    'name: remedy',
    `dataset: { path: ./data, format: ${format} }`,
    `network: ${network}`,
    'training: { rule: drtp, epochs: 1, learningRate: 2^-4, loss: bce, seed: 1 }',
    'hardware: edge-28nm',
    'reference: { enabled: false }',
    ...(format === 'aer'
      ? ['precision: { input: u8.4 }', 'input: { coding: recorded, cyclesPerUs: 100 }']
      : []),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

/** Runs an experiment file without its reference. */
export async function run(file: string, overrides: readonly string[] = []): Promise<ResultRecord> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  const prepared = await prepareExperiment(file, ['reference.enabled=false', ...overrides], folder);
  return runExperiment(prepared, {
    outputFolder: folder,
    cacheFolder: path.join(folder, 'cache'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}

/** What is printed before anything is trained. */
export async function warningsOf(
  file: string,
  overrides: readonly string[] = [],
): Promise<readonly string[]> {
  return warningsBefore(await prepareExperiment(file, overrides, packageRoot));
}

/** `dataset.scale: 1/16` in a sentence, as settings. */
export function settingsIn(sentence: string, key: RegExp): readonly string[] {
  return [...sentence.matchAll(key)].map(([, name = '', value = '']) => `${name}=${value}`);
}

/** Six samples of two inputs. */
export const features: TestArray = {
  type: '<f4',
  shape: [6, 2],
  values: [0, 0.5, 0.25, 0.75, 0.5, 0, 0.125, 1, 0.75, 0.25, 1, 0.5],
};

/** A row of class numbers. */
export function labels(values: readonly number[], type: TestArray['type'] = '<i8'): TestArray {
  return { type, shape: [values.length], values };
}

/** The same arrays in both parts. */
export function both(x: TestArray, y: TestArray): TestFolder {
  return { 'train-x': x, 'train-y': y, 'test-x': x, 'test-y': y };
}

/** Two samples of two events each, in both parts. */
export function stream(times: readonly number[], type: TestArray['type']): TestFolder {
  const rows = times.flatMap((timeUs, index) => [timeUs, index % 2, 0, 1]);
  const events: TestArray = { type, shape: [times.length, 4], values: rows };
  const parts = (part: string): TestFolder => ({
    [`${part}-events`]: events,
    [`${part}-offsets`]: labels([0, 2, 4]),
    [`${part}-y`]: labels([0, 1]),
  });
  const sensor: TestArray = { type: '<u4', shape: [3], values: [2, 1, 2] };
  return { sensor, ...parts('train'), ...parts('test') };
}

/** Changes arrays of both parts, as a remedy says. */
export function change(
  folder: TestFolder,
  ending: string,
  edit: (array: TestArray) => TestArray,
): TestFolder {
  return Object.fromEntries(
    Object.entries(folder).map(([name, array]) => [
      name,
      name.endsWith(ending) ? edit(array) : array,
    ]),
  );
}

/** numpy.searchsorted(numpy.unique(train_y), y) */
export function numbered(array: TestArray): TestArray {
  const classes = [...new Set(array.values)].sort((a, b) => a - b);
  return { ...labels(array.values.map((label) => classes.indexOf(label))) };
}
