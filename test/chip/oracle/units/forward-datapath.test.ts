import test from 'ava';
import { AccessLedger } from '../../../../src/ledger/access-ledger.js';
import { trainingForward } from '../../../../src/ledger/access-meter.js';
import { ForwardDatapath } from '../../../../src/chip/oracle/units/forward-datapath.js';
import { TensorCheck } from '../../../../src/chip/oracle/units/tensor-check.js';
import { countsOf, type ImageOptions } from '../../images/chip-image.js';
import { smallNumerics } from '../../images/small-numerics.js';

/** Weight s6.3, bias s6.3, input u4.2 and the accumulator of the options. */
function makeDut(options: ImageOptions = {}) {
  const ledger = new AccessLedger();
  const numerics = smallNumerics(options);
  const { formats, rounding } = numerics;
  const spec = {
    weightFormat: formats.weight,
    biasFormat: formats.bias,
    inputFormat: formats.input,
    rounding: rounding.accumulator,
  };
  const check = new TensorCheck(1, 'accumulator', numerics, { trainingOrdinal: null });
  return { dut: new ForwardDatapath(spec, check, { layer: 1, core: 0 }, ledger), check, ledger };
}

test('load aligns biases exactly where the accumulator has more fraction bits (spec §2.6 step 1)', (t) => {
  t.deepEqual(makeDut().dut.load([1n, -3n]), [4n, -12n]);
});

test('load rounds biases where the accumulator has fewer fraction bits, and checks them (spec §2.6 step 1)', (t) => {
  // 7 and −5 from 3 to 1 fraction bits: 1.75 → 2, −1.25 → −1; truncated 1 and −2.
  t.deepEqual(makeDut({ formats: { accumulator: 's10.1' } }).dut.load([7n, -5n]), [2n, -1n]);
  const truncating = {
    formats: { accumulator: 's10.1' },
    rounding: { accumulator: 'truncate' },
  } as const;
  t.deepEqual(makeDut(truncating).dut.load([7n, -5n]), [1n, -2n]);
  const { dut, check } = makeDut({ formats: { accumulator: 's4.3' } });
  t.deepEqual(dut.load([9n, -31n]), [7n, -8n]);
  t.is(check.health().saturationCount, 2);
});

test('accumulate rounds every product by itself before it is added (spec §2.6 step 1)', (t) => {
  // 3·1 = 3 at 5 fraction bits is 0.75 at 3 bits → 1: four of them make 4, where the exact sum is 3.
  const { dut } = makeDut({ formats: { accumulator: 's10.3' } });
  const event = { axon: 0, valueRaw: 1n };
  let sums = [0n];
  for (let count = 0; count < 4; count += 1)
    sums = dut.accumulate(sums, [3n], event, trainingForward);
  t.deepEqual(sums, [4n]);
});

test('accumulate checks after every addition, so order matters when it saturates (spec §2.6 step 1)', (t) => {
  const { dut, check } = makeDut({ formats: { accumulator: 's8.5' } });
  const high = dut.accumulate([100n], [10n], { axon: 0, valueRaw: 5n }, trainingForward);
  t.deepEqual(high, [127n]);
  t.deepEqual(dut.accumulate(high, [-10n], { axon: 1, valueRaw: 5n }, trainingForward), [77n]);
  t.is(check.health().saturationCount, 1);
});

test('accumulate counts one operation a neuron at the wider operand, also for value 0 (spec §4.2)', (t) => {
  const { dut, ledger } = makeDut();
  const sums = dut.accumulate(
    [5n, 6n, 7n],
    [1n, 2n, 3n],
    { axon: 0, valueRaw: 0n },
    trainingForward,
  );
  t.deepEqual(sums, [5n, 6n, 7n]);
  t.deepEqual(countsOf(ledger.rows()), { 'training forward 1 datapath.multiplyAccumulate/6': 3 });
});
