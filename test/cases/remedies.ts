import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
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
export function saved({ type, shape, values }: TestArray): Uint8Array {
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
