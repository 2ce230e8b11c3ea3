import test from 'ava';
import fc from 'fast-check';
import { quantise, quantiseAll } from '../../src/mapping/quantise.js';
import { parseFormat } from '../../src/numerics/format.js';
import { holds } from '../support/holds.js';

const s8 = parseFormat('s8.7');

test('quantise rounds halves away from zero with nearest (spec §2.2)', (t) => {
  const spec = { format: parseFormat('s8.0'), rounding: 'nearest', overflow: 'saturate' } as const;
  t.deepEqual(
    [2.5, -2.5, 2.4999, -2.4999, 0.49999999999999994].map((real) => quantise(real, spec).raw),
    [3, -3, 2, -2, 0],
  );
});

test('quantise rounds halves to even with nearestEven and down with truncate (spec §2.2)', (t) => {
  const format = parseFormat('s8.0');
  const even = { format, rounding: 'nearestEven', overflow: 'saturate' } as const;
  t.deepEqual(
    [2.5, 3.5, -2.5, -3.5].map((real) => quantise(real, even).raw),
    [2, 4, -2, -4],
  );
  const down = { format, rounding: 'truncate', overflow: 'saturate' } as const;
  t.deepEqual(
    [2.9, -2.1].map((real) => quantise(real, down).raw),
    [2, -3],
  );
});

test('a value outside the format saturates or wraps and is counted (spec §2.3)', (t) => {
  const saturating = { format: s8, rounding: 'nearest', overflow: 'saturate' } as const;
  t.deepEqual(quantise(1, saturating), { raw: 127, hasOverflowed: true });
  t.deepEqual(quantise(1, { ...saturating, overflow: 'wrap' }), { raw: -128, hasOverflowed: true });
  t.deepEqual(quantise(-0, saturating), { raw: 0, hasOverflowed: false });
  t.deepEqual(quantiseAll([0.5, -1, 1, -1.5], saturating), {
    raw: Int32Array.of(64, -128, 127, -128),
    overflowCount: 2,
  });
});

test('NaN and infinities are refused', (t) => {
  const spec = { format: s8, rounding: 'nearest', overflow: 'saturate' } as const;
  for (const real of [NaN, Infinity, -Infinity]) {
    t.throws(() => quantise(real, spec), {
      instanceOf: RangeError,
      message: /not a finite number/,
    });
  }
});

test('a raw value of the format survives the way through its real number', (t) => {
  t.notThrows(() => {
    holds(
      t,
      fc.property(
        fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
        fc.integer({ min: -20, max: 40 }),
        (raw, fractionBits) => {
          const format = { isSigned: true, totalBits: 16, fractionBits };
          const spec = { format, rounding: 'nearestEven', overflow: 'saturate' } as const;
          return quantise(raw * 2 ** -fractionBits, spec).raw === raw;
        },
      ),
      { seed: 11 },
    );
  });
});
