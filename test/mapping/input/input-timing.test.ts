import test from 'ava';

import type { EventStream } from '../../../src/datasets/dataset.js';
import { inputTiming, type InputTiming } from '../../../src/mapping/input/input-timing.js';
import { parseFormat } from '../../../src/numerics/format.js';

const u8 = parseFormat('u8.4');

/** One channel of 1 x 4; sample 0: inputs 3, 1, 3 at 2, 5 and 9 µs, sample 1 is empty. */
const events: EventStream = {
  offsets: Uint32Array.of(0, 3, 3),
  timesUs: Uint32Array.of(2, 5, 9),
  addresses: Uint32Array.of(3, 1, 3),
  polarities: Uint8Array.of(0, 0, 0),
};
const recording = { inputShape: [1, 1, 4], events } as const;
const images = { inputShape: [1, 1, 4], events: null } as const;

function ticksOf(
  timing: InputTiming,
  sample: number,
  valuesRaw: readonly number[],
): readonly [ticks: readonly number[], end: number] {
  const ticks = new Float64Array(valuesRaw.length).fill(NaN);
  const end = timing.writeTicks(sample, Int32Array.from(valuesRaw), ticks);
  return [[...ticks], end];
}

test('graded inputs deliver at once (spec §9)', (t) => {
  const timing = inputTiming({ kind: 'graded' }, images, u8);
  t.deepEqual(ticksOf(timing, 0, [9, 0, 255, 1]), [[0, 0, 0, 0], 0]);
});

test('ttfs delivers a value after (2^B − 1 − value)·cyclesPerStep cycles (spec §9)', (t) => {
  const timing = inputTiming({ kind: 'ttfs', cyclesPerStep: 3 }, images, u8);
  t.deepEqual(ticksOf(timing, 0, [255, 254, 1, 0]), [[0, 3, 762, 765], 0]);
  const widest = inputTiming(
    { kind: 'ttfs', cyclesPerStep: 2 ** 20 },
    images,
    parseFormat('u20.0'),
  );
  t.deepEqual(ticksOf(widest, 0, [0]), [[(2 ** 20 - 1) * 2 ** 20], 0]);
});

test('samples that may last longer than 2^40 cycles are refused, in both codings with times', (t) => {
  const ttfs = { kind: 'ttfs', cyclesPerStep: 2 ** 20 } as const;
  t.throws(() => inputTiming(ttfs, images, parseFormat('u21.0')), {
    instanceOf: RangeError,
    message: `input coding ttfs: a sample may last ${(2 ** 21 - 1) * 2 ** 20} cycles, allowed are 1099511627776; use fewer cyclesPerStep, or a narrower input`,
  });
  const lasting = (timeUs: number) => ({
    ...recording,
    events: { ...events, timesUs: Uint32Array.of(2, 5, timeUs) },
  });
  const recorded = { kind: 'recorded', cyclesPerUs: 1024 } as const;
  t.notThrows(() => inputTiming(recorded, lasting(2 ** 30), u8));
  t.throws(() => inputTiming(recorded, lasting(2 ** 30 + 1), u8), {
    message: `input coding recorded: a sample may last ${2 ** 40 + 1024} cycles, allowed are 1099511627776; use fewer cyclesPerUs`,
  });
});

test('ttfs refuses a signed format and steps that are no whole cycles in range', (t) => {
  t.throws(() => inputTiming({ kind: 'ttfs', cyclesPerStep: 1 }, images, parseFormat('s8.7')), {
    instanceOf: RangeError,
    message:
      'input coding ttfs: the input format is s8.7; a time says how large a value is, not its sign; use an unsigned format',
  });
  for (const cyclesPerStep of [0, -1, 1.5, NaN, Infinity, 2 ** 20 + 1]) {
    t.throws(() => inputTiming({ kind: 'ttfs', cyclesPerStep }, images, u8), {
      instanceOf: RangeError,
      message: `input coding ttfs: cyclesPerStep = ${cyclesPerStep}; allowed are whole numbers from 1 to 1048576`,
    });
  }
});

test('a recorded input delivers with its last event, the sample ends with the last of all (spec §9)', (t) => {
  const timing = inputTiming({ kind: 'recorded', cyclesPerUs: 100 }, recording, u8);
  t.deepEqual(ticksOf(timing, 0, [0, 1, 0, 2]), [[900, 500, 900, 900], 900]);
  t.deepEqual(ticksOf(timing, 1, [0, 0, 0, 0]), [[0, 0, 0, 0], 0]);
});

test('a recorded input without a value comes with the end of the recording, even where it had events (spec §9)', (t) => {
  const timing = inputTiming({ kind: 'recorded', cyclesPerUs: 1 }, recording, u8);
  t.deepEqual(ticksOf(timing, 0, [0, 0, 0, 2]), [[9, 9, 9, 9], 9]);
});

test('cycles a microsecond need not be whole; a tick is what has passed completely (spec §9)', (t) => {
  const timing = inputTiming({ kind: 'recorded', cyclesPerUs: 0.5 }, recording, u8);
  t.deepEqual(ticksOf(timing, 0, [0, 1, 0, 2]), [[4, 2, 4, 4], 4]);
});

test('recorded refuses a set without times and rates out of range', (t) => {
  t.throws(() => inputTiming({ kind: 'recorded', cyclesPerUs: 1 }, images, u8), {
    instanceOf: RangeError,
    message:
      'input coding recorded: the data set has no event times; use graded or ttfs, or a set of event streams',
  });
  for (const cyclesPerUs of [0, -1, NaN, Infinity, 2 ** 20 + 1]) {
    t.throws(() => inputTiming({ kind: 'recorded', cyclesPerUs }, recording, u8), {
      instanceOf: RangeError,
      message: `input coding recorded: cyclesPerUs = ${cyclesPerUs}; allowed are numbers above 0, to 1048576`,
    });
  }
});
