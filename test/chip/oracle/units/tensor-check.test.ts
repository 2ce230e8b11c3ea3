import test from 'ava';
import { tensorNames } from '../../../../src/chip/image/chip-image.js';
import { makeTensorChecks, TensorCheck } from '../../../../src/chip/oracle/units/tensor-check.js';
import { smallNumerics } from '../../images/small-numerics.js';

function makeDut(mode: 'saturate' | 'wrap') {
  const sample: { trainingOrdinal: number | null } = { trainingOrdinal: null };
  const numerics = smallNumerics({ formats: { delta: 's4.2' }, overflow: { delta: mode } });
  return { dut: new TensorCheck(2, 'delta', numerics, sample), sample };
}

test('values inside the format pass uncounted, up to both ends (spec §2.3)', (t) => {
  const { dut } = makeDut('saturate');
  t.deepEqual(
    [-8n, 0n, 7n].map((raw) => dut.confine(raw)),
    [-8n, 0n, 7n],
  );
  t.deepEqual(dut.health(), {
    layer: 2,
    tensor: 'delta',
    saturationCount: 0,
    wrapCount: 0,
    firstTrainingSample: null,
  });
});

test('values outside saturate or wrap and are counted as what they did (spec §2.3)', (t) => {
  const saturating = makeDut('saturate').dut;
  t.deepEqual(
    [8n, -9n].map((raw) => saturating.confine(raw)),
    [7n, -8n],
  );
  t.like(saturating.health(), { saturationCount: 2, wrapCount: 0 });
  const wrapping = makeDut('wrap').dut;
  t.deepEqual(
    [8n, -9n].map((raw) => wrapping.confine(raw)),
    [-8n, 7n],
  );
  t.like(wrapping.health(), { saturationCount: 0, wrapCount: 2 });
});

test('the first training sample is kept; inference sets none (spec §2.3)', (t) => {
  const { dut, sample } = makeDut('wrap');
  dut.confine(8n);
  t.is(dut.health().firstTrainingSample, null);
  sample.trainingOrdinal = 5;
  dut.confine(8n);
  sample.trainingOrdinal = 6;
  dut.confine(8n);
  t.like(dut.health(), { wrapCount: 3, firstTrainingSample: 5 });
});

test('every tensor of a layer has a check of its own name and format (spec §2.1)', (t) => {
  const numerics = smallNumerics();
  const checks = makeTensorChecks(1, numerics, { trainingOrdinal: null });
  for (const tensor of tensorNames) t.is(checks[tensor].health().tensor, tensor);
  t.is(checks.accumulator.format, numerics.formats.accumulator);
  t.is(checks.update.format, numerics.formats.update);
});

test('delayed errors saturate also where the chip says wrap (spec §2.9)', (t) => {
  const numerics = smallNumerics({ overflow: { delayedError: 'wrap', delta: 'wrap' } });
  const { delayedError, delta } = makeTensorChecks(1, numerics, { trainingOrdinal: null });
  // u4.4 and s8.4.
  t.is(delayedError.confine(17n), 15n);
  t.like(delayedError.health(), { saturationCount: 1, wrapCount: 0 });
  t.is(delta.confine(128n), -128n);
  t.like(delta.health(), { saturationCount: 0, wrapCount: 1 });
});
