import test from 'ava';
import { type ActivationName, activationNames } from '../../src/network/topology.js';
import { activations } from '../../src/reference/activation.js';
import { openBackend } from '../../src/reference/backend/backend.js';
import { losses, lossNames, reductionFactor, softmax, stepLoss } from '../../src/reference/loss.js';
import { naiveFunctions, naiveLoss } from './naive-network.js';

const y = Float32Array.of(0.25, 0.5, 0.75);

function deltaY(name: (typeof lossNames)[number], outputs: Float32Array, label: number): number[] {
  const slopes = new Float32Array(outputs.length);
  losses[name].deltaY(outputs, label, slopes);
  return [...slopes];
}

test('losses of one sample are what their definitions give by hand', (t) => {
  t.is(losses.mse.value(y, 2), 0.0625 + 0.25 + 0.0625);
  t.true(Math.abs(losses.bce.value(y, 2) + Math.log(0.75 * 0.5 * 0.75)) < 1e-12);
  const sum = Math.exp(0.25) + Math.exp(0.5) + Math.exp(0.75);
  t.true(Math.abs(losses.ce.value(y, 2) - (Math.log(sum) - 0.75)) < 1e-12);
});

test('slopes of the losses in y are their finite differences in float64', (t) => {
  const epsilon = 1e-6;
  for (const name of lossNames) {
    deltaY(name, y, 1).forEach((slope, index) => {
      const lossAt = (change: number): number =>
        naiveLoss(
          name,
          [...y].map((value, element) => (element === index ? value + change : value)),
          1,
        );
      const difference = (lossAt(epsilon) - lossAt(-epsilon)) / (2 * epsilon);
      t.true(Math.abs(slope - difference) < 1e-5, `${name} ${index}`);
    });
  }
});

test('bce clamps its logarithms at −100 and its slope at 1/1e-12, as PyTorch does', (t) => {
  const saturated = Float32Array.of(1, 0);
  t.is(losses.bce.value(saturated, 1), 200);
  t.deepEqual(deltaY('bce', saturated, 1), [...Float32Array.of(1e12, -1e12)]);
  // Right and saturated: the loss is 0 and so is the slope.
  t.is(losses.bce.value(saturated, 0), 0);
  t.deepEqual(deltaY('bce', saturated, 0), [0, 0]);
});

test('ce stays finite for outputs whose exponentials overflow', (t) => {
  const large = Float32Array.of(1000, 0);
  t.is(losses.ce.value(large, 1), 1000);
  t.deepEqual(deltaY('ce', large, 1), [1, -1]);
  const probabilities = new Float32Array(2);
  t.is(softmax(Float32Array.of(3, 3), probabilities), 3 + Math.LN2);
  t.deepEqual([...probabilities], [0.5, 0.5]);
});

test('mean divides by batch and classes, for ce by the batch (golden README, fact 1)', (t) => {
  t.is(reductionFactor(losses.bce, 'mean', 4, 5), 1 / 20);
  t.is(reductionFactor(losses.mse, 'mean', 4, 5), 1 / 20);
  t.is(reductionFactor(losses.ce, 'mean', 4, 5), 1 / 4);
  t.is(reductionFactor(losses.ce, 'sum', 4, 5), 1);
  const twice = Float32Array.of(...y, ...y);
  t.is(stepLoss(losses.mse, 'mean', twice, Uint8Array.of(2, 2)), (2 * 0.375) / 6);
  t.is(stepLoss(losses.mse, 'sum', twice, Uint8Array.of(2, 2)), 0.75);
});

const arguments_ = [-3, -0.5, -0.1, 0.1, 0.7, 2.5];

for (const name of activationNames satisfies readonly ActivationName[]) {
  test.serial(
    `activation ${name} and its slope are those of float64, as numbers and tensors`,
    async (t) => {
      const { f, slope } = naiveFunctions[name];
      const { value, derivative, tensor, derivativeTensor } = activations[name];
      for (const z of arguments_) {
        t.true(Math.abs(value(z) - f(z)) < 1e-12);
        t.true(Math.abs(derivative(value(z)) - slope(z)) < 1e-12);
      }
      for (const backend of ['wasm', 'cpu'] as const) {
        const { tf } = await openBackend(backend);
        tf.tidy(() => {
          const h = tensor(tf, tf.tensor2d([arguments_]));
          const slopes = derivativeTensor(tf, h).dataSync();
          h.dataSync().forEach((found, index) => {
            const z = arguments_[index] ?? NaN;
            t.true(Math.abs(found - f(z)) < 1e-6);
            t.true(Math.abs((slopes[index] ?? NaN) - slope(z)) < 1e-6);
          });
        });
      }
    },
  );
}

test('relu has slope 0 at 0, as in PyTorch', (t) => {
  t.is(activations.relu.derivative(activations.relu.value(0)), 0);
});
