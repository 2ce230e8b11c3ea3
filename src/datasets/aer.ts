import { elementAt } from '../numerics/integer.js';
import { InputError } from '../units/input-error.js';
import type { InputShape } from './dataset.js';
import type { EventRecords } from './event-stream.js';
import { readNpyWords } from './npy.js';

/*
 * Event streams of a user's own: arrays of uint32 that numpy.save writes, one row per event, so that any tool that reads
 * a camera's format can write them.
 */

/** Time in µs, x, y, polarity. */
const fieldCount = 4;

/**
 * Records of shape (events, 4): time in µs since the sample began, x, y, polarity.
 * @throws InputError for another type or shape, and where the file is cut off, with the record.
 */
export function readAerEvents(content: Uint8Array, path: string): EventRecords {
  const { shape, values } = readNpyWords(content, path);
  if (shape.length !== 2 || shape[1] !== fieldCount) {
    throw new InputError(
      `${path}: events have shape (${shape.join(', ')}); allowed is (events, ${fieldCount}): time in µs, x, y, polarity`,
    );
  }
  const recordCount = elementAt(shape, 0, path);
  const field = (index: number): Uint32Array =>
    Uint32Array.from({ length: recordCount }, (_, record) =>
      elementAt(values, fieldCount * record + index, path),
    );
  return { timesUs: field(0), x: field(1), y: field(2), polarities: field(3) };
}

/**
 * Number of the first record of every sample, and the number of records: shape (samples + 1).
 * @throws InputError for another type or shape.
 */
export function readOffsets(content: Uint8Array, path: string): Uint32Array {
  const { shape, values } = readNpyWords(content, path);
  if (shape.length !== 1) {
    throw new InputError(
      `${path}: offsets have shape (${shape.join(', ')}); allowed is (samples + 1): the first record of each sample, then the number of records`,
    );
  }
  return values;
}

/**
 * The sensor: channels (1, or 2 for OFF and ON), height, width.
 * @throws InputError for another type or shape, and for other numbers of channels.
 */
export function readSensor(content: Uint8Array, path: string): InputShape {
  const { shape, values } = readNpyWords(content, path);
  const [channelCount, height, width] = values;
  const isWhole = shape.length === 1 && values.length === 3 && !values.includes(0);
  if (!isWhole || channelCount === undefined || height === undefined || width === undefined) {
    throw new InputError(
      `${path}: the sensor is [${values.join(', ')}] of shape (${shape.join(', ')}); it must be the three numbers channels, height and width, each at least 1`,
    );
  }
  if (channelCount > 2) {
    throw new InputError(
      `${path}: the sensor has ${channelCount} channels; allowed are 1, and 2 for polarities 0 (OFF) and 1 (ON)`,
    );
  }
  return [channelCount, height, width];
}
