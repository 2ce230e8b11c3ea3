import test from 'ava';
import fc from 'fast-check';
import { overheadRange } from '../../src/ledger/overhead-range.js';
import type { PriceContribution } from '../../src/ledger/price-bands.js';
import { holds } from '../support/holds.js';

type Triple = readonly [low: number, energy: number, high: number];

function contribution(name: string, [lowPj, energyPj, highPj]: Triple): PriceContribution {
  return { componentAction: name, energy: { energyPj, lowPj, highPj } };
}

function range(inference: readonly Triple[], training: readonly Triple[]) {
  const named = (triples: readonly Triple[]) =>
    triples.map((triple, index) => contribution(`price ${index}`, triple));
  return overheadRange(named(inference), named(training));
}

test('a price that only training pays moves the overhead from its low to its high end', (t) => {
  // Inference 10; training 10 + 5, with 2 or 20 in place of 5.
  const result = overheadRange(
    [contribution('synapses.read', [10, 10, 10])],
    [contribution('synapses.read', [10, 10, 10]), contribution('synapses.write', [2, 5, 20])],
  );
  t.is(Math.round(result?.lowPercent ?? NaN), 20);
  t.is(Math.round(result?.highPercent ?? NaN), 200);
});

test('one price in both runs leaves the overhead as it is, whatever its band', (t) => {
  const result = range([[1, 2, 40]], [[3, 6, 120]]);
  t.is(Math.round(result?.lowPercent ?? NaN), 200);
  t.is(Math.round(result?.highPercent ?? NaN), 200);
});

test('the range is what trying every combination of ends finds', (t) => {
  const triple = fc
    .tuple(fc.integer({ min: 1, max: 50 }), fc.nat({ max: 50 }), fc.nat({ max: 50 }))
    .map(([low, below, above]): Triple => [low, low + below, low + below + above]);
  const prices = fc.array(fc.tuple(triple, triple), { minLength: 1, maxLength: 5 });
  holds(
    t,
    fc.property(prices, (pairs) => {
      const ratios: number[] = [];
      for (let choice = 0; choice < 3 ** pairs.length; choice += 1) {
        const ends = pairs.map((_, index) => Math.floor(choice / 3 ** index) % 3);
        const total = (run: 0 | 1) =>
          pairs.reduce((sum, pair, index) => sum + (pair[run][ends[index] ?? 0] ?? NaN), 0);
        ratios.push(100 * (total(1) / total(0) - 1));
      }
      const found = range(
        pairs.map(([inference]) => inference),
        pairs.map(([, training]) => training),
      );
      t.true(Math.abs((found?.lowPercent ?? NaN) - Math.min(...ratios)) < 1e-9);
      t.true(Math.abs((found?.highPercent ?? NaN) - Math.max(...ratios)) < 1e-9);
    }),
    { seed: 6 },
  );
});

test('without a cost of inference at the low ends there is no range', (t) => {
  t.is(range([[0, 2, 3]], [[1, 2, 3]]), null);
  t.is(overheadRange([], []), null);
});
