import { readdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { describeLearning } from '../../../src/experiment/file/describe-learning.js';
import { describeNetwork } from '../../../src/experiment/file/describe-network.js';
import type { Experiment } from '../../../src/experiment/file/experiment-schema.js';
import { readExperiment } from '../../../src/experiment/file/read-experiment.js';
import { referenceTraining } from '../../../src/experiment/file/reference-training.js';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { allocateCores } from '../../../src/mapping/placement/allocate-cores.js';
import { delayedErrorUse } from '../../../src/mapping/placement/memory-use.js';
import { resolveNumerics } from '../../../src/mapping/resolve-numerics.js';
import type { MapShape } from '../../../src/network/convolution.js';
import { buildTopology } from '../../../src/network/topology.js';
import { packageRoot } from '../../../src/package-root.js';

const folder = path.join(packageRoot, 'examples/thesis');

/** Name and shape of a data set, batch and epochs: thesis, settings of the trainings; samples as the data set has them. */
interface DatasetSettings {
  readonly name: string;
  readonly inputShape: MapShape;
  readonly trainSamples: number;
  /** Beside the name: the thesis normalises CIFAR-10 by channel. */
  readonly normalise?: 'channel';
  readonly batch: number;
  readonly epochs: number;
}

const synth: DatasetSettings = {
  name: 'synth-frenkel',
  inputShape: [1, 1, 256],
  trainSamples: 25_000,
  batch: 50,
  epochs: 500,
};
const mnist: DatasetSettings = {
  name: 'mnist',
  inputShape: [1, 28, 28],
  trainSamples: 60_000,
  batch: 60,
  epochs: 100,
};
const cifar10: DatasetSettings = {
  name: 'cifar-10',
  inputShape: [3, 32, 32],
  trainSamples: 50_000,
  normalise: 'channel',
  batch: 100,
  epochs: 200,
};

/** Thesis, tables of topologies and learning rates: network, η of BP, η of the feed-forward-only rules. */
const tables: Readonly<
  Record<string, readonly [DatasetSettings, string, backPropagation: number, others: number]>
> = {
  'synth-fc3-500': [synth, 'FC_256_FC_500_FC_500_FC_10', 0.0005, 0.0005],
  'mnist-fc1-500': [mnist, 'FC_500_FC_10', 0.00015, 0.00015],
  'mnist-fc1-1000': [mnist, 'FC_1000_FC_10', 0.00015, 0.00015],
  'mnist-fc2-500': [mnist, 'FC_500_FC_500_FC_10', 0.0005, 0.00015],
  'mnist-fc2-1000': [mnist, 'FC_1000_FC_1000_FC_10', 0.0005, 0.00015],
  'mnist-conv': [mnist, 'CONV_32_5_1_2_FC_1000_FC_10', 0.0005, 0.00015],
  'cifar10-fc1-500': [cifar10, 'FC_500_FC_10', 0.000015, 0.00015],
  'cifar10-fc1-1000': [cifar10, 'FC_1000_FC_10', 0.000015, 0.00015],
  'cifar10-fc2-500': [cifar10, 'FC_500_FC_500_FC_10', 0.000005, 0.00005],
  'cifar10-fc2-1000': [cifar10, 'FC_1000_FC_1000_FC_10', 0.000005, 0.00005],
  'cifar10-conv': [cifar10, 'CONV_64_3_1_1_CONV_256_3_1_1_FC_1000_FC_1000_FC_10', 0.00015, 0.00005],
};

const rules = {
  bp: { rule: 'bp', variant: 'error' },
  drtp: { rule: 'drtp', variant: 'error' },
  'defp-error': { rule: 'defp', variant: 'error' },
  'defp-loss': { rule: 'defp', variant: 'loss' },
} as const;

function read(name: string): Experiment {
  return readExperiment(path.join(folder, `${name}.yaml`), []).value;
}

test('there is a file for every data set, topology and rule of the thesis, and none besides', async (t) => {
  const expected = Object.keys(tables).flatMap((topology) =>
    Object.keys(rules).map((rule) => `${topology}-${rule}.yaml`),
  );
  // Of its text and not of its tables: the three phases of feedback alignment.
  const others = ['README.md', 'three-phase-fa.yaml'];
  const files = (await readdir(folder)).filter(
    (file) => !others.includes(file) && !file.startsWith('figure-'),
  );
  t.deepEqual(files.sort(), expected.sort());
  t.is(files.length, 44);
});

for (const [topology, [dataset, network, backPropagation, others]] of Object.entries(tables)) {
  for (const [suffix, { rule, variant }] of Object.entries(rules)) {
    const name = `${topology}-${suffix}`;

    test(`${name}: the reference has the settings of the thesis, the chip learns online`, (t) => {
      const experiment = read(name);
      const { training } = experiment;
      const reference = referenceTraining(experiment);
      t.is(experiment.name, name);
      const { normalise } = dataset;
      t.deepEqual(experiment.dataset, {
        name: dataset.name,
        ...(normalise === undefined ? {} : { normalise }),
      });
      t.is(experiment.network, network);
      t.deepEqual(experiment.activation, { hidden: 'tanh', output: 'sigmoid' });
      t.like(reference, {
        rule,
        defp: { variant, init: 'targets' },
        optimizer: 'adam',
        batch: dataset.batch,
        epochs: dataset.epochs,
        learningRate: rule === 'bp' ? backPropagation : others,
        schedule: { name: 'constant' },
        loss: 'bce',
        lossReduction: 'mean',
        dropout: 0,
      });
      t.like(training, { rule, optimizer: 'sgd', batch: 1, loss: 'bce', lossReduction: 'sum' });
    });

    test(`${name} fits its chip`, (t) => {
      const experiment = read(name);
      const chip = loadChip(experiment.hardware);
      const numerics = resolveNumerics(chip, experiment.precision);
      const layers = describeNetwork(experiment.network);
      const placed = buildTopology(layers, dataset.inputShape, 10, experiment.activation);
      const learning = describeLearning(experiment, chip, numerics, dataset.trainSamples);
      t.is(allocateCores(placed, chip, numerics, learning).length, layers.length);
      t.is(
        delayedErrorUse(learning.rule, 10, numerics.formats.delayedError, chip).length,
        rule === 'defp' ? 1 : 0,
      );
    });
  }
}
