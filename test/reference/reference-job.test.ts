import test from 'ava';
import { drawParameters } from '../../src/network/parameters.js';
import { buildTopology, parseTopologyString } from '../../src/network/topology.js';
import type { ReferenceJob } from '../../src/reference/reference-job.js';
import { trainReference } from '../../src/reference/train-reference.js';
import { makeJob, makeSamples } from './make-job.js';

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
  [
    'feedback that its rule does not use',
    { rule: { name: 'bp' } },
    'reference: initial[0].feedback has 12 values; it must have 0',
  ],
  [
    'feedback of the wrong shape for FA',
    { rule: { name: 'fa' }, initial: [{ ...first, feedback: new Float32Array(11) }, last] },
    'reference: initial[0].feedback has 11 values; it must have 12',
  ],
  [
    'FA and no hidden layer',
    { rule: { name: 'fa' }, topology: { inputCount: 4, layers: [output] }, initial: [last] },
    'reference: rule fa needs a hidden layer, whose error it carries back through B; add one or use bp',
  ],
  [
    'transported feedback and a rule without',
    { rule: { name: 'bp' }, feedback: { kind: 'transported', everyEpochs: 1 } },
    'reference: rule bp has no feedback weights that could be transported; use feedback fixed',
  ],
  [
    'feedback transported every 0 epochs',
    { feedback: { kind: 'transported', everyEpochs: 0 } },
    'reference: feedback.everyEpochs is 0; it must be a whole number, at least 1',
  ],
  [
    'feedback redrawn with widths for another network',
    {
      feedback: {
        kind: 'redrawn',
        everyEpochs: 1,
        draw: { distribution: 'normal', widthFactors: [1, 2] },
        seed: 1,
      },
    },
    'feedback: widthFactors are 1, 2; give one number for each of the 1 hidden layers',
  ],
  [
    'a relu gate and no relu',
    { dyingReluGate: 'epoch' },
    'reference: dyingReluGate epoch is for hidden relu layers, and there is none; use none',
  ],
  [
    'a relu gate and a rule without columns of B',
    { dyingReluGate: 'epoch', rule: { name: 'shallow' } },
    'reference: dyingReluGate epoch closes columns of B; rule shallow has none, use drtp, defp, dfa, sdfa or none',
  ],
  [
    'a dropout of everything',
    { dropout: { rate: 1, seed: 1 } },
    'reference: dropout.rate is 1; it must be in 0 ≤ rate < 1',
  ],
  ['a learning rate of 0', { learningRate: 0 }, 'reference: learningRate is 0; it must be above 0'],
  [
    'a schedule that multiplies by 0',
    { schedule: { name: 'exponential', factor: 0 } },
    'reference: schedule.factor is 0; it must be above 0',
  ],
  [
    'half an epoch of patience',
    { schedule: { name: 'plateau', factor: 0.1, patience: 0.5 } },
    'reference: schedule.patience is 0.5; it must be a whole number, at least 0',
  ],
  [
    'a frozen layer that is not there',
    { frozenLayers: [1, 3] },
    'reference: frozenLayers names layer 3; layers are 1..2',
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

test.serial('feedback of CONV layers cannot be transported', async (t) => {
  const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
  const layers = parseTopologyString('CONV_2_2_1_0_FC_3');
  const topology = buildTopology(layers, [1, 3, 3], 3, activation);
  const samples = makeSamples(4, 9, 3);
  const job = { topology, initial: drawParameters(topology, 1), train: samples, test: samples };
  await t.throwsAsync(
    trainReference({ ...good, ...job, feedback: { kind: 'transported', everyEpochs: 1 } }),
    { instanceOf: RangeError, message: /feedback weights of CONV layers cannot be transported/ },
  );
});
