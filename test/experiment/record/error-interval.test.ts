import test from 'ava';
import fc from 'fast-check';
import { errorDifference, errorInterval } from '../../../src/experiment/record/error-interval.js';

test("an error's interval is Wilson's: its ends are the shares whose score test is at the deviate", (t) => {
  // (p̂ − p)² = z²·p(1 − p)/n defines both ends.
  fc.assert(
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
    { includeErrorInReport: true, seed: 1 },
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
