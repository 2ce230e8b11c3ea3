import { elementAt } from '../../numerics/integer.js';
import { InputError } from '../../units/input-error.js';
import { type EventStream, type FeatureBlock, type InputShape, valueCount } from '../dataset.js';

/** Records as a file holds them, unchecked, one array per field. */
export interface EventRecords {
  readonly timesUs: Uint32Array | Float64Array;
  readonly x: Uint8Array | Uint32Array | Float64Array;
  readonly y: Uint8Array | Uint32Array | Float64Array;
  readonly polarities: Uint8Array | Uint32Array | Float64Array;
}

/** Records, where one sample ends and the next begins, and the files that say so. */
export interface StreamSource<Records extends EventRecords = EventRecords> {
  readonly records: Records;
  readonly offsets: Uint32Array;
  readonly shape: InputShape;
  readonly recordsPath: string;
  readonly offsetsPath: string;
}

/** What most likely makes offsets end elsewhere than at the number of records. */
function offsetsRemedy(offsets: Uint32Array, recordCount: number): string {
  const sum = offsets.reduce((total, count) => total + count, 0);
  if (sum === recordCount) {
    return 'these are the numbers of records per sample: their offsets are numpy.concatenate(([0], numpy.cumsum(n)))';
  }
  return elementAt(offsets, offsets.length - 1, 'offsets') < recordCount
    ? 'if only the first record of each sample is there, add the end with numpy.append(offsets, len(events))'
    : 'get both files of one set';
}

/** Offsets start at 0, never fall and end at the number of records. */
export function assertOffsets({ records, offsets, recordsPath, offsetsPath }: StreamSource): void {
  const recordCount = records.timesUs.length;
  let previous = 0;
  const remedy = (): string => offsetsRemedy(offsets, recordCount);
  offsets.forEach((offset, index) => {
    if (index === 0 && offset !== 0) {
      throw new InputError(
        `${offsetsPath}: offset 0 is ${offset}; the first sample begins with record 0; ${remedy()}`,
      );
    }
    if (offset < previous) {
      throw new InputError(
        `${offsetsPath}: offset ${index} is ${offset}, the one before it ${previous}; offsets must not fall; ${remedy()}`,
      );
    }
    previous = offset;
  });
  if (offsets.length < 2 || previous !== recordCount) {
    throw new InputError(
      `${recordsPath}: the file holds ${recordCount} records, the last of ${offsets.length} offsets in ${offsetsPath} is ${previous}; it must be the number of records, and there must be one offset more than samples; ${remedy()}`,
    );
  }
}

/** What to do about the first field that is outside the sensor. */
function fieldRemedy({ records, shape }: StreamSource, name: string, value: number): string {
  if (value < 0) {
    return name === 'polarity' ? 'write 0 for OFF and 1 for ON: (p > 0)' : 'correct that record';
  }
  const largest = (field: ArrayLike<number>): number =>
    Array.from(field).reduce((soFar, size) => Math.max(soFar, size), 0);
  const [channelCount, height, width] = shape;
  const sizes = [
    Math.max(channelCount, 1 + largest(records.polarities)),
    Math.max(height, 1 + largest(records.y)),
    Math.max(width, 1 + largest(records.x)),
  ];
  return `correct that record, or the sensor: all records need [${sizes.join(', ')}] (channels, height, width)`;
}

function assertFields(source: StreamSource, record: number, place: () => string): void {
  const { records, shape } = source;
  const [channelCount, height, width] = shape;
  const fields: readonly (readonly [string, ArrayLike<number>, number])[] = [
    ['x', records.x, width],
    ['y', records.y, height],
    ['polarity', records.polarities, channelCount],
  ];
  for (const [name, field, size] of fields) {
    const value = elementAt(field, record, name);
    if (value >= 0 && value < size) continue;
    throw new InputError(
      `${place()}: ${name} = ${value} is outside 0..${size - 1}; ${fieldRemedy(source, name, value)}`,
    );
  }
}

/**
 * Joins the fields of records to a stream.
 * @throws InputError with the record's position where an address or polarity is outside the shape or time goes
 * backwards within a sample, and where offsets do not fit the records.
 */
export function makeEventStream(source: StreamSource): EventStream {
  assertOffsets(source);
  const { records, offsets, shape, recordsPath } = source;
  const [, , width] = shape;
  const timesUs = Uint32Array.from(records.timesUs);
  const addresses = new Uint32Array(timesUs.length);
  const polarities = new Uint8Array(timesUs.length);
  for (let sample = 0; sample + 1 < offsets.length; sample += 1) {
    const begin = elementAt(offsets, sample, 'offsets');
    const end = elementAt(offsets, sample + 1, 'offsets');
    let previousUs = 0;
    for (let record = begin; record < end; record += 1) {
      const place = (): string =>
        `${recordsPath}: record ${record} (event ${record - begin} of sample ${sample})`;
      const x = elementAt(records.x, record, 'x');
      const y = elementAt(records.y, record, 'y');
      const timeUs = elementAt(timesUs, record, 'times');
      assertFields(source, record, place);
      if (timeUs < previousUs) {
        throw new InputError(
          `${place()}: time ${timeUs} µs comes after ${previousUs} µs; time must not go backwards within a sample; sort its records by time`,
        );
      }
      previousUs = timeUs;
      addresses[record] = y * width + x;
      polarities[record] = elementAt(records.polarities, record, 'polarities');
    }
  }
  return { offsets, timesUs, addresses, polarities };
}

/** The input (axon of the first layer) that an event arrives at: polarity · height · width + address. */
export function inputOfEvent(stream: EventStream, record: number, shape: InputShape): number {
  const [, height, width] = shape;
  const address = elementAt(stream.addresses, record, 'addresses');
  return elementAt(stream.polarities, record, 'polarities') * height * width + address;
}

/** Counts the events per sample and input into `counts`; false, with the counts incomplete, where one is above `largest`. */
function countInto(
  counts: Uint8Array | Float32Array,
  largest: number,
  stream: EventStream,
  shape: InputShape,
): boolean {
  const inputCount = valueCount(shape);
  for (let sample = 0; sample + 1 < stream.offsets.length; sample += 1) {
    const end = elementAt(stream.offsets, sample + 1, 'offsets');
    for (let record = elementAt(stream.offsets, sample, 'offsets'); record < end; record += 1) {
      const at = sample * inputCount + inputOfEvent(stream, record, shape);
      const count = elementAt(counts, at, 'event counts');
      if (count === largest) return false;
      counts[at] = count + 1;
    }
  }
  return true;
}

/** Events of every input and sample (docs/spec.md §9): bytes, or floats where a count is above 255. */
export function countEvents(stream: EventStream, shape: InputShape): FeatureBlock {
  const length = (stream.offsets.length - 1) * valueCount(shape);
  const bytes = new Uint8Array(length);
  if (countInto(bytes, 255, stream, shape))
    return { sampleShape: shape, values: bytes, defaultScale: 1 };
  const floats = new Float32Array(length);
  countInto(floats, Infinity, stream, shape);
  return { sampleShape: shape, values: floats, defaultScale: 1 };
}

/** The first `sampleCount` samples; as a copy if that is not all of them, so that the rest can be freed. */
export function firstSamples(stream: EventStream, sampleCount: number): EventStream {
  if (sampleCount === stream.offsets.length - 1) return stream;
  const recordCount = elementAt(stream.offsets, sampleCount, 'offsets');
  return {
    offsets: stream.offsets.slice(0, sampleCount + 1),
    timesUs: stream.timesUs.slice(0, recordCount),
    addresses: stream.addresses.slice(0, recordCount),
    polarities: stream.polarities.slice(0, recordCount),
  };
}
