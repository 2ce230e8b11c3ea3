import test from 'ava';
import type { ReferenceJob } from '../../src/reference/reference-job.js';
import { trainReference } from '../../src/reference/train-reference.js';
import { makeJob } from './make-job.js';

const good = makeJob([4]);
const [hidden, output] = good.topology.layers;
const [first, last] = good.initial;
if (hidden === undefined || output === undefined || first === undefined || last === undefined) {
  throw new Error('makeJob([4]) has two layers');
}

const wrongJobs: readonly (readonly [string, Partial<ReferenceJob>, string])[] = [
  [
    'no layers',
    { topology: { inputCount: 6, layers: [] } },
    'reference: the network has no layers',
  ],
  [
    'bce on tanh outputs',
    { topology: { inputCount: 6, layers: [hidden, { ...output, activation: 'tanh' }] } },
    'reference: loss bce needs sigmoid outputs, the last layer has tanh; use mse or sigmoid',
  ],
  ['batch 0', { batch: 0 }, 'reference: batch is 0; it must be a whole number, at least 1'],
  [
    '1.5 epochs',
    { epochs: 1.5 },
    'reference: epochs is 1.5; it must be a whole number, at least 1',
  ],
  [
    'a layer without parameters',
    { initial: [first] },
    'reference: initial has 1 values; it must have 2',
  ],
  [
    'too few weights',
    { initial: [{ ...first, weights: new Float32Array(23) }, last] },
    'reference: initial[0].weights has 23 values; it must have 24',
  ],
  [
    'too many biases',
    { initial: [first, { ...last, biases: new Float32Array(4) }] },
    'reference: initial[1].biases has 4 values; it must have 3',
  ],
  [
    'a hidden layer without feedback',
    { initial: [{ ...first, feedback: null }, last] },
    'reference: initial[0].feedback has 0 values; it must have 12',
  ],
  [
    'features of another size',
    { train: { ...good.train, features: new Uint8Array(899) } },
    'reference: train.features has 899 values; it must have 900',
  ],
  [
    'a label too few',
    { test: { ...good.test, labels: new Uint8Array(149) } },
    'reference: test.labels has 149 values; it must have 150',
  ],
  [
    'a label that is no class',
    { test: { ...good.test, labels: new Uint8Array(150).fill(3) } },
    'reference: test.labels holds 3; the last layer has 3 neurons, so labels end at 2',
  ],
  [
    'no test samples',
    {
      test: {
        sampleCount: 0,
        features: new Uint8Array(0),
        featureScale: 1,
        labels: new Uint8Array(0),
      },
    },
    'reference: test has no samples; give at least one',
  ],
];

for (const [name, overrides, message] of wrongJobs) {
  test.serial(`a job with ${name} is refused with a sentence`, async (t) => {
    await t.throwsAsync(trainReference({ ...good, ...overrides }), {
      instanceOf: RangeError,
      message,
    });
  });
}
