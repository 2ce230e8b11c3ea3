import test from 'ava';

import type { AerRecords } from '../../../src/datasets/events/aer.js';
import type { StreamSource } from '../../../src/datasets/events/event-stream.js';
import { startAtSamples } from '../../../src/datasets/events/event-times.js';
import { InputError } from '../../../src/units/input-error.js';

/** Events at one pixel at these times, sample by sample. */
function source(
  samples: readonly (readonly number[])[],
  wrapsAtUs: number | null = null,
): StreamSource<AerRecords> {
  const timesUs = Float64Array.from(samples.flat());
  const zeros = new Float64Array(timesUs.length);
  const offsets = [0];
  for (const sample of samples) offsets.push((offsets.at(-1) ?? 0) + sample.length);
  return {
    records: { timesUs, x: zeros, y: zeros, polarities: zeros, wrapsAtUs },
    offsets: Uint32Array.from(offsets),
    shape: [1, 1, 1],
    recordsPath: 'set/train-events.npy',
    offsetsPath: 'set/train-offsets.npy',
  };
}

function timesOf(samples: readonly (readonly number[])[]): readonly number[] {
  return [...startAtSamples(source(samples)).records.timesUs];
}

test('times since the sample began stay as they are, with the silence before the first event (spec §9)', (t) => {
  for (const samples of [
    [
      [5, 940],
      [254, 990],
    ],
    [[100, 200]],
    [[], [0]],
    [[7], [9]],
  ]) {
    t.deepEqual(timesOf(samples), samples.flat());
    t.is(startAtSamples(source(samples)).note, null);
  }
});

test('times that count from elsewhere start with the first event of each sample, and a note says so (spec §9)', (t) => {
  // A recording cut into samples, time stamps of a clock, times around a trigger, and single events of a clock.
  t.deepEqual(
    timesOf([
      [0, 90],
      [100, 180],
      [205, 300],
    ]),
    [0, 90, 0, 80, 0, 95],
  );
  t.deepEqual(timesOf([[1.6e15, 1.6e15 + 7]]), [0, 7]);
  t.deepEqual(
    timesOf([
      [-50, 30],
      [-40, 20],
    ]),
    [0, 80, 0, 60],
  );
  t.deepEqual(timesOf([[3_000_000], [5_000_000]]), [0, 0]);
  t.is(
    startAtSamples(source([[100, 180], [], [205, 300]])).note,
    'Times in train-events.npy count from elsewhere than their sample (samples begin at 100 to 205 µs): the time of each sample starts with its first event.',
  );
});

test('times that wrapped within a sample are refused with the record; a small step back is not a wrap', (t) => {
  const wrapped = (samples: readonly (readonly number[])[], wrapsAtUs: number | null): void => {
    t.throws(() => startAtSamples(source(samples, wrapsAtUs)), {
      instanceOf: InputError,
      message:
        /record 2 \(event 1 of sample 1\): .*; times have wrapped, .*t\[first:end\] -= t\[first\]$/,
    });
  };
  wrapped([[3], [4_294_967_290, 4]], 2 ** 32);
  wrapped([[3], [2_147_483_640, -2_147_483_600]], 2 ** 32);
  wrapped([[3], [65_530, 4]], 2 ** 16);
  // Widened again after the cast.
  t.throws(() => startAtSamples(source([[4_294_967_290, 4]])), { message: /have wrapped/ });
  t.throws(() => startAtSamples(source([[60, 4]], 2 ** 16)), {
    message:
      /record 1 \(event 1 of sample 0\): time 4 µs comes after 60 µs; .*sort its records by time$/,
  });
});

test('a sample of 2^32 µs is refused, one of a microsecond less is not', (t) => {
  t.notThrows(() => startAtSamples(source([[0, 2 ** 32 - 1]])));
  t.throws(() => startAtSamples(source([[0, 2 ** 32]])), {
    instanceOf: InputError,
    message: /begins with record 0 lasts 4294967296 µs; allowed are 4294967295 .*t \/\/ 1000$/,
  });
});

test('offsets of counts, or without the end, are refused with how to make them (numpy)', (t) => {
  const counted = { ...source([[1, 2], [3]]), offsets: Uint32Array.of(2, 1) };
  t.throws(() => startAtSamples(counted), {
    message: /numpy\.concatenate\(\(\[0\], numpy\.cumsum\(n\)\)\)$/,
  });
  const endless = { ...source([[1, 2], [3]]), offsets: Uint32Array.of(0, 2) };
  t.throws(() => startAtSamples(endless), { message: /numpy\.append\(offsets, len\(events\)\)$/ });
});
