import test from 'ava';
import fc from 'fast-check';

import { readReckonCue } from '../../../src/datasets/events/reckon-cue.js';
import { InputError } from '../../../src/units/input-error.js';
import { holds } from '../../support/holds.js';

function read(...lines: readonly string[]): ReturnType<typeof readReckonCue> {
  return readReckonCue(new TextEncoder().encode(`${lines.join('\n')}\n`), 'c');
}

test('spikes in ms, the mark of the label and the end of a sample are read (data README, reckon-cue)', (t) => {
  const { stream, labels } = read(
    '2',
    '30, 8',
    '39, 8',
    '-2, 1',
    '0, 2250',
    '-1, 2250',
    '-2, 0',
    '-1, 5',
  );
  t.deepEqual(stream, {
    offsets: Uint32Array.of(0, 3, 3),
    timesUs: Uint32Array.of(8000, 8000, 2_250_000),
    addresses: Uint32Array.of(30, 39, 0),
    polarities: Uint8Array.of(0, 0, 0),
  });
  t.deepEqual(labels, Uint8Array.of(1, 0));
});

test('every bad line is refused with its number and sample', (t) => {
  const good = ['30, 8', '-2, 1', '31, 9', '-1, 10'];
  const refused = (lines: readonly string[], message: string | RegExp): void => {
    t.throws(() => read('2', ...good, ...lines), { instanceOf: InputError, message });
  };
  refused(
    ['1, 5', '2, 4'],
    'c:7: sample 1: time 4 ms comes after 5 ms; time must not go backwards within a sample; correct that line',
  );
  refused(['40, 5'], 'c:6: sample 1: neuron 40 is outside 0..39; correct that line');
  refused(['1, 5', '-2, 2'], 'c:7: sample 1 has label 2; allowed are 0 and 1');
  refused(['-2, 1', '-2, 1'], 'c:7: sample 1 has a second label, 1; allowed is one label a sample');
  refused(
    ['1, 5', '-1, 9'],
    'c:7: sample 1 ends without a label; a line "-2, label" must come before its end',
  );
  refused(
    ['-2, 0', '1, 9', '-1, 8'],
    'c:8: sample 1 ends at 8 ms, after an event at 9 ms; time must not go backwards within a sample; correct that line',
  );
  for (const line of ['', '1', '1,', '-3, 4', '1, -4', '1, 2, 3', '1.5, 2', 'a, b', '1, 4294968']) {
    refused(
      [line, '-2, 0', '-1, 1'],
      new RegExp(`^c:6: sample 1: "${line}" is no record; it must`),
    );
  }
});

test('a file that ends within a sample is refused with the sample', (t) => {
  const message = /^c:\d: sample 1 is cut off: the file ends before its line "-1, end in ms"/;
  t.throws(() => read('2', '-2, 1', '-1, 10', '3, 4'), { instanceOf: InputError, message });
  t.throws(() => read('2', '-2, 1', '-1, 10', '-2, 1'), { instanceOf: InputError, message });
});

test('another number of samples than the first line says is refused, as is another first line', (t) => {
  for (const stated of ['1', '3']) {
    t.throws(() => read(stated, '-2, 1', '-1, 10', '-2, 0', '-1, 10'), {
      instanceOf: InputError,
      message: `c: the file holds 2 samples, its first line says ${stated}; get the file again`,
    });
  }
  for (const first of ['0', '30, 8', '']) {
    t.throws(() => read(first, '-2, 1', '-1, 10'), {
      instanceOf: InputError,
      message: `c:1: the first line is "${first}"; it must be the number of samples, at least 1`,
    });
  }
});

test('a file cut off anywhere before its last line ends is refused or says the same', (t) => {
  const text = '2\n30, 8\n-2, 1\n31, 9\n-1, 10\n5, 100\n-2, 0\n-1, 2250\n';
  const whole = readReckonCue(new TextEncoder().encode(text), 'c');
  t.notThrows(() => {
    holds(
      t,
      // From '-1, 225' on the cut is in the digits of the end, which no event depends on.
      fc.property(fc.integer({ min: 0, max: text.indexOf('-1, 225') + 6 }), (length) => {
        try {
          readReckonCue(new TextEncoder().encode(text.slice(0, length)), 'c');
        } catch (error) {
          return error instanceof InputError;
        }
        return false;
      }),
      { seed: 4 },
    );
  });
  t.deepEqual(
    readReckonCue(new TextEncoder().encode(text.slice(0, text.indexOf('-1, 225') + 7)), 'c'),
    whole,
  );
});
