import test from 'ava';
import { openBackend } from '../../../src/reference/backend/backend.js';
import { LearnedTensor } from '../../../src/reference/training/learned-tensor.js';
import { type OptimizerName, optimizers } from '../../../src/reference/optimizers/optimizers.js';

/** Three steps of one parameter that starts at 1, with η = 0.1 and gradients 2, −1 and 4: PyTorch's formulas by hand. */
const byHand: readonly (readonly [OptimizerName, readonly number[]])[] = [
  ['sgd', [1 - 0.2, 1 - 0.2 + 0.1, 1 - 0.2 + 0.1 - 0.4]],
  // m = 2, 0.9·2 − 1 = 0.8, 0.9·0.8 + 4 = 4.72.
  ['momentum', [0.8, 0.72, 0.248]],
  // g + 0.9·m = 3.8, −1 + 0.72 = −0.28, 4 + 4.248 = 8.248.
  ['nag', [0.62, 0.648, -0.1768]],
  // v = 0.04, 0.0396 + 0.01 = 0.0496, 0.049104 + 0.16 = 0.209104; steps 0.1·g/√v.
  [
    'rmsprop',
    [1 - 0.2 / 0.2, 0.1 / Math.sqrt(0.0496), 0.1 / Math.sqrt(0.0496) - 0.4 / Math.sqrt(0.209104)],
  ],
  // m̂ = 2, 0.08/0.19, 0.472/0.271; v̂ = 4, 0.004996/0.001999, 0.020991004/0.002997001; steps 0.1·m̂/√v̂.
  [
    'adam',
    [
      0.9,
      0.9 - (0.1 * (0.08 / 0.19)) / Math.sqrt(0.004996 / 0.001999),
      0.9 -
        (0.1 * (0.08 / 0.19)) / Math.sqrt(0.004996 / 0.001999) -
        (0.1 * (0.472 / 0.271)) / Math.sqrt(0.020991004 / 0.002997001),
    ],
  ],
];

for (const [name, expected] of byHand) {
  for (const backend of ['wasm', 'cpu'] as const) {
    test.serial(`${name} takes PyTorch's steps on ${backend}, calculated by hand`, async (t) => {
      const { tf } = await openBackend(backend);
      const before = tf.memory().numTensors;
      const learned = new LearnedTensor(tf, optimizers[name], tf.tensor2d([[1]]));
      const values = [2, -1, 4].map((gradient) => {
        tf.tidy(() => {
          learned.learn(tf.tensor2d([[gradient]]), 0.1);
        });
        return learned.value.dataSync()[0] ?? NaN;
      });
      values.forEach((value, step) => {
        t.true(Math.abs(value - (expected[step] ?? NaN)) < 1e-6, `${step}: ${value}`);
      });
      learned.dispose();
      t.is(tf.memory().numTensors, before);
    });
  }
}

test.serial('a gradient of 0 moves nothing, whatever the optimizer (0/(√0 + ε) = 0)', async (t) => {
  const { tf } = await openBackend('wasm');
  for (const optimizer of Object.values(optimizers)) {
    const learned = new LearnedTensor(tf, optimizer, tf.tensor2d([[0.5, -2]]));
    tf.tidy(() => {
      learned.learn(tf.zeros([1, 2]), 0.1);
    });
    t.deepEqual([...learned.value.dataSync()], [0.5, -2]);
    learned.dispose();
  }
});
