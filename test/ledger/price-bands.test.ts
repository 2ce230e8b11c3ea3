import test from 'ava';
import fc from 'fast-check';
import { phases, type LedgerRow } from '../../src/ledger/ledger-row.js';
import {
  contributionsByPrice,
  independentEnds,
  type RowEnergy,
  sensitivities,
} from '../../src/ledger/price-bands.js';
import { groupRows, sumEnergies, type UnitPrice } from '../../src/ledger/priced-ledger.js';
import { priceLedger } from '../../src/ledger/pricing.js';
import { holds } from '../support/holds.js';

function row(componentAction: string, lowPj: number, energyPj: number, highPj: number): RowEnergy {
  return { componentAction, energy: { energyPj, lowPj, highPj } };
}

/** Quarters of a pJ below 2^12: every sum here is exact in a double. */
const quarters = fc.integer({ min: 0, max: 1 << 14 }).map((steps) => steps / 4);
const rows = fc.array(
  fc
    .tuple(
      fc.constantFrom('synapses.read', 'clock.cycle', 'datapath.add'),
      quarters,
      quarters,
      quarters,
    )
    .map(([name, low, below, above]) => row(name, low, low + below, low + below + above)),
  { maxLength: 12 },
);

const sum = (values: readonly number[]): number => values.reduce((left, right) => left + right, 0);

test('independent prices add as the root of the sum of squares, each end by itself', (t) => {
  // Down 3 and 4, up 6 and 8: 3-4-5 triangles.
  const both = [row('synapses.read', 7, 10, 16), row('clock.cycle', 16, 20, 28)];
  const contributions = contributionsByPrice(both);
  t.deepEqual(independentEnds(sumEnergies(both), contributions), { lowPj: 25, highPj: 40 });
});

test('rows of one price move together: their deviations add up before they are squared', (t) => {
  const twice = [row('synapses.read', 7, 10, 16), row('synapses.read', 6, 10, 18)];
  const contributions = contributionsByPrice(twice);
  t.deepEqual(contributions, [
    { componentAction: 'synapses.read', energy: { energyPj: 20, lowPj: 13, highPj: 34 } },
  ]);
  t.deepEqual(independentEnds(sumEnergies(twice), contributions), { lowPj: 13, highPj: 34 });
});

test('unpriced rows contribute nothing', (t) => {
  t.deepEqual(contributionsByPrice([{ componentAction: 'random.draw', energy: null }]), []);
});

test('the independent band holds the energy and lies inside the band of prices that err alike', (t) => {
  holds(
    t,
    fc.property(rows, (some) => {
      const total = sumEnergies(some);
      const { lowPj, highPj } = independentEnds(total, contributionsByPrice(some));
      t.true(total.lowPj <= lowPj && lowPj <= total.energyPj);
      t.true(total.energyPj <= highPj && highPj <= total.highPj);
    }),
    { seed: 3 },
  );
});

test('what each price moves the total by adds up to the band of all prices, to the last bit', (t) => {
  holds(
    t,
    fc.property(rows, (some) => {
      const total = sumEnergies(some);
      const single = sensitivities(total, contributionsByPrice(some));
      t.is(
        sum(single.map(({ totalLowPj }) => total.energyPj - totalLowPj)),
        total.energyPj - total.lowPj,
      );
      t.is(
        sum(single.map(({ totalHighPj }) => totalHighPj - total.energyPj)),
        total.highPj - total.energyPj,
      );
      t.is(sum(single.map(({ energy }) => energy.energyPj)), total.energyPj);
    }),
    { seed: 4 },
  );
});

test('prices are ordered by how far they move the total, equal ones by name', (t) => {
  const some = [row('io.label', 5, 5, 6), row('clock.cycle', 0, 1, 9), row('bias.read', 1, 2, 2)];
  t.deepEqual(
    sensitivities(sumEnergies(some), contributionsByPrice(some)).map(
      ({ componentAction, totalLowPj, totalHighPj }) => [componentAction, totalLowPj, totalHighPj],
    ),
    [
      ['clock.cycle', 7, 16],
      ['bias.read', 7, 8],
      ['io.label', 8, 9],
    ],
  );
});

test('energies, low and high ends of every grouping add up to the total to the last bit (spec §6)', (t) => {
  const counted = fc.uniqueArray(
    fc.record({
      run: fc.constantFrom('inference' as const, 'training' as const),
      phase: fc.constantFrom(...phases),
      layer: fc.constantFrom(null, 1, 2),
      core: fc.constantFrom(null, 0, 1),
      componentAction: fc.constantFrom('synapses.read' as const, 'datapath.add' as const),
      bits: fc.constantFrom(8, 16),
      count: fc.integer({ min: 0, max: 1 << 20 }),
    }),
    {
      selector: (row: LedgerRow) => JSON.stringify({ ...row, count: 0 }),
      maxLength: 20,
    },
  );
  holds(
    t,
    fc.property(counted, quarters, (ledger, steps) => {
      const unitPrice = (bits: number): UnitPrice => ({
        energyPj: steps * bits,
        lowPj: (steps * bits) / 2,
        highPj: steps * bits * 4,
        kind: 'assumed',
        source: 'this test',
      });
      const priced = priceLedger(ledger, { unitPrice: ({ bits }) => unitPrice(bits ?? 0) });
      for (const key of ['run', 'phase', 'layer', 'core', 'componentAction', 'bits'] as const) {
        const groups = [...groupRows(priced.rows, (each) => String(each[key])).values()];
        for (const end of ['energyPj', 'lowPj', 'highPj'] as const) {
          t.is(sum(groups.map((group) => sumEnergies(group)[end])), priced.total[end]);
        }
      }
    }),
    { seed: 5, numRuns: 50 },
  );
});
