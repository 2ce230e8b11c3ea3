import test from 'ava';
import fc from 'fast-check';
import {
  confine,
  type FixedPointFormat,
  maximumRaw,
  minimumRaw,
  parseFormat,
  printFormat,
} from '../../src/numerics/format.js';
import { holds } from '../support/holds.js';

const formats = fc.record<FixedPointFormat>({
  isSigned: fc.boolean(),
  totalBits: fc.integer({ min: 1, max: 64 }),
  fractionBits: fc.integer({ min: -48, max: 48 }),
});

test('parseFormat reads sign, width and fraction, also beyond the width and negative (spec §2.1)', (t) => {
  t.deepEqual(parseFormat('s8.7'), { isSigned: true, totalBits: 8, fractionBits: 7 });
  t.deepEqual(parseFormat('u8.12'), { isSigned: false, totalBits: 8, fractionBits: 12 });
  t.deepEqual(parseFormat('s1.-48'), { isSigned: true, totalBits: 1, fractionBits: -48 });
  t.deepEqual(parseFormat('s64.48', 64), { isSigned: true, totalBits: 64, fractionBits: 48 });
});

test('parseFormat refuses what is no format with a sentence that names it (spec §2.1)', (t) => {
  for (const text of ['8.7', 's8', 'q8.7', 's8.7 ', 's8,7', 'S8.7', '']) {
    t.throws(() => parseFormat(text), { instanceOf: RangeError, message: /is not a fixed-point/ });
  }
});

test('parseFormat refuses widths outside 1..32, 1..64 for the accumulator (spec §2.1)', (t) => {
  t.throws(() => parseFormat('s0.0'), { message: '"s0.0" has 0 bits; allowed are 1 to 32' });
  t.throws(() => parseFormat('s33.0'), { message: '"s33.0" has 33 bits; allowed are 1 to 32' });
  t.throws(() => parseFormat('s65.0', 64), { message: /allowed are 1 to 64/ });
});

test('parseFormat refuses fractions beyond ±48 bits (spec §2.1)', (t) => {
  t.throws(() => parseFormat('s8.49'), { message: /has 49 fraction bits; allowed are −48 to 48/ });
  t.throws(() => parseFormat('s8.-49'), { message: /has -49 fraction bits/ });
});

test('printFormat is the inverse of parseFormat (spec §2.1)', (t) => {
  holds(
    t,
    fc.property(formats, (format) => {
      t.deepEqual(parseFormat(printFormat(format), 64), format);
    }),
    { seed: 1 },
  );
});

test('minimumRaw and maximumRaw are the ends of two’s complement and of unsigned numbers (spec §2.1)', (t) => {
  const ends = (text: string) => {
    const format = parseFormat(text, 64);
    return [minimumRaw(format), maximumRaw(format)];
  };
  t.deepEqual(ends('s8.7'), [-128n, 127n]);
  t.deepEqual(ends('u8.7'), [0n, 255n]);
  t.deepEqual(ends('s1.0'), [-1n, 0n]);
  t.deepEqual(ends('u1.0'), [0n, 1n]);
  t.deepEqual(ends('s64.0'), [-9223372036854775808n, 9223372036854775807n]);
});

test('confine saturates to the nearest end and reports it (spec §2.3)', (t) => {
  const format = parseFormat('s4.0');
  t.deepEqual(confine(7n, format, 'saturate'), { raw: 7n, hasOverflowed: false });
  t.deepEqual(confine(8n, format, 'saturate'), { raw: 7n, hasOverflowed: true });
  t.deepEqual(confine(-8n, format, 'saturate'), { raw: -8n, hasOverflowed: false });
  t.deepEqual(confine(-100n, format, 'saturate'), { raw: -8n, hasOverflowed: true });
  t.deepEqual(confine(-1n, parseFormat('u4.0'), 'saturate'), { raw: 0n, hasOverflowed: true });
});

test('confine wraps to the low bits and reports it (spec §2.3)', (t) => {
  t.deepEqual(confine(8n, parseFormat('s4.0'), 'wrap'), { raw: -8n, hasOverflowed: true });
  t.deepEqual(confine(-9n, parseFormat('s4.0'), 'wrap'), { raw: 7n, hasOverflowed: true });
  t.deepEqual(confine(16n, parseFormat('u4.0'), 'wrap'), { raw: 0n, hasOverflowed: true });
  t.deepEqual(confine(-1n, parseFormat('u4.0'), 'wrap'), { raw: 15n, hasOverflowed: true });
});

test('confine returns a value of the format, congruent when wrapped (spec §2.3)', (t) => {
  holds(
    t,
    fc.property(
      formats,
      fc.bigInt({ min: -(1n << 80n), max: 1n << 80n }),
      fc.constantFrom('saturate' as const, 'wrap' as const),
      (format, value, mode) => {
        const { raw, hasOverflowed } = confine(value, format, mode);
        t.true(raw >= minimumRaw(format) && raw <= maximumRaw(format));
        t.is(hasOverflowed, raw !== value);
        if (mode === 'wrap') t.is((raw - value) % (1n << BigInt(format.totalBits)), 0n);
      },
    ),
    { seed: 2 },
  );
});
