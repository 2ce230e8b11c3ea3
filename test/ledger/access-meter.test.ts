import test from 'ava';
import { AccessLedger } from '../../src/ledger/access-ledger.js';
import {
  AccessMeter,
  inferenceForward,
  pins,
  trainingForward,
  trainingUpdate,
} from '../../src/ledger/access-meter.js';

test('a meter books its action by run and phase at its place (spec §4)', (t) => {
  const ledger = new AccessLedger();
  const dut = new AccessMeter(ledger, { layer: 2, core: 9 }, 'bias.read', 32);
  dut.add(trainingUpdate, 2);
  dut.add(inferenceForward, 1);
  dut.add(trainingUpdate, 3);
  dut.add(trainingForward, 0);
  const place = { layer: 2, core: 9, componentAction: 'bias.read', bits: 32 };
  t.deepEqual(ledger.rows(), [
    { run: 'inference', phase: 'forward', ...place, count: 1 },
    { run: 'training', phase: 'update', ...place, count: 5 },
  ]);
});

test('meters of the same action and place book into one row (spec §4.2)', (t) => {
  const ledger = new AccessLedger();
  new AccessMeter(ledger, pins, 'datapath.add', 8).add(trainingUpdate, 2);
  new AccessMeter(ledger, pins, 'datapath.add', 8).add(trainingUpdate, 3);
  t.deepEqual(
    ledger.rows().map(({ layer, core, count }) => ({ layer, core, count })),
    [{ layer: null, core: null, count: 5 }],
  );
});
