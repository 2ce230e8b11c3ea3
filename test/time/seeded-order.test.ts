import test from 'ava';
import { sampleOrder } from '../../src/time/seeded-order.js';

test('every sample comes exactly once in an epoch', (t) => {
  const order = sampleOrder(1000, 3, 2, true);
  t.deepEqual(
    [...order].sort((left, right) => left - right),
    [...sampleOrder(1000, 3, 2, false)],
  );
});

test('epochs and seeds give different orders, the same ones the same order', (t) => {
  t.deepEqual(sampleOrder(100, 1, 0, true), sampleOrder(100, 1, 0, true));
  t.notDeepEqual(sampleOrder(100, 1, 0, true), sampleOrder(100, 1, 1, true));
  t.notDeepEqual(sampleOrder(100, 1, 0, true), sampleOrder(100, 2, 0, true));
});

test('file order is kept when nothing is shuffled', (t) => {
  t.deepEqual([...sampleOrder(4, 1, 7, false)], [0, 1, 2, 3]);
});
