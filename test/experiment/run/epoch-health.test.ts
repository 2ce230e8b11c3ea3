import test from 'ava';
import type { TensorHealth, UpdateHealth } from '../../../src/chip/engine.js';
import { healthByEpoch } from '../../../src/experiment/run/epoch-health.js';

function tensor(
  layer: number,
  name: TensorHealth['tensor'],
  saturationCount: number,
  wrapCount = 0,
): TensorHealth {
  return { layer, tensor: name, saturationCount, wrapCount, firstTrainingSample: null };
}

function updates(layer: number, nonZeroUpdateCount: number, deadUpdateCount: number): UpdateHealth {
  return { layer, nonZeroUpdateCount, deadUpdateCount };
}

test('the health of an epoch is what was counted in it, not since the start of training', (t) => {
  const epochs = healthByEpoch([
    {
      tensorHealth: [tensor(1, 'weight', 3), tensor(1, 'delta', 0), tensor(2, 'weight', 0)],
      updateHealth: [updates(1, 100, 50), updates(2, 0, 0)],
    },
    {
      tensorHealth: [tensor(1, 'weight', 10), tensor(1, 'delta', 2, 5), tensor(2, 'weight', 0)],
      updateHealth: [updates(1, 300, 200), updates(2, 0, 0)],
    },
  ]);
  t.deepEqual(epochs, [
    [{ layer: 1, tensor: 'weight', saturations: 3, wraps: 0, deadUpdateFraction: 0.5 }],
    [
      // 7 more saturations; 150 of 200 more updates are dead.
      { layer: 1, tensor: 'weight', saturations: 7, wraps: 0, deadUpdateFraction: 0.75 },
      { layer: 1, tensor: 'delta', saturations: 2, wraps: 5, deadUpdateFraction: null },
    ],
  ]);
});

test('an epoch in which nothing new happened has no rows', (t) => {
  const reading = { tensorHealth: [tensor(1, 'bias', 4)], updateHealth: [updates(1, 10, 5)] };
  t.deepEqual(healthByEpoch([reading, reading]), [
    [{ layer: 1, tensor: 'bias', saturations: 4, wraps: 0, deadUpdateFraction: null }],
    [],
  ]);
});
