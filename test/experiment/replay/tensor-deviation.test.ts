import test from 'ava';
import { parseFormat } from '../../../src/numerics/format.js';
import {
  deviationOf,
  parameterDeviations,
} from '../../../src/experiment/replay/tensor-deviation.js';

/** −8 to 7.75. */
const format = parseFormat('s6.2');

test('the deviation is the root mean square of the differences and the share of opposite signs, by hand', (t) => {
  // Differences 3, −4, 0, 0: √(25/4). Only −1 against 3 has opposite signs; 0 has no wrong sign. Own RMS √(17/4).
  const deviation = deviationOf(
    Float32Array.of(5, -1, 0, -2),
    Float32Array.of(2, 3, 0, -2),
    format,
  );
  t.deepEqual(deviation, {
    rmsErrorVsReference: 2.5,
    relativeRmsError: Math.sqrt(25 / 17),
    signDisagreementPercent: 25,
    largestReference: 3,
    outsidePercent: 0,
  });
  t.is(deviationOf(Float32Array.of(0), Float32Array.of(-7), format).signDisagreementPercent, 0);
});

test('outside are float values half a step or more beyond an end; values that are all 0 have no relative error', (t) => {
  const chip = new Float32Array(4);
  const float = Float32Array.of(7.8, 7.875, -8.1, -8.125);
  const { outsidePercent, largestReference } = deviationOf(chip, float, format);
  t.is(outsidePercent, 50);
  t.is(largestReference, 8.125);
  const ofZeros = deviationOf(Float32Array.of(1), new Float32Array(1), format);
  t.is(ofZeros.rmsErrorVsReference, 1);
  t.is(ofZeros.relativeRmsError, null);
});

test('a tensor without values, and one whose float side has diverged, has no deviation', (t) => {
  const none = {
    rmsErrorVsReference: null,
    relativeRmsError: null,
    signDisagreementPercent: null,
    largestReference: null,
    outsidePercent: null,
  };
  t.deepEqual(deviationOf(new Float32Array(), new Float32Array(), format), none);
  t.deepEqual(deviationOf(Float32Array.of(1, 2), Float32Array.of(1, NaN), format), none);
  t.deepEqual(deviationOf(Float32Array.of(1, 2), Float32Array.of(Infinity, 2), format), none);
});

test('two tensors of different length are refused', (t) => {
  t.throws(() => deviationOf(new Float32Array(2), new Float32Array(3), format), {
    instanceOf: RangeError,
    message: 'health: the chip has 2 values and float arithmetic 3; compare a tensor with itself',
  });
});

test('weights and biases are compared layer by layer with those of the reference', (t) => {
  const layer = (weight: number, bias: number) => ({
    weights: Float32Array.of(weight, weight),
    biases: Float32Array.of(bias),
    feedback: null,
  });
  const deviations = parameterDeviations(
    [layer(1, 2), layer(3, -1)],
    [layer(1, 4), layer(3.5, 1)],
    {
      weight: format,
      bias: format,
    },
  );
  t.deepEqual(
    deviations.map(({ layer: number, tensor, rmsErrorVsReference, signDisagreementPercent }) => [
      number,
      tensor,
      rmsErrorVsReference,
      signDisagreementPercent,
    ]),
    [
      [1, 'weight', 0, 0],
      [1, 'bias', 2, 0],
      [2, 'weight', 0.5, 0],
      [2, 'bias', 2, 100],
    ],
  );
});
