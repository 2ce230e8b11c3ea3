import test from 'ava';
import { ActivationUnit } from '../../../../src/chip/oracle/units/activation-unit.js';
import type { ActivationUnitImage } from '../../../../src/chip/image/chip-image.js';
import { DeltaUnit } from '../../../../src/chip/oracle/units/delta-unit.js';
import { makeTensorChecks } from '../../../../src/chip/oracle/units/tensor-check.js';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { buildActivationTable } from '../../../../src/numerics/function-table.js';
import { parseFormat } from '../../../../src/numerics/format.js';
import { countsOf } from '../../images/chip-image.js';
import { smallNumerics } from '../../images/small-numerics.js';

const numerics = smallNumerics();
const tanh = buildActivationTable({
  function: 'tanh',
  inputFormat: parseFormat('s4.2'),
  indexBits: 2,
  interpolation: 'none',
  outputFormat: numerics.formats.activation,
});

/** h in s5.4, delta s8.4. */
function makeDut(unit: ActivationUnitImage = tanh) {
  const ledger = new AccessLedger();
  const place = { layer: 1, core: 0 };
  const { activation: outputFormat } = numerics.formats;
  const activationUnit = new ActivationUnit(
    { unit, accumulatorFractionBits: 5, outputFormat },
    place,
    ledger,
  );
  const checks = makeTensorChecks(1, numerics, { trainingOrdinal: 0 });
  const dut = new DeltaUnit(activationUnit, checks.delta, 'nearest', place, ledger);
  return { dut, ledger, checks };
}

test('δz is δh·f′ with one rounding into delta (thesis eq. 2.10, spec §2.6 step 3)', (t) => {
  const { dut, ledger } = makeDut();
  // 3, −5 at 2 bits = 12, −20 at 4; f′ = 256 − 36, 256 − 81: 2640/256 = 10.31, −3500/256 = −13.67.
  const signal = { kind: 'deltaH', errorRaw: [3n, -5n], fractionBits: 2 } as const;
  t.deepEqual(dut.errorsAtNeurons(signal, [6n, -9n]), {
    deltaH: [12n, -20n],
    deltaZ: [10n, -14n],
  });
  t.deepEqual(countsOf(ledger.rows()), {
    'training update 1 datapath.multiply/5': 2,
    'training update 1 datapath.multiply/8': 2,
    'training update 1 datapath.add/5': 2,
  });
});

test('a signal that is δz already is only brought into delta (spec §2.6 step 3)', (t) => {
  const { dut, ledger } = makeDut();
  // From 5 to 4 fraction bits: −4.5 → −5 (half away), 4.
  const signal = { kind: 'deltaZ', errorRaw: [-9n, 8n], fractionBits: 5 } as const;
  t.deepEqual(dut.errorsAtNeurons(signal, [7n, 8n]), { deltaH: null, deltaZ: [-5n, 4n] });
  t.deepEqual(ledger.rows(), []);
});

test('δh and δz are both checked against delta (spec §2.6 step 3)', (t) => {
  // f′ = 2 where h = −16 gives 256 − 256 = 0; with h = 0 it is 1: 200 at 4 bits saturates once, as δh.
  const { dut, checks } = makeDut();
  const signal = { kind: 'deltaH', errorRaw: [200n], fractionBits: 4 } as const;
  t.deepEqual(dut.errorsAtNeurons(signal, [0n]).deltaZ, [127n]);
  t.is(checks.delta.health().saturationCount, 1);
});

test('δz of linear units is δh, of relu only where h is positive, without a multiplication (spec §2.12, §4.5)', (t) => {
  const signal = { kind: 'deltaH', errorRaw: [3n, -5n, 40n], fractionBits: 2 } as const;
  const none = makeDut({ kind: 'linear', function: 'none' });
  t.deepEqual(none.dut.errorsAtNeurons(signal, [0n, 1n, -1n]).deltaZ, [12n, -20n, 127n]);
  t.is(none.checks.delta.health().saturationCount, 1);
  t.deepEqual(none.ledger.rows(), []);
  const relu = makeDut({ kind: 'linear', function: 'relu' });
  t.deepEqual(relu.dut.errorsAtNeurons(signal, [0n, 1n, 2n]).deltaZ, [0n, -20n, 127n]);
  t.deepEqual(countsOf(relu.ledger.rows()), { 'training update 1 datapath.compare/5': 3 });
});
