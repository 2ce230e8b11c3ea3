import test from 'ava';

import { readAerEvents, readOffsets, readSensor } from '../../../src/datasets/events/aer.js';
import { InputError } from '../../../src/units/input-error.js';
import { sensorFile, wordFile } from './event-files.js';
import { floatBytes, npyFile } from '../file-writers.js';

test('events are rows of time, x, y, polarity in 32 bits', (t) => {
  t.deepEqual(readAerEvents(wordFile([2, 4], [7, 1, 2, 0, 2 ** 32 - 1, 3, 4, 1]), 'e'), {
    timesUs: Float64Array.of(7, 2 ** 32 - 1),
    x: Float64Array.of(1, 3),
    y: Float64Array.of(2, 4),
    polarities: Float64Array.of(0, 1),
    wrapsAtUs: 2 ** 32,
  });
});

test('a truncated record is refused with its number', (t) => {
  const whole = wordFile([3, 4], [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
  for (const [missing, record] of [
    [1, 2],
    [16, 2],
    [17, 1],
    [48, 0],
  ] as const) {
    t.throws(() => readAerEvents(whole.subarray(0, whole.length - missing), 'e'), {
      instanceOf: InputError,
      message: `e: the file is cut off in record ${record}: ${48 - missing} bytes follow the header, shape (3, 4) of <u4 asks for exactly 48; get the file again`,
    });
  }
});

test('events of another shape or type are refused with what is allowed', (t) => {
  for (const shape of [[8], [2, 4, 1]]) {
    t.throws(() => readAerEvents(wordFile(shape, [0, 0, 0, 0, 0, 0, 0, 0]), 'e'), {
      instanceOf: InputError,
      message: `e: events have shape (${shape.join(', ')}); allowed is (events, 4): time in µs, x, y, polarity; put the four side by side with numpy.stack([t, x, y, p], axis=1)`,
    });
  }
  t.throws(() => readAerEvents(wordFile([4, 2], [0, 0, 0, 0, 0, 0, 0, 0]), 'e'), {
    message: /^e: events have shape \(4, 2\); .*; the events are columns: save events\.T$/,
  });
});

test('whole numbers of any type are events; those that are not whole are refused with the record', (t) => {
  const floats = npyFile('<f8', [2, 4], floatBytes([7, 1, 2, 0, 8, 3, 4, -1], 8));
  const { timesUs, polarities, wrapsAtUs } = readAerEvents(floats, 'e');
  t.deepEqual([[...timesUs], [...polarities], wrapsAtUs], [[7, 8], [0, -1], null]);
  const narrow = npyFile('|i1', [1, 4], Uint8Array.of(5, 1, 2, 0xff));
  t.deepEqual([...readAerEvents(narrow, 'e').polarities], [-1]);
  t.is(readAerEvents(narrow, 'e').wrapsAtUs, 256);
  t.throws(
    () => readAerEvents(npyFile('<f8', [2, 4], floatBytes([7, 1, 2, 0, 0.5, 3, 4, 1], 8)), 'e'),
    {
      instanceOf: InputError,
      message:
        'e: record 1 holds 0.5; whole numbers are needed, times in µs: write times in seconds as numpy.rint(1e6 * t)',
    },
  );
  const late = Uint8Array.from({ length: 32 }, (_, index) => (index === 7 ? 1 : 0));
  t.throws(() => readAerEvents(npyFile('<i8', [1, 4], late), 'e'), {
    message: /^e: record 0 holds 72057594037927940; allowed are 2\^53 in magnitude; subtract/,
  });
});

test('offsets are one row of words', (t) => {
  t.deepEqual(readOffsets(wordFile([3], [0, 2, 5]), 'o'), Uint32Array.of(0, 2, 5));
  t.deepEqual(readOffsets(wordFile([3, 1], [0, 2, 5]), 'o'), Uint32Array.of(0, 2, 5));
  t.throws(() => readOffsets(wordFile([1, 2], [0, 2]), 'o'), {
    instanceOf: InputError,
    message: /^o: offsets have shape \(1, 2\); allowed is \(samples \+ 1\).*\.ravel\(\)$/,
  });
  t.throws(() => readOffsets(npyFile('<f8', [2], floatBytes([0, 2 ** 32], 8)), 'o'), {
    instanceOf: InputError,
    message: /^o: offset 1 is 4294967296; allowed are record numbers from 0 to 4294967295/,
  });
});

test('a sensor is channels, height and width; one or two channels', (t) => {
  t.deepEqual(readSensor(sensorFile(1, 1, 40), 's'), [1, 1, 40]);
  t.deepEqual(readSensor(sensorFile(2, 260, 346), 's'), [2, 260, 346]);
  for (const shape of [
    [2, 34],
    [2, 0, 34],
    [1, 2, 3, 4],
  ]) {
    t.throws(() => readSensor(sensorFile(...shape), 's'), {
      instanceOf: InputError,
      message: `s: the sensor is [${shape.join(', ')}] of shape (${shape.length}); it must be the three numbers channels, height and width, each at least 1: numpy.array([channels, height, width])`,
    });
  }
  t.throws(() => readSensor(wordFile([1, 3], [2, 3, 4]), 's'), { message: /of shape \(1, 3\)/ });
  t.throws(() => readSensor(sensorFile(3, 34, 34), 's'), {
    instanceOf: InputError,
    message: /^s: the sensor has 3 channels; allowed are 1, and 2/,
  });
});
