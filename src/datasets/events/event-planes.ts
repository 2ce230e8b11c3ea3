import { elementAt } from '../../numerics/integer.js';
import { InputError } from '../../units/input-error.js';
import type { EventRecords } from './event-stream.js';

/** x, y, polarity and the high bits of time, the middle and the low bits of time. */
const recordBytes = 5;

/**
 * Records of N-MNIST (G. Orchard et al., Front. Neurosci. 9:437, 2015, doi:10.3389/fnins.2015.00437) as five planes of a
 * byte each: x, y, then big-endian in three bytes the polarity (highest bit, 1 = ON) and the time in µs (23 bits).
 * @throws InputError when the length is not a whole number of records, at least one.
 */
export function readEventPlanes(content: Uint8Array, path: string): EventRecords {
  const leftOverBytes = content.length % recordBytes;
  const recordCount = (content.length - leftOverBytes) / recordBytes;
  if (recordCount === 0 || leftOverBytes !== 0) {
    throw new InputError(
      `${path}: record ${recordCount} is cut off: the file holds ${content.length} bytes, ${leftOverBytes} beyond its ${recordCount} whole records of ${recordBytes}; it must hold whole records, at least one; get the file again`,
    );
  }
  const plane = (index: number): Uint8Array =>
    content.subarray(index * recordCount, (index + 1) * recordCount);
  const middle = plane(3);
  const low = plane(4);
  const timesUs = new Uint32Array(recordCount);
  const polarities = new Uint8Array(recordCount);
  plane(2).forEach((high, record) => {
    polarities[record] = high >> 7;
    timesUs[record] =
      ((high & 127) << 16) | (elementAt(middle, record, path) << 8) | elementAt(low, record, path);
  });
  return { timesUs, x: plane(0), y: plane(1), polarities };
}
