import test from 'ava';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { trainingForward, trainingUpdate } from '../../../../src/ledger/access-meter.js';
import { ActivationUnit } from '../../../../src/chip/oracle/units/activation-unit.js';
import type { ActivationUnitImage } from '../../../../src/chip/image/chip-image.js';
import { type FixedPointFormat, parseFormat } from '../../../../src/numerics/format.js';
import { buildActivationTable } from '../../../../src/numerics/function-table.js';
import { countsOf } from '../../images/chip-image.js';

/** Accumulators of 5 fraction bits. */
function makeUnit(unit: ActivationUnitImage, outputFormat: FixedPointFormat, ledger: AccessLedger) {
  const spec = { unit, accumulatorFractionBits: 5, outputFormat };
  return new ActivationUnit(spec, { layer: 1, core: 0 }, ledger);
}

function makeDut(name: 'tanh' | 'sigmoid') {
  const ledger = new AccessLedger();
  const outputFormat = parseFormat('s5.4');
  const table = buildActivationTable({
    function: name,
    inputFormat: parseFormat('s4.2'),
    indexBits: 2,
    interpolation: 'none',
    outputFormat,
  });
  return { dut: makeUnit(table, outputFormat, ledger), ledger };
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

function makeLinear(name: 'relu' | 'none', format: string) {
  const ledger = new AccessLedger();
  const unit = { kind: 'linear', function: name } as const;
  return { dut: makeUnit(unit, parseFormat(format), ledger), ledger };
}

test('none is the sum itself, rounded half away from zero and saturated, a look-up like any (spec §2.12)', (t) => {
  const { dut, ledger } = makeLinear('none', 's5.3');
  // From 5 to 3 fraction bits: 10/4 = 2.5 → 3, −10/4 → −3, 100/4 = 25 → 15, −100/4 → −16.
  const sums = [10n, -10n, 100n, -100n].map((sum) => dut.lookUp(sum, trainingForward));
  t.deepEqual(sums, [3n, -3n, 15n, -16n]);
  t.true(dut.isLinear);
  t.is(dut.derivative(-3n, trainingUpdate), 1n);
  t.deepEqual(countsOf(ledger.rows()), { 'training forward 1 activation.lookup/5': 4 });
});

test('relu is the sum where it is positive, else 0, and f′ costs one comparison (spec §2.12, §4.5)', (t) => {
  const { dut, ledger } = makeLinear('relu', 's5.6');
  const sums = [3n, -3n, 0n].map((sum) => dut.lookUp(sum, trainingForward));
  t.deepEqual(sums, [6n, 0n, 0n]);
  const slopes = [6n, 0n, -1n].map((output) => dut.derivative(output, trainingUpdate));
  t.deepEqual(slopes, [1n, 0n, 0n]);
  t.is(dut.derivativeFractionBits, 0);
  t.deepEqual(countsOf(ledger.rows()), {
    'training forward 1 activation.lookup/5': 3,
    'training update 1 datapath.compare/5': 3,
  });
});

test('an exact unit is the function itself, correctly rounded (spec §2.12)', (t) => {
  const ledger = new AccessLedger();
  const unit = { kind: 'exact', function: 'tanh' } as const;
  const dut = makeUnit(unit, parseFormat('s32.30'), ledger);
  // Math.tanh errs by less than 2^−50.
  for (const sum of [1, -1, 7, 18, -50, 100]) {
    const expected = Math.round(Math.tanh(sum / 32) * 2 ** 30);
    t.is(Number(dut.lookUp(BigInt(sum), trainingForward)), expected);
    t.is(Number(dut.lookUp(BigInt(sum), trainingForward)), expected);
  }
  t.false(dut.isLinear);
  t.is(dut.derivative(1n << 29n, trainingUpdate), (1n << 60n) - (1n << 58n));
  t.like(countsOf(ledger.rows()), { 'training forward 1 activation.lookup/32': 12 });
});
