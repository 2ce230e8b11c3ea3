import test from 'ava';
import { drawParameters } from '../../src/network/parameters.js';
import {
  type ActivationName,
  buildTopology,
  parseTopologyString,
} from '../../src/network/topology.js';
import type { LossName, LossReduction } from '../../src/reference/loss.js';
import { plainTraining, type ReferenceJob } from '../../src/reference/reference-job.js';
import { trainReference } from '../../src/reference/train-reference.js';
import { fileOrder } from './make-job.js';
import {
  at,
  makeNaiveLayers,
  naiveFactor,
  type NaiveLayer,
  naiveLoss,
  visitNetwork,
} from './naive-network.js';
import { inputOf } from './naive-trainer.js';
import { floatSamples } from './random-job.js';

/** Mean or sum of J over the batch, in float64. */
function batchLoss(job: ReferenceJob, layers: readonly NaiveLayer[]): number {
  const order = [...job.orders(1)];
  const factor = naiveFactor(job.loss, job.lossReduction, order.length, 3);
  return order.reduce((sum, sample) => {
    const y = at(visitNetwork(layers, inputOf(job, sample)), layers.length - 1).output;
    return sum + factor * naiveLoss(job.loss, y, at(job.train.labels, sample));
  }, 0);
}

/** ∂J/∂w by (J(w + ε) − J(w − ε)) / 2ε. */
function differences(job: ReferenceJob, layers: readonly NaiveLayer[], values: number[]): number[] {
  const epsilon = 1e-5;
  return values.map((value, index) => {
    const lossAt = (changed: number): number => {
      values[index] = changed;
      return batchLoss(job, layers);
    };
    const slope = (lossAt(value + epsilon) - lossAt(value - epsilon)) / (2 * epsilon);
    values[index] = value;
    return slope;
  });
}

const networks: readonly (readonly [
  string,
  ActivationName,
  ActivationName,
  LossName,
  LossReduction,
])[] = [
  ['FC_3', 'tanh', 'sigmoid', 'bce', 'sum'],
  ['FC_5_FC_4_FC_3', 'tanh', 'sigmoid', 'bce', 'mean'],
  ['FC_5_FC_4_FC_3', 'sigmoid', 'tanh', 'mse', 'mean'],
  ['FC_5_FC_4_FC_3', 'relu', 'none', 'ce', 'mean'],
  ['FC_5_FC_4_FC_3', 'none', 'sigmoid', 'ce', 'sum'],
  ['CONV_3_3_1_1_FC_4_FC_3', 'tanh', 'sigmoid', 'bce', 'mean'],
  ['CONV_2_2_1_0_FC_3', 'relu', 'none', 'mse', 'sum'],
  ['CONV_2_3_2_2_FC_3', 'sigmoid', 'none', 'ce', 'sum'],
  ['CONV_3_3_1_1_CONV_2_3_1_1_FC_3', 'tanh', 'sigmoid', 'bce', 'sum'],
  ['CONV_3_2_1_1_CONV_2_3_2_2_FC_3', 'tanh', 'sigmoid', 'mse', 'sum'],
];

for (const [text, hidden, output, loss, lossReduction] of networks) {
  test.serial(
    `BP changes ${text} (${hidden}, ${output}, ${loss}, ${lossReduction}) by the slope of its loss, by finite differences`,
    async (t) => {
      const topology = buildTopology(parseTopologyString(text), [2, 7, 6], 3, { hidden, output });
      const feedback = { kind: 'none', distribution: 'normal', widthFactors: null } as const;
      const samples = floatSamples(topology, text);
      const job: ReferenceJob = {
        ...plainTraining,
        topology,
        initial: drawParameters(topology, 3, { weights: 'uniform', feedback }),
        rule: { name: 'bp' },
        loss,
        lossReduction,
        learningRate: 1,
        epochs: 1,
        batch: 12,
        orders: fileOrder(12),
        train: samples,
        test: samples,
        backend: 'wasm',
      };
      const { parameters } = await trainReference(job);
      const layers = makeNaiveLayers(topology, job.initial);
      layers.forEach((layer, index) => {
        for (const tensor of ['weights', 'biases'] as const) {
          const before = at(job.initial, index)[tensor];
          const after = at(parameters, index)[tensor];
          const slopes = differences(job, layers, layer[tensor]);
          const largest = Math.max(...slopes.map(Math.abs));
          t.true(largest > 1e-4, 'the network has something to learn');
          slopes.forEach((slope, element) => {
            // η = 1, so that the change is the slope; float32 rounds w, differences are exact to ε² ≈ 1e-10.
            const change = at(before, element) - at(after, element);
            t.true(
              Math.abs(change - slope) < 1e-6 + 1e-5 * largest,
              `${index} ${tensor} ${element}`,
            );
          });
        }
      });
    },
  );
}
