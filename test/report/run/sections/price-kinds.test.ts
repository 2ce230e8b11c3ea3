import test from 'ava';
import { kindShares } from '../../../../src/report/run/sections/price-kinds.js';
import { sampleResult } from '../../samples/sample-result.js';

test('shares of the price kinds add up to 100 % of the priced energy; unpriced rows are counted apart', (t) => {
  for (const run of ['inference', 'training'] as const) {
    const shares = kindShares(sampleResult(), run);
    const percents = shares.map(({ percent }) => percent ?? 0);
    t.true(Math.abs(percents.reduce((sum, percent) => sum + percent, 0) - 100) < 1e-9);
    const unknown = shares.find(({ kind }) => kind === 'unknown');
    t.is(unknown?.unpricedRowCount, run === 'training' ? 2 : 0);
  }
});
