import { aerPart, type EventRow, sensorFile } from '../datasets/events/event-files.js';
import { cifarFile, floatBytes, idxFile, npyFile } from '../datasets/file-writers.js';
import type { Draws } from './mutations.js';

/* Samples that can be read, with values, labels and numbers of samples that nobody chose. */

const parts = ['train', 'test'] as const;

/** How values lie: inside what formats hold, far beyond, all the same, mostly nothing. */
function drawValues(draws: Draws, count: number): readonly number[] {
  const value = draws.pick<() => number>([
    () => draws.below(1000) / 1000,
    () => draws.below(1000) / 1000,
    () => draws.below(2000) / 100 - 10,
    () => (draws.hits(0.8) ? 0 : 1),
    () => 0,
    () => 1,
    () => draws.pick([1e6, -1e6, 1e-9, 3e38]),
  ]);
  return Array.from({ length: count }, value);
}

/** Labels of two classes; sometimes all of one, or one of a third class. */
function drawLabels(draws: Draws, count: number): readonly number[] {
  const label = draws.pick<() => number>([
    () => draws.below(2),
    () => draws.below(2),
    () => draws.below(2),
    () => 0,
    () => 1,
    () => draws.below(3),
  ]);
  return Array.from({ length: count }, label);
}

function counts(draws: Draws): Readonly<Record<(typeof parts)[number], number>> {
  return { train: 1 + draws.below(12), test: 1 + draws.below(6) };
}

/** By name the files of both parts, each made by one function. */
function ofParts(
  draws: Draws,
  make: (part: (typeof parts)[number], count: number) => Record<string, Uint8Array>,
): Record<string, Uint8Array> {
  const sizes = counts(draws);
  return Object.assign({}, ...parts.map((part) => make(part, sizes[part]))) as Record<
    string,
    Uint8Array
  >;
}

function bytesOf(values: readonly number[]): Uint8Array {
  return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.round(255 * value))));
}

/** Little-endian words of 8 bytes. */
function wideLabels(labels: readonly number[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(labels, BigInt).buffer);
}

/** Files of format npy in any type that it is read from. */
export function drawnNpy(draws: Draws): Record<string, Uint8Array> {
  const type = draws.pick(['<f4', '<f4', '<f8', '|u1'] as const);
  return ofParts(draws, (part, count) => {
    const values = drawValues(draws, 3 * count);
    const labels = drawLabels(draws, count);
    const payload = type === '|u1' ? bytesOf(values) : floatBytes(values, type === '<f4' ? 4 : 8);
    return {
      [`${part}-x.npy`]: npyFile(type, [count, 3], payload),
      [`${part}-y.npy`]: draws.hits(0.5)
        ? npyFile('|u1', [count], Uint8Array.from(labels))
        : npyFile('<i8', [count], wideLabels(labels)),
    };
  });
}

/** Files of format idx. */
export function drawnIdx(draws: Draws): Record<string, Uint8Array> {
  return ofParts(draws, (part, count) => {
    const prefix = part === 'train' ? 'train' : 't10k';
    return {
      [`${prefix}-images-idx3-ubyte`]: idxFile(
        [count, 1, 3],
        bytesOf(drawValues(draws, 3 * count)),
      ),
      [`${prefix}-labels-idx1-ubyte`]: idxFile([count], drawLabels(draws, count)),
    };
  });
}

/** Up to nine events in the order of time, many at the same. */
function drawRows(draws: Draws): readonly EventRow[] {
  const step = draws.pick([0, 1, 3, 100_000]);
  let time = draws.pick([0, 0, 5, 1_000_000]);
  return Array.from({ length: draws.below(10) }, (): EventRow => {
    time += draws.below(step + 1);
    return [time, draws.below(3), 0, 0];
  });
}

/** Event streams of a sensor of 1 × 3 pixels. */
export function drawnEvents(draws: Draws): Record<string, Uint8Array> {
  const files = ofParts(draws, (part, count) =>
    aerPart(
      part,
      Array.from({ length: count }, () => drawRows(draws)),
      drawLabels(draws, count),
    ),
  );
  return { 'sensor.npy': sensorFile(1, 1, 3), ...files };
}

/** Batches of format cifar. */
export function drawnCifar(draws: Draws): Record<string, Uint8Array> {
  const batch = (): Uint8Array => cifarFile(drawLabels(draws, 1 + draws.below(3)));
  return { 'data_batch_1.bin': batch(), 'data_batch_2.bin': batch(), 'test_batch.bin': batch() };
}
