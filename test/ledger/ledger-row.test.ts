import test from 'ava';
import fc from 'fast-check';
import { type ActionKey, compareActionKeys, phases } from '../../src/ledger/ledger-row.js';
import { holds } from '../support/holds.js';

const base: ActionKey = {
  run: 'training',
  phase: 'update',
  layer: 2,
  core: 2,
  componentAction: 'neurons.read',
  bits: 16,
};

/** Each list is in canonical order; only the named part differs. */
const ascending: readonly (readonly ActionKey[])[] = [
  [{ ...base, run: 'inference' }, base],
  phases.map((phase) => ({ ...base, phase })),
  [{ ...base, layer: null }, { ...base, layer: 1 }, base, { ...base, layer: 10 }],
  [{ ...base, core: null }, { ...base, core: 0 }, base],
  [
    { ...base, componentAction: 'synapses.read' },
    { ...base, componentAction: 'synapses.write' },
    base,
    { ...base, componentAction: 'datapath.multiply' },
    { ...base, componentAction: 'datapath.add' },
    { ...base, componentAction: 'leakage.cycle' },
  ],
  [{ ...base, bits: null }, { ...base, bits: 8 }, base],
];

test('compareActionKeys orders by run, phase, layer, core, action and bits (spec §4)', (t) => {
  for (const keys of ascending) {
    t.deepEqual(keys.toReversed().sort(compareActionKeys), [...keys]);
  }
});

test('compareActionKeys lets the earlier part decide: run before phase before layer before core (spec §4)', (t) => {
  t.true(compareActionKeys({ ...base, run: 'inference', phase: 'idle' }, base) < 0);
  t.true(compareActionKeys({ ...base, phase: 'forward', layer: 9 }, base) < 0);
  t.true(compareActionKeys({ ...base, layer: 1, core: 9 }, base) < 0);
  t.true(compareActionKeys({ ...base, core: 1, componentAction: 'leakage.cycle' }, base) < 0);
  t.true(compareActionKeys({ ...base, componentAction: 'synapses.read', bits: 99 }, base) < 0);
});

test('compareActionKeys is antisymmetric and 0 for equal keys only (spec §4)', (t) => {
  const keys = fc.constantFrom(...ascending.flat());
  holds(
    t,
    fc.property(keys, keys, (left, right) => {
      const order = compareActionKeys(left, right);
      t.is(Math.sign(order) + Math.sign(compareActionKeys(right, left)), 0);
      t.is(order === 0, JSON.stringify(left) === JSON.stringify(right));
    }),
    { seed: 7 },
  );
});
