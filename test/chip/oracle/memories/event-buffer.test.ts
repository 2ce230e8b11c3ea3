import test from 'ava';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { trainingForward, trainingUpdate } from '../../../../src/ledger/access-meter.js';
import { EventBuffer } from '../../../../src/chip/oracle/memories/event-buffer.js';
import { countsOf } from '../../images/chip-image.js';

test('the buffer gives back the events of the last sample in order, one word each (spec §1, §4.2)', (t) => {
  const ledger = new AccessLedger();
  const dut = new EventBuffer(20, { layer: 1, core: 0 }, ledger);
  t.deepEqual(dut.read(trainingUpdate), []);
  dut.write([{ axon: 4, valueRaw: 9n }], trainingForward);
  const events = [
    { axon: 1, valueRaw: -3n },
    { axon: 5, valueRaw: 0n },
  ];
  dut.write(events, trainingForward);
  t.deepEqual(dut.read(trainingUpdate), events);
  t.deepEqual(countsOf(ledger.rows()), {
    'training forward 1 eventBuffer.write/20': 3,
    'training update 1 eventBuffer.read/20': 2,
  });
});
