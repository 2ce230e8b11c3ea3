import { InputError } from '../units/input-error.js';
import { type InputShape, type Samples, valueCount } from './dataset.js';

export const cifarShape: InputShape = [3, 32, 32];
const imageBytes = valueCount(cifarShape);
/** One label byte, then 1024 red, 1024 green, 1024 blue, each plane row-major. */
const recordBytes = 1 + imageBytes;

/** Training batches of CIFAR-10. */
const batchCount = 5;

/** `CIFAR-10 with 68 JPEG-decoded records (…); training batches 3 to 5 are left out`, of the files that were read; null: all are the originals. */
export function cifarNote(train: Samples, test: Samples): string | null {
  const [trainJpeg, testJpeg] = [train.jpegSampleCount, test.jpegSampleCount];
  const [trainCount, testCount] = [train, test].map(({ labels }) => labels.values.length);
  const first = train.sourceFiles.length + 1;
  const missing =
    first === batchCount
      ? `training batch ${first} is left out`
      : `training batches ${first} to ${batchCount} are left out`;
  const parts = [
    ...(trainJpeg + testJpeg === 0
      ? []
      : [
          `CIFAR-10 with ${trainJpeg + testJpeg} JPEG-decoded records (${trainJpeg} of the ${trainCount ?? 0} training samples, ${testJpeg} of the ${testCount ?? 0} test samples)`,
        ]),
    ...(first > batchCount ? [] : [missing]),
  ];
  return parts.join('; ') || null;
}

/** One batch: as many labels as images. */
interface CifarBatch {
  /** Shape (records). */
  readonly labels: Uint8Array;
  /** Shape (records × 3 × 32 × 32). */
  readonly values: Uint8Array;
}

/**
 * Reads an unpacked batch of the CIFAR-10 binary version (A. Krizhevsky, "Learning Multiple Layers
 * of Features from Tiny Images", 2009). Records carry no checksum and no count: a batch may have any number.
 * @throws InputError when the length is not a whole number of records, at least one.
 */
export function readCifarBatch(content: Uint8Array, path: string): CifarBatch {
  const leftOverBytes = content.length % recordBytes;
  if (content.length === 0 || leftOverBytes !== 0) {
    throw new InputError(
      `${path}: the file holds ${content.length} bytes, ${leftOverBytes} beyond the last whole record; a batch is one or more records of exactly ${recordBytes} bytes (label, 3 planes of 32 x 32); get the file again`,
    );
  }
  const recordCount = content.length / recordBytes;
  const labels = new Uint8Array(recordCount);
  const values = new Uint8Array(recordCount * imageBytes);
  for (let record = 0; record < recordCount; record += 1) {
    const start = record * recordBytes;
    labels.set(content.subarray(start, start + 1), record);
    values.set(content.subarray(start + 1, start + recordBytes), record * imageBytes);
  }
  return { labels, values };
}
