import test from 'ava';
import { AccessLedger, ActionCounter } from '../../src/ledger/access-ledger.js';
import type { ActionKey } from '../../src/ledger/ledger-row.js';

const key: ActionKey = {
  run: 'training',
  phase: 'forward',
  layer: 1,
  core: 0,
  componentAction: 'synapses.read',
  bits: 32,
};

test('a counter grows by what is added (spec §4)', (t) => {
  const counter = new ActionCounter(key);
  t.is(counter.count, 0);
  counter.add(3);
  counter.add(0);
  counter.add(4);
  t.is(counter.count, 7);
  t.is(counter.key, key);
});

test('a counter refuses to shrink, to become fractional or to leave the safe integers (spec §4)', (t) => {
  const counter = new ActionCounter(key);
  counter.add(2);
  for (const increment of [-1, 0.5, Number.MAX_SAFE_INTEGER]) {
    t.throws(
      () => {
        counter.add(increment);
      },
      { instanceOf: RangeError, message: /synapses.read cannot go from 2 by .*; counts only grow/ },
    );
  }
  t.is(counter.count, 2);
});

test('the ledger gives one counter a key and different counters to keys that differ anywhere (spec §4)', (t) => {
  const ledger = new AccessLedger();
  const counter = ledger.counter(key);
  t.is(ledger.counter({ ...key }), counter);
  const others: ActionKey[] = [
    { ...key, run: 'inference' },
    { ...key, phase: 'update' },
    { ...key, layer: null },
    { ...key, layer: 2 },
    { ...key, core: null },
    { ...key, core: 1 },
    { ...key, componentAction: 'synapses.write' },
    { ...key, bits: null },
    { ...key, bits: 16 },
  ];
  const counters = new Set([counter, ...others.map((other) => ledger.counter(other))]);
  t.is(counters.size, 10);
});

test('rows holds counts above 0 only, in canonical order (spec §4)', (t) => {
  const ledger = new AccessLedger();
  const update: ActionKey = { ...key, phase: 'update' };
  const inference: ActionKey = { ...key, run: 'inference', phase: 'readout' };
  ledger.counter(update).add(5);
  ledger.counter(key).add(2);
  ledger.counter(inference).add(1);
  ledger.counter({ ...key, layer: 7 });
  t.deepEqual(ledger.rows(), [
    { ...inference, count: 1 },
    { ...key, count: 2 },
    { ...update, count: 5 },
  ]);
});
