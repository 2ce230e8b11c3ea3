import test from 'ava';
import type { ChipImage } from '../../src/chip/image/chip-image.js';
import type { Learning } from '../../src/mapping/learning.js';
import { gradientScales, learningRates } from '../../src/mapping/learning-rates.js';
import { optimizerNames } from '../../src/network/optimizer-name.js';
import { buildTopology, parseTopologyString } from '../../src/network/topology.js';
import type { LearningRateFactor } from '../../src/numerics/learning-rate.js';
import { makeLearning } from './small-chip.js';

const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
/** Three layers, 4 classes. */
const topology = buildTopology(parseTopologyString('FC_3_FC_3_FC_4'), 5, 4, activation);

function request(
  changes: Partial<Learning>,
  lossReduction: 'sum' | 'mean',
  loss: ChipImage['loss'] = 'bce',
) {
  return { topology, learning: makeLearning(changes), loss, lossReduction };
}

function shifts(...bits: readonly number[]): readonly LearningRateFactor[] {
  return bits.map((shiftBits) => ({ kind: 'shift', shiftBits }));
}

const feedForward = ['drtp', 'dfa', 'sdfa', 'shallow'] as const;
const carrying = ['bp', 'fa'] as const;
const batchSize = 8;

test('reduction sum leaves η and the gradient as they are, for every rule and optimizer (spec §2.11)', (t) => {
  for (const kind of [...feedForward, ...carrying]) {
    for (const optimizer of optimizerNames) {
      const sum = request({ rule: { kind }, optimizer, batchSize }, 'sum');
      t.deepEqual(learningRates(sum, 2 ** -7), shifts(7, 7, 7));
      t.deepEqual(gradientScales(sum), shifts(0, 0, 0));
    }
  }
});

test('reduction mean divides η of sgd, momentum and nag by batch·C = 2^5, with bp and fa in every layer (spec §2.11)', (t) => {
  for (const optimizer of ['sgd', 'momentum', 'nag'] as const) {
    for (const kind of feedForward) {
      const mean = request({ rule: { kind }, optimizer, batchSize }, 'mean');
      t.deepEqual(learningRates(mean, 2 ** -7), shifts(7, 7, 12));
      t.deepEqual(gradientScales(mean), shifts(0, 0, 0));
    }
    for (const kind of carrying) {
      const mean = request({ rule: { kind }, optimizer, batchSize }, 'mean', 'mse');
      t.deepEqual(learningRates(mean, 2 ** -7), shifts(12, 12, 12));
      t.deepEqual(gradientScales(mean), shifts(0, 0, 0));
    }
  }
});

test('reduction mean scales the gradient of rmsprop and adam instead and leaves η (spec §2.11)', (t) => {
  for (const optimizer of ['rmsprop', 'adam'] as const) {
    const output = request({ rule: { kind: 'drtp' }, optimizer, batchSize }, 'mean');
    t.deepEqual(learningRates(output, 2 ** -7), shifts(7, 7, 7));
    t.deepEqual(gradientScales(output), shifts(0, 0, 5));
    const all = request({ rule: { kind: 'bp' }, optimizer, batchSize }, 'mean');
    t.deepEqual(learningRates(all, 2 ** -7), shifts(7, 7, 7));
    t.deepEqual(gradientScales(all), shifts(5, 5, 5));
  }
});

test('loss ce averages over the batch alone (spec §2.11)', (t) => {
  const mean = request({ rule: { kind: 'bp' }, batchSize }, 'mean', 'ce');
  t.deepEqual(learningRates(mean, 2 ** -7), shifts(10, 10, 10));
  const adam = request({ optimizer: 'adam', batchSize }, 'mean', 'ce');
  t.deepEqual(gradientScales(adam), shifts(0, 0, 3));
});

test('a batch that is no power of two makes a mantissa of 16 bits (spec §2.6, step 4)', (t) => {
  const mean = request({ batchSize: 60 }, 'mean');
  // 2^-7/240 = 2^-15/0.9375 = 1.0666…·2^-15; 1.0666…·2^15 = 34952.53
  t.deepEqual(learningRates(mean, 2 ** -7)[2], {
    kind: 'factor',
    mantissaRaw: 34953,
    fractionBits: 30,
  });
});
