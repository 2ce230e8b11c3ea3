import test from 'ava';
import fc from 'fast-check';
import { checkCounts, checkPricedLedger } from '../../src/ledger/invariants.js';
import type { LedgerRow } from '../../src/ledger/ledger-row.js';
import {
  groupRows,
  type PricedLedger,
  type PriceList,
  sumEnergies,
  type UnitPrice,
} from '../../src/ledger/priced-ledger.js';
import { priceLedger, priceRow } from '../../src/ledger/pricing.js';
import { priceTotals, totalsOfRuns } from '../../src/ledger/run-totals.js';
import { holds } from '../support/holds.js';

function row(overrides: Partial<LedgerRow> = {}): LedgerRow {
  return {
    run: 'inference',
    phase: 'forward',
    layer: 1,
    core: 0,
    componentAction: 'synapses.read',
    bits: 128,
    count: 3,
    ...overrides,
  };
}

function price(energyPj: number): UnitPrice {
  return {
    energyPj,
    lowPj: energyPj / 2,
    highPj: energyPj * 2,
    kind: 'assumed',
    source: 'this test',
  };
}

/** Prices by action; what is not named is unknown. */
function priceList(prices: Readonly<Record<string, number>>): PriceList {
  return {
    unitPrice: ({ componentAction }) => {
      const energyPj = prices[componentAction];
      return energyPj === undefined ? null : price(energyPj);
    },
  };
}

const rows: readonly LedgerRow[] = [
  row(),
  row({ phase: 'update', run: 'training', count: 7 }),
  row({ componentAction: 'datapath.add', bits: 8, count: 5, layer: 2, core: 1 }),
  row({ componentAction: 'io.eventIn', bits: 26, count: 11, layer: null, core: null }),
];

test('priceRow is count × price, and null without a price (docs/spec.md §6)', (t) => {
  const prices = priceList({ 'synapses.read': 2 });
  t.deepEqual(priceRow(prices, row()), { energyPj: 6, lowPj: 3, highPj: 12 });
  t.is(priceRow(prices, row({ componentAction: 'bias.read' })), null);
});

test('priceLedger sums the priced rows, lists what is unpriced once and is then incomplete', (t) => {
  const ledger = priceLedger(rows, priceList({ 'synapses.read': 2, 'datapath.add': 0.5 }));
  t.deepEqual(ledger.total, { energyPj: 22.5, lowPj: 11.25, highPj: 45 });
  t.deepEqual(ledger.unpriced, ['io.eventIn']);
  t.false(ledger.isComplete);
  t.is(ledger.rows.at(-1)?.energy, null);
});

test('a price of 0 is a price: the ledger is complete and nothing is unpriced', (t) => {
  const ledger = priceLedger(
    rows,
    priceList({ 'synapses.read': 0, 'datapath.add': 0, 'io.eventIn': 0 }),
  );
  t.deepEqual(ledger.total, { energyPj: 0, lowPj: 0, highPj: 0 });
  t.true(ledger.isComplete);
  t.deepEqual(ledger.unpriced, []);
});

test('an empty ledger costs nothing and is complete', (t) => {
  const ledger = priceLedger([], priceList({}));
  t.is(ledger.total.energyPj, 0);
  t.true(ledger.isComplete);
});

test('editing a price by d changes the total by exactly count × d', (t) => {
  // Multiples of 2^-10 and counts below 2^20: every product and sum is exact in a double.
  const dyadic = fc.integer({ min: 0, max: 1 << 20 }).map((steps) => steps / 1024);
  holds(
    t,
    fc.property(dyadic, dyadic, fc.integer({ min: 1, max: 1 << 20 }), (before, added, count) => {
      const edited = rows.map((each, index) => (index === 2 ? { ...each, count } : each));
      const base = { 'synapses.read': 2, 'io.eventIn': 105.25 };
      const first = priceLedger(edited, priceList({ ...base, 'datapath.add': before }));
      const second = priceLedger(edited, priceList({ ...base, 'datapath.add': before + added }));
      t.is(second.total.energyPj - first.total.energyPj, count * added);
    }),
    { seed: 2 },
  );
});

test('the groups of any grouping hold every row once and add up to the total', (t) => {
  const ledger = priceLedger(
    rows,
    priceList({ 'synapses.read': 2, 'datapath.add': 0.5, 'io.eventIn': 8 }),
  );
  for (const key of ['run', 'phase', 'layer', 'core', 'componentAction', 'bits'] as const) {
    const groups = [...groupRows(ledger.rows, (each) => String(each[key])).values()];
    t.is(groups.flat().length, rows.length);
    const sum = groups.reduce((total, group) => total + sumEnergies(group).energyPj, 0);
    t.is(sum, ledger.total.energyPj);
  }
});

test('energies stay exact in double arithmetic at the largest count, and do not wrap', (t) => {
  const ledger = priceLedger(
    [row({ count: Number.MAX_SAFE_INTEGER })],
    priceList({ 'synapses.read': 1024 }),
  );
  t.is(ledger.total.energyPj, Number.MAX_SAFE_INTEGER * 1024);
});

test('counts that are negative, fractional, NaN or beyond 2^53 are a defect', (t) => {
  for (const count of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    t.throws(() => priceLedger([row({ count })], priceList({})), { message: /is not a count/ });
  }
});

test('two rows of one key are a defect: they would be paid for twice', (t) => {
  t.throws(
    () => {
      checkCounts([row(), row({ count: 9 })]);
    },
    { message: /synapses\.read, 128 bits occurs twice/ },
  );
});

test('a price that is negative, NaN or infinite, or outside its band is a defect', (t) => {
  for (const energyPj of [-1, NaN, Infinity]) {
    t.throws(() => priceLedger([row()], priceList({ 'synapses.read': energyPj })), {
      message: /needed is 0 ≤ low ≤ energy ≤ high/,
    });
  }
  const crossed: PriceList = { unitPrice: () => ({ ...price(2), lowPj: 3 }) };
  t.throws(() => priceLedger([row()], crossed), { message: /in a band 9 to 12 pJ/ });
});

test('totals of runs are sums by run and price; priced for their totals alone they are the same', (t) => {
  const prices = priceList({ 'synapses.read': 2, 'leakage.cycle': 0.5 });
  const idle = {
    phase: 'idle',
    layer: null,
    componentAction: 'leakage.cycle',
    bits: null,
  } as const;
  const ledger = [...rows, row({ ...idle, count: 40 }), row({ ...idle, core: 1, count: 40 })];
  const totals = priceTotals(ledger, prices);
  t.deepEqual(totals.training.energy, { energyPj: 14, lowPj: 7, highPj: 28 });
  t.true(totals.training.isComplete);
  t.is(totals.training.cycles, 0);
  t.deepEqual(totals.inference, {
    energy: { energyPj: 46, lowPj: 23, highPj: 92 },
    byPrice: [
      { componentAction: 'synapses.read', energy: { energyPj: 6, lowPj: 3, highPj: 12 } },
      { componentAction: 'leakage.cycle', energy: { energyPj: 40, lowPj: 20, highPj: 80 } },
    ],
    isComplete: false,
    cycles: 40,
  });
  t.deepEqual(totalsOfRuns(priceLedger(ledger, prices).rows), totals);
  t.throws(() => priceTotals([row(), row()], prices), { message: /occurs twice/ });
});

test('a priced ledger whose parts were changed afterwards breaks a law', (t) => {
  const good = priceLedger(rows, priceList({ 'synapses.read': 2, 'datapath.add': 0.5 }));
  const [first, ...others] = good.rows;
  if (first === undefined) throw new Error('the ledger has rows');
  const cases: [PricedLedger, RegExp][] = [
    [{ ...good, rows: others }, /add up to/],
    [{ ...good, total: { ...good.total, highPj: 46 } }, /highPj of the runs add up to 45 pJ/],
    [{ ...good, isComplete: true }, /called complete wrongly/],
    [{ ...good, rows: [{ ...first, count: 4 }, ...others] }, /not its count times its price/],
    [{ ...good, rows: [{ ...first, energy: null }, ...others] }, /an energy without a price/],
  ];
  for (const [ledger, message] of cases) {
    t.throws(
      () => {
        checkPricedLedger(ledger);
      },
      { message },
    );
  }
});
