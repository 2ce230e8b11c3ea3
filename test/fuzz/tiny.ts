import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { aerPart, type EventRow, sensorFile } from '../datasets/events/event-files.js';
import { cifarFile, floatBytes, idxFile, npyFile } from '../datasets/file-writers.js';

/* The smallest experiment that is one: three inputs, two hidden neurons, two classes. */

const trainCount = 12;
const testCount = 4;

/** An experiment file on these samples and this chip. */
export function tinyExperiment(
  dataset = '{ path: data, format: npy }',
  hardware = 'edge-28nm',
): string {
  return `name: tiny
dataset: ${dataset}
network: FC_2_FC_2
training: { rule: drtp, epochs: 1, learningRate: 2^-5 }
hardware: ${hardware}
reference: { enabled: false }
`;
}

/** How a mutant that is legal is used: trained with, and its page rendered again. */
export const runAndReport: readonly (readonly string[])[] = [
  ['run', 'case.yaml', '--out', 'out', '--quiet'],
  ['report', 'out'],
];

function values(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => ((index * 7) % 11) / 11);
}

function labels(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => index % 2);
}

/** Files of a set of format npy, by name. */
export function npyFiles(): Record<string, Uint8Array> {
  return Object.fromEntries(
    (
      [
        ['train', trainCount],
        ['test', testCount],
      ] as const
    ).flatMap(([part, count]) => [
      [`${part}-x.npy`, npyFile('<f4', [count, 3], floatBytes(values(3 * count), 4))],
      [`${part}-y.npy`, npyFile('|u1', [count], labels(count))],
    ]),
  );
}

/** The same of format idx, 1 × 3 pixels. */
export function idxFiles(): Record<string, Uint8Array> {
  return Object.fromEntries(
    (
      [
        ['train', trainCount],
        ['t10k', testCount],
      ] as const
    ).flatMap(([part, count]) => [
      [
        `${part}-images-idx3-ubyte`,
        idxFile(
          [count, 1, 3],
          values(3 * count).map((value) => Math.round(255 * value)),
        ),
      ],
      [`${part}-labels-idx1-ubyte`, idxFile([count], labels(count))],
    ]),
  );
}

/** The same of format cifar, two samples a batch. */
export function cifarFiles(): Record<string, Uint8Array> {
  const batch = cifarFile([0, 1]);
  return { 'data_batch_1.bin': batch, 'data_batch_2.bin': batch, 'test_batch.bin': batch };
}

function sample(index: number): readonly EventRow[] {
  return [0, 3, 8].map((time, at): EventRow => [time + index, (at + index) % 3, 0, 0]);
}

/** The same as event streams of a sensor of 1 × 3 pixels. */
export function aerFiles(): Record<string, Uint8Array> {
  const part = (name: 'train' | 'test', count: number): Record<string, Uint8Array> =>
    aerPart(
      name,
      Array.from({ length: count }, (_, index) => sample(index)),
      [...labels(count)],
    );
  return {
    'sensor.npy': sensorFile(1, 1, 3),
    ...part('train', trainCount),
    ...part('test', testCount),
  };
}

/** Writes files into a folder, which is made. */
export function writeFiles(
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files))
    writeFileSync(path.join(folder, name), content);
}
