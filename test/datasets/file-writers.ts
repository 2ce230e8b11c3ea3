import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ExecutionContext } from 'ava';

/** An empty folder that goes when the test ends. */
export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spikeledger-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

/** Writes files by name into a folder. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}

function bigEndianU32(value: number): readonly number[] {
  return [value >>> 24, value >>> 16, value >>> 8, value].map((part) => part & 255);
}

/** An idx file of bytes: magic 0x0800 + dimensions, their sizes, payload. */
export function idxFile(sizes: readonly number[], payload: Iterable<number>): Uint8Array {
  return Uint8Array.from([
    ...bigEndianU32(0x0800 + sizes.length),
    ...sizes.flatMap(bigEndianU32),
    ...payload,
  ]);
}

/** An npy file, version 1.0, with exactly this header text. */
export function npyFileWithHeader(header: string, payload: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header);
  const preamble = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0];
  return Uint8Array.from([...preamble, text.length & 255, text.length >> 8, ...text, ...payload]);
}

/** An npy file as numpy.save writes it: header padded with blanks so that the payload starts at byte 128. */
export function npyFile(
  type: string,
  shape: readonly number[],
  payload: Uint8Array,
  order: 'True' | 'False' = 'False',
): Uint8Array {
  const tuple = shape.length === 1 ? `${shape.join()},` : shape.join(', ');
  const header = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${tuple}), }`;
  return npyFileWithHeader(`${header.padEnd(117)}\n`, payload);
}

/** Little-endian bytes of floats. */
export function floatBytes(values: readonly number[], itemBytes: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * itemBytes));
  values.forEach((value, index) => {
    if (itemBytes === 4) view.setFloat32(4 * index, value, true);
    else view.setFloat64(8 * index, value, true);
  });
  return new Uint8Array(view.buffer);
}

/** A batch of the CIFAR-10 binary version; pixel p of record r is (r + p) mod 256. */
export function cifarFile(labels: readonly number[]): Uint8Array {
  return Uint8Array.from(
    labels.flatMap((label, record) => [
      label,
      ...Array.from({ length: 3072 }, (_, pixel) => (record + pixel) & 255),
    ]),
  );
}
