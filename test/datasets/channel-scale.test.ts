import test from 'ava';

import { channelStatistics, scaleByChannel } from '../../src/datasets/scaling/channel-scale.js';
import type { InputShape } from '../../src/datasets/dataset.js';
import { loadDataset } from '../../src/datasets/load-dataset.js';
import { InputError } from '../../src/units/input-error.js';
import { realDataFolder } from '../real-data.js';
import { floatBytes, npyFile, temporaryFolder, writeFiles } from './file-writers.js';

const twoChannels: InputShape = [2, 1, 2];

test('mean and deviation of each channel are those over samples, rows and columns, in real values', (t) => {
  // Channel 1: 1, 3, 5, 7: mean 4, squares 9 + 1 + 1 + 9, deviation √5. Channel 2: 10, 10, 20, 20: mean 15, deviation 5.
  const features = Uint8Array.of(1, 3, 10, 10, 5, 7, 20, 20);
  const data = { features, featureScale: 1 / 2, inputShape: twoChannels };
  const statistics = channelStatistics(data);
  t.deepEqual(statistics, [
    { mean: 2, deviation: Math.sqrt(5) / 2 },
    { mean: 7.5, deviation: 2.5 },
  ]);
  const root = Math.sqrt(5);
  t.deepEqual(
    scaleByChannel(data, statistics),
    Float32Array.of(-3 / root, -1 / root, -1, -1, 1 / root, 3 / root, 1, 1),
  );
});

test('a constant channel becomes 0, whatever its value, and so do other values of it in the test part', (t) => {
  for (const value of [0.1, -3e-7, 1e6]) {
    const data = {
      features: new Float32Array(30).fill(value),
      featureScale: 1,
      inputShape: [1, 1, 3] as const,
    };
    const statistics = channelStatistics(data);
    t.is(statistics[0]?.deviation, 0);
    t.deepEqual(scaleByChannel(data, statistics), new Float32Array(30));
    const other = { ...data, features: Float32Array.of(1, 2, 3) };
    t.deepEqual(scaleByChannel(other, statistics), new Float32Array(3));
  }
});

test('normalise: channel takes mean and deviation of the training samples in use, for both parts', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    'train-x.npy': npyFile('<f4', [3, 2, 1, 1], floatBytes([1, -8, 3, -4, 100, 100], 4)),
    'train-y.npy': npyFile('|u1', [3], Uint8Array.of(0, 1, 1)),
    'test-x.npy': npyFile('<f4', [1, 2, 1, 1], floatBytes([6, -6], 4)),
    'test-y.npy': npyFile('|u1', [1], Uint8Array.of(1)),
  });
  const spec = { path: folder, format: 'npy', trainSamples: 2 } as const;
  const { train, test: held } = await loadDataset({ ...spec, normalise: 'channel' });
  // The third sample is not in use: channel 1 is 1, 3 (mean 2, deviation 1), channel 2 is -8, -4 (mean -6, deviation 2).
  t.deepEqual(train.channels, [
    { mean: 2, deviation: 1 },
    { mean: -6, deviation: 2 },
  ]);
  t.deepEqual(train.features, Float32Array.of(-1, -1, 1, 1));
  t.deepEqual(held.features, Float32Array.of(4, 0));
  t.deepEqual([train.normalise, train.featureScale, held.featureScale], ['channel', 1, 1]);
  t.deepEqual([train.sampleCount, train.setSampleCount, held.setSampleCount], [2, 3, 1]);
  const plain = await loadDataset({ ...spec, normalise: 'none' });
  t.deepEqual(plain, await loadDataset(spec));
  t.is(plain.train.channels, null);
  await t.throwsAsync(loadDataset({ ...spec, normalise: 'channel', scale: 2 }), {
    instanceOf: InputError,
    message:
      /dataset\.normalise: dataset\.scale says what the values mean too; keep one of the two/,
  });
});

test('CIFAR-10 has the means and deviations that both originals use, by channel (data README)', async (t) => {
  const dataFolder = realDataFolder(t, 'cifar-10');
  if (dataFolder === null) return;
  const { train } = await loadDataset({ name: 'cifar-10', testSamples: 1 }, dataFolder);
  const statistics = channelStatistics(train);
  // 125.3 123.0 113.9 and 63.0 62.1 66.7 are those of all five batches; two of five come within 0.6 grey levels.
  const published = [
    [125.3, 63],
    [123, 62.1],
    [113.9, 66.7],
  ] as const;
  for (const [channel, [mean, deviation]] of published.entries()) {
    const ours = statistics[channel];
    t.true(Math.abs(255 * (ours?.mean ?? NaN) - mean) < 0.6);
    t.true(Math.abs(255 * (ours?.deviation ?? NaN) - deviation) < 0.6);
  }
});
