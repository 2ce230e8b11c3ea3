import test from 'ava';
import fc from 'fast-check';
import { learningRateFactor } from '../../src/mapping/learning-rate-factor.js';
import { holds } from '../support/holds.js';

test('a power of two becomes a shift (spec §2.6, step 4)', (t) => {
  for (let exponent = -40; exponent <= 10; exponent += 1) {
    t.deepEqual(learningRateFactor(2 ** exponent), { kind: 'shift', shiftBits: 0 - exponent });
  }
});

test('any other rate becomes a mantissa of exactly 16 bits within half a unit (spec §2.6, step 4)', (t) => {
  // 0.01 · 2^22 = 41943.04
  t.deepEqual(learningRateFactor(0.01), { kind: 'factor', mantissaRaw: 41943, fractionBits: 22 });
  holds(
    t,
    fc.property(fc.double({ min: 1e-9, max: 8, noNaN: true }), (rate) => {
      const factor = learningRateFactor(rate);
      if (factor.kind === 'shift') return rate === 2 ** -factor.shiftBits;
      const { mantissaRaw, fractionBits } = factor;
      const isNormal = mantissaRaw >= 2 ** 15 && mantissaRaw < 2 ** 16;
      return isNormal && Math.abs(mantissaRaw - rate * 2 ** fractionBits) <= 0.5;
    }),
    { seed: 3 },
  );
});

test('a mantissa that rounds up to 2^16 moves to the next exponent', (t) => {
  // 0.0078124999 = 2^-7 − 1e-10: 16 bits round it to 2^16 · 2^-23, written as 2^15 · 2^-22.
  t.deepEqual(learningRateFactor(2 ** -7 - 1e-10), {
    kind: 'factor',
    mantissaRaw: 2 ** 15,
    fractionBits: 22,
  });
});

test('a rate of 0 is a mantissa of 0: nothing changes any more', (t) => {
  t.like(learningRateFactor(0), { kind: 'factor', mantissaRaw: 0 });
});
