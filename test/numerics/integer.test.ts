import test from 'ava';
import fc from 'fast-check';
import { ceilDiv, elementAt, floorDiv } from '../../src/numerics/integer.js';
import { holds } from '../support/holds.js';

test('ceilDiv and floorDiv bracket the quotient of safe integers', (t) => {
  const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  const divisors = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  holds(
    t,
    fc.property(safe, divisors, (dividend, divisor) => {
      const floor = BigInt(dividend) / BigInt(divisor);
      const isExact = BigInt(dividend) % BigInt(divisor) === 0n;
      t.is(BigInt(floorDiv(dividend, divisor)), floor);
      t.is(BigInt(ceilDiv(dividend, divisor)), isExact ? floor : floor + 1n);
    }),
    { seed: 3 },
  );
});

test('ceilDiv counts the words that hold a number of values (spec §4.1)', (t) => {
  t.is(ceilDiv(0, 4), 0);
  t.is(ceilDiv(1, 4), 1);
  t.is(ceilDiv(4, 4), 1);
  t.is(ceilDiv(5, 4), 2);
  t.is(floorDiv(16, 8), 2);
  t.is(floorDiv(15, 8), 1);
});

test('ceilDiv refuses negative, fractional and unsafe operands', (t) => {
  t.throws(() => ceilDiv(-1, 2), { message: /dividend -1 is not a safe integer ≥ 0/ });
  t.throws(() => ceilDiv(1.5, 2), { message: /dividend 1.5/ });
  t.throws(() => ceilDiv(2 ** 53, 2), { message: /dividend/ });
  t.throws(() => ceilDiv(1, 0), { message: /divisor 0 is not a safe integer > 0/ });
  t.throws(() => ceilDiv(1, 0.5), { message: /divisor 0.5/ });
  t.throws(() => floorDiv(1, 0), { message: /divisor 0/ });
});

test('elementAt returns the element or names the array and its range', (t) => {
  t.is(elementAt([7, 8], 1, 'pair'), 8);
  t.throws(() => elementAt(new Int32Array(2), 2, 'pair'), {
    instanceOf: RangeError,
    message: 'pair: index 2 is outside 0..1',
  });
  t.throws(() => elementAt([1], -1, 'single'), { message: 'single: index -1 is outside 0..0' });
});
