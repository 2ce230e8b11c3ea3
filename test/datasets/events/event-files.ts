import { npyFile } from '../file-writers.js';

/** An event as the tests write it. */
export type EventRow = readonly [timeUs: number, x: number, y: number, polarity: number];

/** An npy file of little-endian uint32. */
export function wordFile(shape: readonly number[], values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, index) => {
    view.setUint32(4 * index, value, true);
  });
  return npyFile('<u4', shape, new Uint8Array(view.buffer));
}

/** Number of the first event of each sample, then the number of events. */
function offsetsOf(samples: readonly (readonly EventRow[])[]): readonly number[] {
  const offsets = [0];
  for (const sample of samples) offsets.push((offsets.at(-1) ?? 0) + sample.length);
  return offsets;
}

/** The files of one part of a folder of format aer, without the sensor. */
export function aerPart(
  part: 'train' | 'test',
  samples: readonly (readonly EventRow[])[],
  labels: readonly number[],
): Record<string, Uint8Array> {
  const rows = samples.flat();
  const offsets = offsetsOf(samples);
  return {
    [`${part}-events.npy`]: wordFile([rows.length, 4], rows.flat()),
    [`${part}-offsets.npy`]: wordFile([offsets.length], offsets),
    [`${part}-y.npy`]: npyFile('|u1', [labels.length], Uint8Array.from(labels)),
  };
}

/** The sensor's file: channels, height, width. */
export function sensorFile(...shape: readonly number[]): Uint8Array {
  return wordFile([shape.length], shape);
}

/** Events as N-MNIST records, transposed to five planes. */
export function planesFile(rows: readonly EventRow[]): Uint8Array {
  const planes: readonly ((row: EventRow) => number)[] = [
    ([, x]) => x,
    ([, , y]) => y,
    ([timeUs, , , polarity]) => (polarity << 7) | (timeUs >> 16),
    ([timeUs]) => (timeUs >> 8) & 255,
    ([timeUs]) => timeUs & 255,
  ];
  return Uint8Array.from(planes.flatMap((plane) => rows.map(plane)));
}
