import test from 'ava';
import fc from 'fast-check';
import {
  exactActivation,
  exactDecay,
  exactSoftmax,
} from '../../../../src/chip/oracle/units/exact-functions.js';
import { holds } from '../../../support/holds.js';

/* Expected values: Python's decimal module with 60 digits, ROUND_HALF_UP on magnitudes. */

test('tanh and sigmoid are correctly rounded (spec §2.12)', (t) => {
  t.is(exactActivation('tanh', 1n, 1, 48), 130074416077356n);
  t.is(exactActivation('tanh', -1n, 1, 48), -130074416077356n);
  t.is(exactActivation('tanh', 13n, 2, 30), 1070518060n);
  t.is(exactActivation('sigmoid', 1n, 1, 48), 175206725753373n);
  t.is(exactActivation('sigmoid', -31n, 2, 40), 473402517n);
  // With negative fraction bits the argument is 1·2² = 4: sigmoid(4)·2^8 = 251.4.
  t.is(exactActivation('sigmoid', 1n, -2, 8), 251n);
});

test('values a hair beside a tie are rounded by as many digits as it takes (spec §2.12)', (t) => {
  // tanh x = x − x³/3 …, sigmoid x = ½ + x/4 − x³/48 …: x = ±2^−40 brings both within 2^−80 of a half.
  t.is(exactActivation('tanh', 1n, 40, 39), 0n);
  t.is(exactActivation('tanh', -1n, 40, 39), 0n);
  t.is(exactActivation('sigmoid', 1n, 40, 41), 1n << 40n);
  t.is(exactActivation('sigmoid', -1n, 40, 41), 1n << 40n);
});

test('0 is exact, ½ goes away from 0 where the format lacks it, far arguments have the limits (spec §2.12)', (t) => {
  t.is(exactActivation('tanh', 0n, 4, 8), 0n);
  t.is(exactActivation('sigmoid', 0n, 4, 8), 128n);
  t.is(exactActivation('sigmoid', 0n, 4, 0), 1n);
  for (const [raw, fractionBits] of [
    [1n << 63n, 0],
    [1n << 63n, -48],
    [41n << 48n, 48],
  ] as const) {
    t.is(exactActivation('tanh', raw, fractionBits, 48), 1n << 48n);
    t.is(exactActivation('tanh', -raw, fractionBits, 48), -(1n << 48n));
    t.is(exactActivation('sigmoid', raw, fractionBits, 48), 1n << 48n);
    t.is(exactActivation('sigmoid', -raw, fractionBits, 48), 0n);
  }
});

test('tanh and sigmoid are those of Math but for its last bits (spec §2.12)', (t) => {
  holds(
    t,
    fc.property(fc.integer({ min: -12_000, max: 12_000 }), (raw) => {
      const x = raw / 1024;
      const [tanh, sigmoid] = [Math.tanh(x), 1 / (1 + Math.exp(-x))];
      const is = (exact: bigint, value: number) =>
        Math.abs(Number(exact) / 2 ** 45 - value) < 2e-14;
      t.true(is(exactActivation('tanh', BigInt(raw), 10, 45), tanh));
      t.true(is(exactActivation('sigmoid', BigInt(raw), 10, 45), sigmoid));
    }),
    { seed: 81, numRuns: 200 },
  );
});

test('softmax is correctly rounded (spec §2.13)', (t) => {
  t.deepEqual(exactSoftmax([13n, 6n], 4, 48), [171041976576637n, 110433000134019n]);
  t.deepEqual(exactSoftmax([-3n, 100n, 40n], 5, 48), [
    9435891782995n,
    235867614696142n,
    36171470231519n,
  ]);
  const third = 93824992236885n;
  t.deepEqual(exactSoftmax([7n, 7n, 7n], 3, 48), [third, third, third]);
  t.deepEqual(exactSoftmax([-(1n << 31n), (1n << 31n) - 1n], 0, 48), [0n, 1n << 48n]);
});

test('exactDecay gives the entries of the softmax table (spec §2.13)', (t) => {
  const entries = [0, 1, 100, 112, 4095].map((step) => exactDecay(step, 8, 16));
  t.deepEqual(entries, [65536n, 65280n, 44344n, 42313n, 0n]);
});
