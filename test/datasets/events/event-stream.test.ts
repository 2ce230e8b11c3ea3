import test from 'ava';

import {
  countEvents,
  firstSamples,
  inputOfEvent,
  makeEventStream,
  type StreamSource,
} from '../../../src/datasets/events/event-stream.js';
import { InputError } from '../../../src/units/input-error.js';
import type { EventRow } from './event-files.js';

/** Two channels of 2 rows and 3 columns: 12 inputs. */
function source(rows: readonly EventRow[], offsets: readonly number[]): StreamSource {
  const field = (index: 0 | 1 | 2 | 3): Uint32Array => Uint32Array.from(rows, (row) => row[index]);
  return {
    records: { timesUs: field(0), x: field(1), y: field(2), polarities: field(3) },
    offsets: Uint32Array.from(offsets),
    shape: [2, 2, 3],
    recordsPath: 'e',
    offsetsPath: 'o',
  };
}

const rows: readonly EventRow[] = [
  [5, 2, 1, 0],
  [5, 0, 0, 1],
  [9, 2, 1, 0],
  [1, 2, 1, 1],
];

test('records become addresses y·width + x, and inputs polarity·height·width + address (spec §9)', (t) => {
  const stream = makeEventStream(source(rows, [0, 3, 3, 4]));
  t.deepEqual(stream.addresses, Uint32Array.of(5, 0, 5, 5));
  t.deepEqual(stream.polarities, Uint8Array.of(0, 1, 0, 1));
  t.deepEqual(
    [0, 1, 2, 3].map((record) => inputOfEvent(stream, record, [2, 2, 3])),
    [5, 6, 5, 11],
  );
});

test('counts are the number of events by input and sample; a sample may be empty (spec §9)', (t) => {
  const { sampleShape, values } = countEvents(
    makeEventStream(source(rows, [0, 3, 3, 4])),
    [2, 2, 3],
  );
  t.deepEqual(sampleShape, [2, 2, 3]);
  const expected = new Uint8Array(36);
  expected.set([2, 1], 5);
  expected[24 + 11] = 1;
  t.deepEqual(values, expected);
});

test('counts are bytes up to 255 and floats from 256 on', (t) => {
  const countsOf = (eventCount: number): ArrayLike<number> =>
    countEvents(
      makeEventStream(
        source(
          Array.from({ length: eventCount }, (_, timeUs): EventRow => [timeUs, 1, 0, 0]),
          [0, eventCount],
        ),
      ),
      [2, 2, 3],
    ).values;
  t.deepEqual(countsOf(255), Uint8Array.of(0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  t.deepEqual(countsOf(256), Float32Array.of(0, 256, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
});

test('the first samples of a stream keep their events and no others', (t) => {
  const stream = makeEventStream(source(rows, [0, 3, 3, 4]));
  t.deepEqual(firstSamples(stream, 1), {
    offsets: Uint32Array.of(0, 3),
    timesUs: Uint32Array.of(5, 5, 9),
    addresses: Uint32Array.of(5, 0, 5),
    polarities: Uint8Array.of(0, 1, 0),
  });
  t.deepEqual(firstSamples(stream, 3), stream);
});

test('time that goes backwards is refused with the record; equal times, and an earlier time in the next sample, are not', (t) => {
  t.notThrows(() => makeEventStream(source(rows, [0, 3, 4])));
  t.throws(() => makeEventStream(source(rows, [0, 1, 4])), {
    instanceOf: InputError,
    message:
      'e: record 3 (event 2 of sample 1): time 1 µs comes after 9 µs; time must not go backwards within a sample; sort its records by time',
  });
});

test('a field is refused from its size on, with the record', (t) => {
  const wrongFields: readonly (readonly [EventRow, string, string])[] = [
    [[0, 3, 1, 1], 'x = 3 is outside 0..2', '[2, 2, 4]'],
    [[0, 2, 2, 1], 'y = 2 is outside 0..1', '[2, 3, 3]'],
    [[0, 2, 1, 2], 'polarity = 2 is outside 0..1', '[3, 2, 3]'],
  ];
  for (const [row, fault, sensor] of wrongFields) {
    t.throws(() => makeEventStream(source([[0, 2, 1, 1], row], [0, 1, 2])), {
      instanceOf: InputError,
      message: `e: record 1 (event 0 of sample 1): ${fault}; correct that record, or the sensor: all records need ${sensor} (channels, height, width)`,
    });
  }
});

test('offsets that do not start at 0, fall, or do not end at the number of records are refused', (t) => {
  const refused = (offsets: readonly number[], message: RegExp): void => {
    t.throws(() => makeEventStream(source(rows, offsets)), { instanceOf: InputError, message });
  };
  refused([1, 4], /^o: offset 0 is 1; the first sample begins with record 0; get both/);
  refused([0, 3, 2, 4], /^o: offset 2 is 2, the one before it 3; offsets must not fall/);
  const mismatch = (last: number, count: number): RegExp =>
    new RegExp(`^e: the file holds 4 records, the last of ${count} offsets in o is ${last};`);
  refused([0, 3], mismatch(3, 2));
  refused([0, 3, 5], mismatch(5, 3));
  refused([0], mismatch(0, 1));
  t.throws(() => makeEventStream(source([], [0])), { instanceOf: InputError });
});
