import test from 'ava';
import { mnistLikeBatch } from '../../bench/mnist-like.js';
import { OracleEngine } from '../../src/chip/oracle/oracle-engine.js';
import { makeFastEngine } from '../../src/chip/engines.js';
import { edgeImage } from './images/shipped-image.js';

test('oracle and fast engine agree on every bit after ten million weight updates of 784-500-10 on edge-28nm (spec §3)', async (t) => {
  t.timeout(240_000);
  const image = edgeImage();
  const batch = mnistLikeBatch(140);
  const oracle = new OracleEngine(image);
  const fast = await makeFastEngine(image);
  t.deepEqual(fast.train(batch), oracle.train(batch));
  const rows = oracle.ledgerRows();
  // One draw per weight updated (spec §2.5): the draws are the updates.
  const updateCount = rows
    .filter(({ componentAction }) => componentAction === 'random.draw')
    .reduce((sum, { count }) => sum + count, 0);
  t.true(updateCount >= 10_000_000, `${updateCount} updates`);
  t.deepEqual(fast.learnedState(), oracle.learnedState());
  t.deepEqual(fast.ledgerRows(), rows);
  t.deepEqual(fast.tensorHealth(), oracle.tensorHealth());
  t.deepEqual(fast.updateHealth(), oracle.updateHealth());
  t.deepEqual(fast.wear(), oracle.wear());
  t.log(`${updateCount} weight updates, 0 mismatches`);
});
