import test from 'ava';
import fc from 'fast-check';

import { readEventPlanes } from '../../../src/datasets/events/event-planes.js';
import { InputError } from '../../../src/units/input-error.js';
import { type EventRow, planesFile } from './event-files.js';
import { holds } from '../../support/holds.js';

test('an event is x, y, polarity in the highest bit and a big-endian time of 23 bits (data README, nmnist-small)', (t) => {
  // Two events by hand: x 18, y 16, ON at 0x01037d µs; x 33, y 0, OFF at 0x7fffff µs.
  const planes = Uint8Array.of(18, 33, 16, 0, 0x81, 0x7f, 0x03, 0xff, 0x7d, 0xff);
  t.deepEqual(readEventPlanes(planes, 'p'), {
    timesUs: Uint32Array.of(0x01037d, 0x7fffff),
    x: Uint8Array.of(18, 33),
    y: Uint8Array.of(16, 0),
    polarities: Uint8Array.of(1, 0),
  });
});

test('events survive the way through the planes', (t) => {
  const byte = fc.integer({ min: 0, max: 255 });
  const row = fc.tuple(
    fc.integer({ min: 0, max: 2 ** 23 - 1 }),
    byte,
    byte,
    fc.integer({ min: 0, max: 1 }),
  );
  t.notThrows(() => {
    holds(
      t,
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows: readonly EventRow[]) => {
        const { timesUs, x, y, polarities } = readEventPlanes(planesFile(rows), 'p');
        const read = rows.map((_, record) => [
          timesUs[record],
          x[record],
          y[record],
          polarities[record],
        ]);
        return timesUs.length === rows.length && JSON.stringify(read) === JSON.stringify(rows);
      }),
      { seed: 9 },
    );
  });
});

test('a truncated record is refused with its number, as is an empty file', (t) => {
  const whole = planesFile([
    [1, 2, 3, 1],
    [4, 5, 6, 0],
  ]);
  for (const length of [6, 7, 8, 9]) {
    t.throws(() => readEventPlanes(whole.subarray(0, length), 'p'), {
      instanceOf: InputError,
      message: `p: record 1 is cut off: the file holds ${length} bytes, ${length - 5} beyond its 1 whole records of 5; it must hold whole records, at least one; get the file again`,
    });
  }
  t.throws(() => readEventPlanes(new Uint8Array(0), 'p'), { message: /^p: record 0 is cut off/ });
});
