import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { sampleOrder } from '../../src/time/seeded-order.js';
import { drawParameters } from '../../src/network/parameters.js';
import { buildTopology, parseTopologyString } from '../../src/network/topology.js';
import { packageRoot } from '../../src/package-root.js';
import { plainTraining } from '../../src/reference/reference-job.js';
import type { ReferenceSamples } from '../../src/reference/samples.js';
import { trainReference } from '../../src/reference/train-reference.js';
import { readBytes } from './npy.js';

const pixelCount = 64;

/** The packaged 8×8 digits, or those of the data folder. */
function digitsFolder(): string {
  const packaged = join(packageRoot, 'src', 'datasets', 'digits');
  if (existsSync(packaged)) return packaged;
  const dataFolder = process.env['SPIKELEDGER_DATA'] ?? join(packageRoot, '..', 'shared', 'data');
  return join(dataFolder, 'sklearn-small');
}

/** Sample i is test if i mod 6 = 5, else training (contracts, experiment file). */
function readDigits(isTest: boolean): ReferenceSamples {
  const pixels = readBytes(join(digitsFolder(), 'digits-x.npy'));
  const labels = readBytes(join(digitsFolder(), 'digits-y.npy'));
  const belongs = (sample: number): boolean => (sample % 6 === 5) === isTest;
  const chosen = labels.filter((_, sample) => belongs(sample));
  return {
    sampleCount: chosen.length,
    features: pixels.filter((_, index) => belongs(Math.floor(index / pixelCount))),
    featureScale: 1 / 16,
    labels: chosen,
  };
}

test('DRTP learns the digits to below 8 per cent test error in 5 epochs', async (t) => {
  const train = readDigits(false);
  const topology = buildTopology(parseTopologyString('FC_100_FC_10'), pixelCount, 10, {
    hidden: 'tanh',
    output: 'sigmoid',
  });
  const { epochs } = await trainReference({
    ...plainTraining,
    topology,
    initial: drawParameters(topology, 1),
    rule: { name: 'drtp' },
    loss: 'bce',
    lossReduction: 'sum',
    learningRate: 2 ** -5,
    epochs: 5,
    batch: 1,
    orders: (epoch) => sampleOrder(train.sampleCount, 1, epoch, true),
    train,
    test: readDigits(true),
    backend: 'wasm',
  });
  const last = epochs.at(-1);
  t.log(epochs);
  // Chance is 90 %. Seeds 1 and 2 give 5 to 6 %, one of the 299 test samples is 0.33 %.
  t.true((last?.testErrorPercent ?? 100) < 8);
  t.true((last?.trainErrorPercent ?? 100) < (epochs[0]?.trainErrorPercent ?? 0));
});
