import test from 'ava';
import { controllerRows } from '../../../firmware-sim/index.js';

test('the controller’s rows are fetches and executions of 32 bits in phase control (chip.md §4)', (t) => {
  const counts = { fetchCount: 7, executeCount: 6, cycleCount: 90, sleepCycleCount: 80 };
  const key = { run: 'training', phase: 'control', layer: null, core: null, bits: 32 } as const;
  t.deepEqual(controllerRows('training', counts), [
    { ...key, componentAction: 'controller.fetch', count: 7 },
    { ...key, componentAction: 'controller.execute', count: 6 },
  ]);
});

test('rows of count 0 are left out (spec §4)', (t) => {
  const counts = { fetchCount: 0, executeCount: 0, cycleCount: 0, sleepCycleCount: 0 };
  t.deepEqual(controllerRows('inference', counts), []);
});
