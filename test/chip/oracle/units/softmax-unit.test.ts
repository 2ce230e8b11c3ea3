import test from 'ava';
import { SoftmaxUnit } from '../../../../src/chip/oracle/units/softmax-unit.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { parseFormat } from '../../../../src/numerics/format.js';
import { countsOf } from '../../images/chip-image.js';

function makeDut(format: string, isExact = false) {
  const ledger = new AccessLedger();
  const spec = { outputFormat: parseFormat(format), isExact };
  return { dut: new SoftmaxUnit(spec, { layer: 2, core: 0 }, ledger), ledger };
}

function probabilities(format: string, outputs: readonly bigint[]): readonly bigint[] {
  const { dut } = makeDut(format);
  dut.latch(outputs);
  return dut.probabilities();
}

test('p is E/S of table entries by the distance to the largest output (spec §2.13)', (t) => {
  // u = 0, 7/16 = 112/256; E = 65536, 65536·e^(−0.4375) = 42313; S = 107849.
  t.deepEqual(probabilities('u4.4', [13n, 6n]), [39824n, 25712n]);
  // 10 fraction bits: 10300/4 = 2575, 1000/4 = 250; E = 3, 65536, 24681.
  t.deepEqual(probabilities('s16.10', [-300n, 10000n, 9000n]), [2n, 47605n, 17928n]);
  t.deepEqual(probabilities('u4.4', [5n, 5n, 5n]), [21845n, 21845n, 21845n]);
});

test('distances are rounded half away from zero and end at 4095 (spec §2.13)', (t) => {
  // 2/4 = 0.5 → 1 at 8 bits: E = 65280, S = 130816: p = 32832, 32704.
  t.deepEqual(probabilities('s16.10', [2n, 0n]), [32832n, 32704n]);
  // e^(−4095/256)·65536 = 0.0074.
  t.deepEqual(probabilities('s16.4', [-32768n, 32767n]), [0n, 65536n]);
});

test('p − t takes 1 from the label (spec §2.13)', (t) => {
  const { dut } = makeDut('u4.4');
  dut.latch([13n, 6n]);
  t.is(dut.fractionBits, 16);
  t.deepEqual(dut.errors(1), [39824n, 25712n - 65536n]);
});

test('the softmax works once a sample, and only if asked (spec §4.5)', (t) => {
  const { dut, ledger } = makeDut('u4.4');
  dut.latch([13n, 6n, 0n]);
  t.deepEqual(ledger.rows(), []);
  dut.errors(1);
  dut.probabilities();
  const once = {
    'training update 2 datapath.compare/4': 2,
    'training update 2 datapath.add/4': 3,
    'training update 2 activation.lookup/16': 3,
    'training update 2 datapath.add/32': 2,
    'training update 2 datapath.reciprocal/32': 1,
    'training update 2 datapath.multiply/32': 3,
  };
  t.deepEqual(countsOf(ledger.rows()), once);
  dut.latch([13n, 6n, 0n]);
  t.deepEqual(countsOf(ledger.rows()), once);
});

test('in an exact image p has 48 correctly rounded fraction bits (spec §2.13)', (t) => {
  const { dut } = makeDut('u4.4', true);
  dut.latch([13n, 6n]);
  t.is(dut.fractionBits, 48);
  t.deepEqual(dut.probabilities(), [171041976576637n, 110433000134019n]);
});
