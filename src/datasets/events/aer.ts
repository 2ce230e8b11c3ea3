import { elementAt } from '../../numerics/integer.js';
import { InputError } from '../../units/input-error.js';
import type { InputShape } from '../dataset.js';
import type { EventRecords } from './event-stream.js';
import { printShape, readNpyArray, valuesOf } from '../npy/npy-array.js';

/*
 * Event streams of a user's own: arrays of whole numbers that numpy.save writes, one row per event, so that any tool that
 * reads a camera's format can write them.
 */

/** Time in µs, x, y, polarity. */
const fieldCount = 4;

/** How to make times small enough, whatever they count from. */
export const timeRemedy =
  'subtract from the times of each sample its first one, in the type they have: t[first:end] -= t[first]';

/** Whole numbers of any shape, row after row. */
interface WholeNumbers {
  readonly shape: readonly number[];
  readonly values: Float64Array;
  /** Number of different values of the type; null: times never reach the end of its range. */
  readonly wrapsAt: number | null;
}

/** @throws InputError for an array that is none of numbers, and for a value that is not whole or beyond 2^53, with its row. */
function readWholeNumbers(content: Uint8Array, path: string): WholeNumbers {
  const array = readNpyArray(content, path, "convert it with .astype('int64')");
  const values = valuesOf(array);
  const wrongIndex = values.findIndex((value) => !Number.isSafeInteger(value));
  if (wrongIndex >= 0) {
    const value = elementAt(values, wrongIndex, path);
    const row = Math.floor(wrongIndex / (values.length / elementAt(array.shape, 0, path)));
    const remedy = Number.isInteger(value)
      ? `allowed are 2^53 in magnitude; ${timeRemedy}`
      : 'whole numbers are needed, times in µs: write times in seconds as numpy.rint(1e6 * t)';
    throw new InputError(`${path}: record ${row} holds ${value}; ${remedy}`);
  }
  const { kind, itemBytes } = array.type;
  const wrapsAt = kind === 'f' || itemBytes === 8 ? null : 2 ** (8 * itemBytes);
  return { shape: array.shape, values, wrapsAt };
}

/** Records as a file of the user's own holds them. */
export interface AerRecords extends EventRecords {
  /** Microseconds after which the type of the file begins again from its lowest value; null: no recording is that long. */
  readonly wrapsAtUs: number | null;
}

/**
 * Records of shape (events, 4): time in µs, x, y, polarity.
 * @throws InputError for what are no whole numbers, another shape, and where the file is cut off, with the record.
 */
export function readAerEvents(content: Uint8Array, path: string): AerRecords {
  const { shape, values, wrapsAt } = readWholeNumbers(content, path);
  if (shape.length !== 2 || shape[1] !== fieldCount) {
    const remedy =
      shape.length === 2 && shape[0] === fieldCount
        ? 'the events are columns: save events.T'
        : 'put the four side by side with numpy.stack([t, x, y, p], axis=1)';
    throw new InputError(
      `${path}: events have shape ${printShape(shape)}; allowed is (events, ${fieldCount}): time in µs, x, y, polarity; ${remedy}`,
    );
  }
  const recordCount = elementAt(shape, 0, path);
  const field = (index: number): Float64Array =>
    Float64Array.from({ length: recordCount }, (_, record) =>
      elementAt(values, fieldCount * record + index, path),
    );
  return { timesUs: field(0), x: field(1), y: field(2), polarities: field(3), wrapsAtUs: wrapsAt };
}

/**
 * Number of the first record of every sample, and the number of records: shape (samples + 1).
 * @throws InputError for what are no whole numbers, another shape, and numbers that no file has as many records as.
 */
export function readOffsets(content: Uint8Array, path: string): Uint32Array {
  const { shape, values } = readWholeNumbers(content, path);
  if (values.length !== shape[0]) {
    throw new InputError(
      `${path}: offsets have shape ${printShape(shape)}; allowed is (samples + 1): the first record of each sample, then the number of records; make one row of them with .ravel()`,
    );
  }
  const wrongIndex = values.findIndex((value) => value < 0 || value >= 2 ** 32);
  if (wrongIndex >= 0) {
    throw new InputError(
      `${path}: offset ${wrongIndex} is ${elementAt(values, wrongIndex, path)}; allowed are record numbers from 0 to ${2 ** 32 - 1}; correct the offsets`,
    );
  }
  return Uint32Array.from(values);
}

/**
 * The sensor: channels (1, or 2 for OFF and ON), height, width.
 * @throws InputError for another type or shape, and for other numbers of channels.
 */
export function readSensor(content: Uint8Array, path: string): InputShape {
  const { shape, values } = readWholeNumbers(content, path);
  const [channelCount, height, width] = values;
  const isWhole =
    shape.length === 1 &&
    values.length === 3 &&
    values.every((size) => size >= 1 && size < 2 ** 31);
  if (!isWhole || channelCount === undefined || height === undefined || width === undefined) {
    throw new InputError(
      `${path}: the sensor is [${values.join(', ')}] of shape ${printShape(shape)}; it must be the three numbers channels, height and width, each at least 1: numpy.array([channels, height, width])`,
    );
  }
  if (channelCount > 2) {
    throw new InputError(
      `${path}: the sensor has ${channelCount} channels; allowed are 1, and 2 for polarities 0 (OFF) and 1 (ON)`,
    );
  }
  return [channelCount, height, width];
}
