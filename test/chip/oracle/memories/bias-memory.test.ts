import test from 'ava';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { trainingForward, trainingUpdate } from '../../../../src/ledger/access-meter.js';
import { BiasMemory } from '../../../../src/chip/oracle/memories/bias-memory.js';
import { countsOf } from '../../images/chip-image.js';

test('biases are read and written as ⌈N/Pb⌉ words (spec §4.2)', (t) => {
  const ledger = new AccessLedger();
  const spec = { wordBits: 24, biasesPerWord: 2 };
  const dut = new BiasMemory(spec, Int32Array.of(1, -2, 3), { layer: 2, core: 5 }, ledger);
  t.deepEqual(dut.read(trainingForward), [1n, -2n, 3n]);
  dut.write([4n, 5n, -6n], trainingUpdate);
  t.deepEqual(dut.biasesRaw(), Int32Array.of(4, 5, -6));
  t.deepEqual(countsOf(ledger.rows()), {
    'training forward 2 bias.read/24': 2,
    'training update 2 bias.write/24': 2,
  });
});
