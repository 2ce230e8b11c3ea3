import test from 'ava';
import fc from 'fast-check';
import { nearestQuotient } from '../../src/numerics/divider.js';
import { holds } from '../support/holds.js';

test('a quotient is the nearest integer, half away from zero (spec §2.9)', (t) => {
  const cases = [
    [0n, 5n, 0n],
    [7n, 2n, 4n],
    [-7n, 2n, -4n],
    [5n, 3n, 2n],
    [4n, 3n, 1n],
    [-4n, 3n, -1n],
    [256n, 7n, 37n],
    [1n, 3n, 0n],
  ] as const;
  for (const [dividend, divisor, quotient] of cases) {
    t.is(nearestQuotient(dividend, divisor), quotient, `${dividend}/${divisor}`);
  }
});

test('no other integer is nearer to a quotient (spec §2.9)', (t) => {
  holds(
    t,
    fc.property(
      fc.bigInt(-(1n << 70n), 1n << 70n),
      fc.bigInt(1n, 1n << 33n),
      (dividend, divisor) => {
        const rest = dividend - nearestQuotient(dividend, divisor) * divisor;
        t.true(2n * rest <= divisor && 2n * rest >= -divisor);
      },
    ),
    { seed: 51, numRuns: 200 },
  );
});
