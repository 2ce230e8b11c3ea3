import { elementAt } from '../numerics/integer.js';
import { InputError } from '../units/input-error.js';
import { type EventStream, type FeatureBlock, type InputShape, valueCount } from './dataset.js';

/** Records as a file holds them, unchecked, one array per field. */
export interface EventRecords {
  readonly timesUs: Uint32Array;
  readonly x: Uint8Array | Uint32Array;
  readonly y: Uint8Array | Uint32Array;
  readonly polarities: Uint8Array | Uint32Array;
}

/** Records, where one sample ends and the next begins, and the files that say so. */
export interface StreamSource {
  readonly records: EventRecords;
  readonly offsets: Uint32Array;
  readonly shape: InputShape;
  readonly recordsPath: string;
  readonly offsetsPath: string;
}

/** Offsets start at 0, never fall and end at the number of records. */
function assertOffsets({ records, offsets, recordsPath, offsetsPath }: StreamSource): void {
  const recordCount = records.timesUs.length;
  let previous = 0;
  offsets.forEach((offset, index) => {
    if (index === 0 && offset !== 0) {
      throw new InputError(
        `${offsetsPath}: offset 0 is ${offset}; the first sample begins with record 0`,
      );
    }
    if (offset < previous) {
      throw new InputError(
        `${offsetsPath}: offset ${index} is ${offset}, the one before it ${previous}; offsets must not fall; correct the offsets`,
      );
    }
    previous = offset;
  });
  if (offsets.length < 2 || previous !== recordCount) {
    throw new InputError(
      `${recordsPath}: the file holds ${recordCount} records, the last of ${offsets.length} offsets in ${offsetsPath} is ${previous}; it must be the number of records, and there must be one offset more than samples; get both files of one set`,
    );
  }
}

function assertField(value: number, name: string, fieldSize: number, place: () => string): void {
  if (value < fieldSize) return;
  throw new InputError(
    `${place()}: ${name} = ${value} is outside 0..${fieldSize - 1}; correct that record, or the shape of the sensor`,
  );
}

/**
 * Joins the fields of records to a stream.
 * @throws InputError with the record's position where an address or polarity is outside the shape or time goes
 * backwards within a sample, and where offsets do not fit the records.
 */
export function makeEventStream(source: StreamSource): EventStream {
  assertOffsets(source);
  const { records, offsets, shape, recordsPath } = source;
  const [channelCount, height, width] = shape;
  const { timesUs } = records;
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
      const polarity = elementAt(records.polarities, record, 'polarities');
      const timeUs = elementAt(timesUs, record, 'times');
      assertField(x, 'x', width, place);
      assertField(y, 'y', height, place);
      assertField(polarity, 'polarity', channelCount, place);
      if (timeUs < previousUs) {
        throw new InputError(
          `${place()}: time ${timeUs} µs comes after ${previousUs} µs; time must not go backwards within a sample; sort its records by time`,
        );
      }
      previousUs = timeUs;
      addresses[record] = y * width + x;
      polarities[record] = polarity;
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
  if (countInto(bytes, 255, stream, shape)) return { sampleShape: shape, values: bytes };
  const floats = new Float32Array(length);
  countInto(floats, Infinity, stream, shape);
  return { sampleShape: shape, values: floats };
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
