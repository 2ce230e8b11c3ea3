import test from 'ava';
import {
  deviationOf,
  parameterDeviations,
} from '../../../src/experiment/replay/tensor-deviation.js';

test('the deviation is the root mean square of the differences and the share of opposite signs, by hand', (t) => {
  // Differences 3, −4, 0, 0: √(25/4). Only −1 against 3 has opposite signs; 0 has no wrong sign.
  const deviation = deviationOf(Float32Array.of(5, -1, 0, -2), Float32Array.of(2, 3, 0, -2));
  t.deepEqual(deviation, { rmsErrorVsReference: 2.5, signDisagreementPercent: 25 });
  t.is(deviationOf(Float32Array.of(0), Float32Array.of(-7)).signDisagreementPercent, 0);
});

test('a tensor without values, and one whose float side has diverged, has no deviation', (t) => {
  const none = { rmsErrorVsReference: null, signDisagreementPercent: null };
  t.deepEqual(deviationOf(new Float32Array(), new Float32Array()), none);
  t.deepEqual(deviationOf(Float32Array.of(1, 2), Float32Array.of(1, NaN)), none);
  t.deepEqual(deviationOf(Float32Array.of(1, 2), Float32Array.of(Infinity, 2)), none);
});

test('two tensors of different length are refused', (t) => {
  t.throws(() => deviationOf(new Float32Array(2), new Float32Array(3)), {
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
  const deviations = parameterDeviations([layer(1, 2), layer(3, -1)], [layer(1, 4), layer(3.5, 1)]);
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
