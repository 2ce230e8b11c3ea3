import test from 'ava';
import type { LedgerRow } from '../../src/ledger/ledger-row.js';
import { rowsBetween } from '../../src/ledger/row-arithmetic.js';

function row(componentAction: LedgerRow['componentAction'], count: number): LedgerRow {
  return { run: 'training', phase: 'update', layer: 1, core: 0, componentAction, bits: 8, count };
}

test('rowsBetween gives what was counted between two readings', (t) => {
  const earlier = [row('synapses.read', 3), row('synapses.write', 2)];
  const later = [row('synapses.read', 10), row('synapses.write', 2), row('random.draw', 4)];
  t.deepEqual(rowsBetween(earlier, later), [row('synapses.read', 7), row('random.draw', 4)]);
});

test('a count that falls, or a row that vanishes, is refused', (t) => {
  t.throws(() => rowsBetween([row('synapses.read', 3)], [row('synapses.read', 2)]), {
    message: /fell by 1/,
  });
  t.throws(() => rowsBetween([row('synapses.read', 3)], []), { message: /1 rows vanished/ });
});
