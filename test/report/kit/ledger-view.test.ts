import test from 'ava';
import fc from 'fast-check';
import type { ResultLedgerRow } from '../../../src/experiment/record/result-record.js';
import { runKinds } from '../../../src/ledger/ledger-row.js';
import { checkTotals, ledgerLines, pricingOf } from '../../../src/report/kit/ledger-view.js';
import { InputError } from '../../../src/units/input-error.js';
import { sampleResult } from '../samples/sample-result.js';
import { holds } from '../../support/holds.js';

test('a line joins inference and training of the same action and price (count per sample × price = energy)', (t) => {
  const lines = ledgerLines(sampleResult()).filter(
    (line) =>
      line.layer === 1 &&
      line.phase === 'forward' &&
      line.component === 'synapses' &&
      line.action === 'read',
  );
  t.is(lines.length, 1);
  const [line] = lines;
  // 97,260 events in 3,000 training samples, 25 words a row, 2.4 pJ a word.
  t.is(line?.training?.countPerSample, 810.5);
  t.true(Math.abs((line?.training?.energyPjPerSample ?? 0) - 1945.2) < 1e-9);
  t.is(line?.inference?.countPerSample, (9_623 * 25) / 297);
  t.true(Math.abs((line?.pricePj ?? 0) - 2.4) < 1e-12);
  t.true(Math.abs((line?.priceLowPj ?? 0) - 1.92) < 1e-12);
  t.true(Math.abs((line?.priceHighPj ?? 0) - 3.12) < 1e-12);
});

test('equal actions of different price stay two lines', (t) => {
  const sample = sampleResult();
  const ledger = sample.ledger.map((row) =>
    row.run === 'training' && row.component === 'bias' && row.energyPj !== null
      ? { ...row, energyPj: row.energyPj * 2 }
      : row,
  );
  const lines = ledgerLines({ ...sample, ledger }).filter(
    (line) => line.component === 'bias' && line.phase === 'forward',
  );
  t.is(lines.length, 4); // two layers × two prices
  t.true(lines.every((line) => (line.inference === null) !== (line.training === null)));
});

test('lines stand in the order layer, phase, and rows of no layer come last', (t) => {
  const layers = ledgerLines(sampleResult()).map((line) => line.layer);
  t.deepEqual([...new Set(layers)], [1, 2, null]);
  const phases = ledgerLines(sampleResult())
    .filter((line) => line.layer === 2)
    .map((line) => line.phase);
  t.deepEqual([...new Set(phases)], ['forward', 'update', 'readout']);
});

const arbitraryRow: fc.Arbitrary<ResultLedgerRow> = fc.record({
  run: fc.constantFrom(...runKinds),
  phase: fc.constantFrom('forward', 'update'),
  layer: fc.constantFrom(1, 2, null),
  core: fc.constantFrom(0, null),
  component: fc.constantFrom('synapses', 'neurons'),
  action: fc.constantFrom('read', 'write'),
  bits: fc.constantFrom(8, null),
  count: fc.nat({ max: 1000 }),
  samples: fc.constant(10),
  energyPj: fc.option(fc.integer({ min: 0, max: 10_000 })),
  energyLowPj: fc.constant(null),
  energyHighPj: fc.constant(null),
  priceKind: fc.constant('assumed'),
});

test('no count and no energy is lost or doubled when rows become lines, for any rows, equal keys included', (t) => {
  holds(
    t,
    fc.property(fc.array(arbitraryRow, { maxLength: 40 }), (ledger) => {
      const lines = ledgerLines(sampleResult({ ledger }));
      for (const run of runKinds) {
        const rows = ledger.filter((row) => row.run === run);
        const parts = lines.flatMap((line) => line[run] ?? []);
        const sum = (values: readonly number[]) =>
          values.reduce((total, value) => total + value, 0);
        t.is(parts.length, rows.length);
        t.is(sum(parts.map((part) => part.count)), sum(rows.map((row) => row.count)));
        const energy = sum(parts.map((part) => part.energyPjPerSample ?? 0));
        t.true(Math.abs(energy - sum(rows.map((row) => row.energyPj ?? 0)) / 10) < 1e-6);
        t.is(
          parts.filter((part) => part.energyPjPerSample === null).length,
          rows.filter((row) => row.energyPj === null).length,
        );
      }
    }),
    { seed: 3, numRuns: 100 },
  );
});

test('a record whose rows do not add up to its total is refused with both values', (t) => {
  const sample = sampleResult();
  t.notThrows(() => {
    checkTotals(sample);
  });
  const { perSample } = sample;
  const training = { ...perSample.training, energyNj: perSample.training.energyNj * 1.001 };
  const error = t.throws(
    () => {
      checkTotals({ ...sample, perSample: { ...perSample, training } });
    },
    { instanceOf: InputError },
  );
  t.true(error.message.startsWith('result.json: perSample.training.energyNj is'));
  t.true(error.message.includes(String(training.energyNj)));
});

test('pricing is none without any price, incomplete with some, and a price of 0 is a price', (t) => {
  t.is(pricingOf([]), 'none');
  t.is(pricingOf([null, null]), 'none');
  t.is(pricingOf([0, null]), 'incomplete');
  t.is(pricingOf([0, 0]), 'complete');
});
