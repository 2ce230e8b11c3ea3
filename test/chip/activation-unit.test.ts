import test from 'ava';
import { AccessLedger } from '../../src/ledger/access-ledger.js';
import { trainingForward, trainingUpdate } from '../../src/chip/access-meter.js';
import { ActivationUnit } from '../../src/chip/activation-unit.js';
import { parseFormat } from '../../src/numerics/format.js';
import { buildActivationTable } from '../../src/numerics/function-table.js';
import { countsOf } from './tiny-image.js';

function makeDut(name: 'tanh' | 'sigmoid') {
  const ledger = new AccessLedger();
  const table = buildActivationTable({
    function: name,
    inputFormat: parseFormat('s4.2'),
    indexBits: 2,
    interpolation: 'none',
    outputFormat: parseFormat('s5.4'),
  });
  return { dut: new ActivationUnit(table, 5, { layer: 1, core: 0 }, ledger), ledger };
}

test('lookUp gives f of the accumulator and counts one look-up (spec §2.8, §4.2)', (t) => {
  const { dut, ledger } = makeDut('tanh');
  // 18 at 5 fraction bits = 2.25 → 2 at 2 bits: tanh(0.375)·16 = 5.73.
  t.is(dut.lookUp(18n, trainingForward), 6n);
  t.deepEqual(countsOf(ledger.rows()), { 'training forward 1 activation.lookup/5': 1 });
});

test('f′ of tanh is 2^(2F) − h², exactly, with one multiplication and one addition (spec §2.6, §4.2)', (t) => {
  const { dut, ledger } = makeDut('tanh');
  t.is(dut.derivativeFractionBits, 8);
  t.is(dut.derivative(6n, trainingUpdate), 220n);
  t.is(dut.derivative(-9n, trainingUpdate), 175n);
  t.is(dut.derivative(0n, trainingUpdate), 256n);
  t.deepEqual(countsOf(ledger.rows()), {
    'training update 1 datapath.multiply/5': 3,
    'training update 1 datapath.add/5': 3,
  });
});

test('f′ of the sigmoid is h·(2^F − h), exactly (spec §2.6)', (t) => {
  const { dut } = makeDut('sigmoid');
  t.is(dut.derivative(7n, trainingUpdate), 63n);
  t.is(dut.derivative(8n, trainingUpdate), 64n);
  t.is(dut.derivative(0n, trainingUpdate), 0n);
});
