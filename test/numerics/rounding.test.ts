import test from 'ava';
import fc from 'fast-check';
import { deterministicRoundingModes } from '../../src/numerics/modes.js';
import { rescale, rescaleStochastically } from '../../src/numerics/rounding.js';
import { holds } from '../support/holds.js';

const values = fc.bigInt({ min: -(1n << 62n), max: 1n << 62n });

/** Rounds quarters: raw values with 2 fraction bits to whole numbers. */
const roundQuarters = (raws: readonly bigint[], mode: 'truncate' | 'nearest' | 'nearestEven') =>
  raws.map((raw) => rescale(raw, 2, 0, mode));

test('rescale rounds quarters as each mode says, halves and negatives included (spec §2.2)', (t) => {
  // −1.5 −1.25 −1 −0.75 −0.5 −0.25 0 0.25 0.5 0.75 1 1.25 1.5 2.5 −2.5
  const quarters = [-6n, -5n, -4n, -3n, -2n, -1n, 0n, 1n, 2n, 3n, 4n, 5n, 6n, 10n, -10n];
  t.deepEqual(roundQuarters(quarters, 'truncate'), [
    -2n,
    -2n,
    -1n,
    -1n,
    -1n,
    -1n,
    0n,
    0n,
    0n,
    0n,
    1n,
    1n,
    1n,
    2n,
    -3n,
  ]);
  t.deepEqual(roundQuarters(quarters, 'nearest'), [
    -2n,
    -1n,
    -1n,
    -1n,
    -1n,
    0n,
    0n,
    0n,
    1n,
    1n,
    1n,
    1n,
    2n,
    3n,
    -3n,
  ]);
  t.deepEqual(roundQuarters(quarters, 'nearestEven'), [
    -2n,
    -1n,
    -1n,
    -1n,
    0n,
    0n,
    0n,
    0n,
    0n,
    1n,
    1n,
    1n,
    2n,
    2n,
    -2n,
  ]);
});

test('rescale is exact where fraction bits are gained or kept, in every mode (spec §2.2)', (t) => {
  for (const mode of deterministicRoundingModes) {
    t.is(rescale(-5n, 3, 7, mode), -80n);
    t.is(rescale(-5n, -2, 1, mode), -40n);
    t.is(rescale(-5n, 3, 3, mode), -5n);
  }
});

test('rescale truncates to the floor and stays within half a step otherwise (spec §2.2)', (t) => {
  holds(
    t,
    fc.property(values, fc.integer({ min: 1, max: 62 }), (raw, dropped) => {
      const step = 1n << BigInt(dropped);
      const error = (mode: 'truncate' | 'nearest' | 'nearestEven') =>
        raw - rescale(raw, dropped, 0, mode) * step;
      t.true(error('truncate') >= 0n && error('truncate') < step);
      for (const mode of ['nearest', 'nearestEven'] as const) {
        t.true(2n * error(mode) <= step && -2n * error(mode) <= step);
      }
      // Half away from zero is odd: it treats both signs alike.
      t.is(rescale(-raw, dropped, 0, 'nearest'), -rescale(raw, dropped, 0, 'nearest'));
    }),
    { seed: 4 },
  );
});

test('rescaleStochastically aligns the word with the top of the dropped bits, d > W (spec §2.2)', (t) => {
  // d = 6, W = 4: a = 5·2^2 = 20.
  t.is(rescaleStochastically(43n, 6, 0, 5, 4), 0n);
  t.is(rescaleStochastically(44n, 6, 0, 5, 4), 1n);
  t.is(rescaleStochastically(-20n, 6, 0, 5, 4), 0n);
  t.is(rescaleStochastically(-21n, 6, 0, 5, 4), -1n);
});

test('rescaleStochastically adds the whole word where d = W (spec §2.2)', (t) => {
  t.is(rescaleStochastically(10n, 4, 0, 5, 4), 0n);
  t.is(rescaleStochastically(11n, 4, 0, 5, 4), 1n);
});

test('rescaleStochastically ignores surplus low bits of the word, d < W (spec §2.2)', (t) => {
  // d = 2, W = 4: 13 = 1101b gives a = 11b = 3, 11 = 1011b gives a = 2.
  t.is(rescaleStochastically(1n, 2, 0, 13, 4), 1n);
  t.is(rescaleStochastically(1n, 2, 0, 11, 4), 0n);
});

test('rescaleStochastically uses no word where no bit is dropped (spec §2.2)', (t) => {
  t.is(rescaleStochastically(-3n, 2, 2, 15, 4), -3n);
  t.is(rescaleStochastically(-3n, 2, 5, 15, 4), -24n);
});

test('rescaleStochastically has no bias over all words where d ≤ W (spec §2.2)', (t) => {
  holds(
    t,
    fc.property(
      fc.integer({ min: -5000, max: 5000 }),
      fc.integer({ min: 1, max: 8 }),
      (raw, dropped) => {
        let total = 0n;
        for (let word = 0; word < 256; word += 1) {
          total += rescaleStochastically(BigInt(raw), dropped, 0, word, 8);
        }
        // Σ over a = 0..2^d − 1 of ⌊(v + a) / 2^d⌋ is v; each a comes from 2^(8 − d) words.
        t.is(total, BigInt(raw) << BigInt(8 - dropped));
      },
    ),
    { seed: 5 },
  );
});
