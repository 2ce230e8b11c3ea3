import test from 'ava';
import { rankCorrelation } from '../../../src/experiment/validation/rank-correlation.js';

/*
 * Worked by hand. Pairs in the order of their first values: second values 2, 1, 4, 3. Couples: (2,1) discordant, (2,4), (2,3),
 * (1,4), (1,3) concordant, (4,3) discordant: τ = (4 − 2) / 6 = 1/3. Of the 24 orders of four, 1, 3, 5, 6, 5, 3, 1 have
 * 0 to 6 inversions; |6 − 2·inversions| ≥ 2 all but the 6 with three: 18 / 24.
 */
test("Kendall's τ and its probability are those worked by hand for four pairs", (t) => {
  const correlation = rankCorrelation([
    [7.5, 20],
    [16.8, 11],
    [87, 400],
    [240, 300],
  ]);
  t.is(correlation?.concordantCount, 4);
  t.is(correlation?.discordantCount, 2);
  t.is(correlation?.tau, 1 / 3);
  t.is(correlation?.probability, 18 / 24);
});

test('the same order has τ = 1, the reverse −1, both with probability 2 / n!', (t) => {
  const values = [3, 5, 8, 13, 21];
  const same = rankCorrelation(values.map((value) => [value, 10 * value]));
  t.is(same?.tau, 1);
  t.is(same?.probability, 2 / 120);
  const reverse = rankCorrelation(values.map((value) => [value, -value]));
  t.is(reverse?.tau, -1);
  t.is(reverse?.probability, 2 / 120);
});

test('equal values are neither concordant nor discordant; one pair has no order', (t) => {
  const tied = rankCorrelation([
    [1, 4],
    [2, 4],
    [3, 5],
  ]);
  t.is(tied?.concordantCount, 2);
  t.is(tied?.discordantCount, 0);
  t.is(tied?.tau, 2 / 3);
  t.is(rankCorrelation([[1, 2]]), null);
});
