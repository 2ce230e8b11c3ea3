import test from 'ava';
import fc from 'fast-check';
import { holds } from '../../support/holds.js';
import {
  errorDifference,
  errorInterval,
  pairedDifference,
} from '../../../src/experiment/record/error-interval.js';

/** Errors of two on the same samples, from how many samples both, one alone or neither get wrong. */
function errorsOf(counts: readonly [number, number, number, number]): [Uint8Array, Uint8Array] {
  const kinds = counts.flatMap((count, kind) => new Array<number>(count).fill(kind));
  return [
    Uint8Array.from(kinds, (kind) => (kind === 0 || kind === 1 ? 1 : 0)),
    Uint8Array.from(kinds, (kind) => (kind === 0 || kind === 2 ? 1 : 0)),
  ];
}

test("an error's interval is Wilson's: its ends are the shares whose score test is at the deviate", (t) => {
  // (p̂ − p)² = z²·p(1 − p)/n defines both ends.
  holds(
    t,
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, share) => {
        const wrong = Math.round(share * n);
        const { low, high } = errorInterval((100 * wrong) / n, n);
        for (const end of [low / 100, high / 100]) {
          if (end <= 1e-12 || end >= 1 - 1e-12) continue;
          const score = (wrong / n - end) / Math.sqrt((end * (1 - end)) / n);
          if (Math.abs(Math.abs(score) - 1.959964) > 1e-4) return false;
        }
        return low <= (100 * wrong) / n + 1e-9 && high >= (100 * wrong) / n - 1e-9;
      },
    ),
    { seed: 1 },
  );
  t.pass();
});

test('no wrong sample of 299 still leaves an interval; ends stay between 0 and 100 %', (t) => {
  const { low, high } = errorInterval(0, 299);
  t.is(low, 0);
  t.true(high > 1 && high < 2);
  t.is(errorInterval(100, 5).high, 100);
});

test('two samples of 299 are within the interval, 40 points are not', (t) => {
  const small = errorDifference((100 * 23) / 299, (100 * 25) / 299, 299);
  t.is(small.samples, -2);
  t.true(small.isWithin && small.low < 0 && small.high > 0);
  const large = errorDifference(50, 10, 300);
  t.is(large.samples, 120);
  t.false(large.isWithin);
  t.true(large.low > 30 && large.high < 50);
});

test("the difference's interval is Newcombe's method 10 (1998, table II: 56/70 − 48/80)", (t) => {
  const { low, high } = errorDifference(100 * (56 / 70), 100 * (48 / 80), 1_000_000);
  // With a million samples it closes on the difference.
  t.true(Math.abs(low - 20) < 0.2 && Math.abs(high - 20) < 0.2);
});

test("the paired interval is Newcombe's method 10 (1998, 2635–2650), by both, left alone, right alone, neither", (t) => {
  // From the formula of the paper by another program; the first is with a negative φ, the fourth with one that the correction lowers.
  const rows: readonly (readonly [[number, number, number, number], number, number])[] = [
    [[36, 12, 2, 0], 0.0569295840032388, 0.3404276029749407],
    [[43, 0, 1, 0], -0.1180770969821329, 0.05971800835089878],
    [[0, 0, 0, 54], -0.0664135880908964, 0.0664135880908964],
    [[212, 144, 256, 707], -0.11419153280506708, -0.055433472684332845],
    [[15, 30, 5, 50], 0.14004162155077776, 0.351801549403915],
  ];
  for (const [counts, low, high] of rows) {
    const difference = pairedDifference(...errorsOf(counts));
    t.true(Math.abs(difference.low / 100 - low) < 1e-12, counts.join());
    t.true(Math.abs(difference.high / 100 - high) < 1e-12, counts.join());
    t.deepEqual(difference.paired, { leftAlone: counts[1], rightAlone: counts[2] });
    t.is(difference.samples, counts[1] - counts[2]);
    t.is(difference.isWithin, low <= 0 && high >= 0);
  }
});

test('errors on mostly the same samples tell a difference that independent ones would not', (t) => {
  const [left, right] = errorsOf([60, 20, 5, 214]);
  const independent = errorDifference((100 * 80) / 299, (100 * 65) / 299, 299);
  t.true(independent.isWithin);
  t.is(independent.paired, null);
  const paired = pairedDifference(left, right);
  t.false(paired.isWithin);
  t.true(paired.low > 0 && paired.high < independent.high);
  const turned = pairedDifference(right, left);
  t.true(Math.abs(turned.low + paired.high) < 1e-12 && Math.abs(turned.high + paired.low) < 1e-12);
});

test('only errors on the same samples are compared', (t) => {
  t.throws(() => pairedDifference(Uint8Array.of(1), Uint8Array.of(1, 0)), {
    message: /1 and 2 samples/,
  });
  t.throws(() => pairedDifference(new Uint8Array(), new Uint8Array()), { message: /0 and 0/ });
});
