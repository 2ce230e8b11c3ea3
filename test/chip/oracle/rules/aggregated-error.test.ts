import test from 'ava';
import { AggregatedDelayedError } from '../../../../src/chip/oracle/rules/aggregated-error.js';
import { makeTensorChecks } from '../../../../src/chip/oracle/units/tensor-check.js';
import { smallNumerics } from '../../images/small-numerics.js';

/** Output s4.2: 1 is 4. */
function makeDut(delayedError: string) {
  const numerics = smallNumerics({ formats: { output: 's4.2', delayedError } });
  const checks = makeTensorChecks(1, numerics, { trainingOrdinal: null });
  return {
    dut: new AggregatedDelayedError({ outputChecks: checks, delayedErrors: null }),
    check: checks.delayedError,
  };
}

/** One epoch of samples whose label had these outputs. */
function run(dut: AggregatedDelayedError, labelOutputs: readonly bigint[]): readonly bigint[] {
  for (const output of labelOutputs) dut.finish({ label: 1, index: 0 }, [7n, output]);
  dut.endEpoch();
  return dut.current();
}

test('d is 1 before the first epoch ends, saturated and uncounted (spec §2.9)', (t) => {
  const { dut, check } = makeDut('s8.7');
  t.deepEqual(dut.current(), [127n]);
  dut.finish({ label: 0, index: 0 }, [-4n]);
  t.deepEqual(dut.current(), [127n]);
  t.is(check.health().saturationCount, 0);
});

test('the mean is rounded once, half away from zero, to more or fewer fraction bits (spec §2.9)', (t) => {
  // 1 − y: 2, 5, 4 at 2 bits: sum 11, mean 3.667; at 4 bits 14.67 → 15, at 1 bit 1.83 → 2.
  t.deepEqual(run(makeDut('s8.4').dut, [2n, -1n, 0n]), [15n]);
  t.deepEqual(run(makeDut('s8.1').dut, [2n, -1n, 0n]), [2n]);
  // Sum 5 of two: 2.5 → 3 at 2 bits; 1.25 at 1 bit → 1, rounded to 3 first it would be 1.5 → 2.
  t.deepEqual(run(makeDut('s8.2').dut, [2n, 1n]), [3n]);
  t.deepEqual(run(makeDut('s8.1').dut, [2n, 1n]), [1n]);
  // y = 1.5, 1.25: 1 − y = −2, −1, mean −1.5 → −2.
  t.deepEqual(run(makeDut('s8.2').dut, [6n, 5n]), [-2n]);
});

test('a mean outside the format saturates and is counted without a training sample (spec §2.9)', (t) => {
  const { dut, check } = makeDut('u3.2');
  // y = −2: 1 − y = 12 of at most 7; y = 1.75: −3.
  t.deepEqual(run(dut, [-8n]), [7n]);
  t.deepEqual(run(dut, [7n]), [0n]);
  t.like(check.health(), { saturationCount: 2, firstTrainingSample: null });
});
