import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import test from 'ava';

import { checkDataset } from '../../src/datasets/catalogue.js';
import { loadDataset } from '../../src/datasets/load-dataset.js';
import { realDataFolder } from '../real-data.js';
import { temporaryFolder } from './file-writers.js';

// Expected counts and first values: README of the data folder, and a Python reading of the same files.

test('MNIST is read with the canonical checksums, counts and first labels', async (t) => {
  const dataFolder = realDataFolder(t, 'mnist');
  if (dataFolder === null) return;
  const { train, test: held } = await loadDataset({ name: 'mnist' }, dataFolder);
  t.is(train.sampleCount, 60000);
  t.is(held.sampleCount, 10000);
  t.is(train.inputCount, 784);
  t.is(train.featureScale, 1 / 255);
  t.deepEqual([...train.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
  t.deepEqual([...held.labels.subarray(0, 5)], [7, 2, 1, 0, 4]);
  // Mean pixel of the training images as widely published: 0.1307.
  let sum = 0;
  for (const raw of train.features) sum += raw * train.featureScale;
  t.is((sum / train.features.length).toFixed(4), '0.1307');
});

test('MNIST passes its check with the counts of the README', async (t) => {
  const dataFolder = realDataFolder(t, 'mnist');
  if (dataFolder === null) return;
  const check = await checkDataset('mnist', dataFolder);
  t.true(check.isWhole, check.files.flatMap((file) => file.problems).join('\n'));
  const countsByFile = new Map(check.files.map((file) => [file.fileName, file.labelCounts]));
  t.deepEqual(
    countsByFile.get('train-labels-idx1-ubyte'),
    [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
  );
  t.deepEqual(
    countsByFile.get('t10k-labels-idx1-ubyte'),
    [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
  );
  t.deepEqual(
    check.files.map((file) => file.sampleCount),
    [60000, 60000, 10000, 10000],
  );
});

test('MNIST unpacked is the same set, verified by its content', async (t) => {
  const dataFolder = realDataFolder(t, 'mnist');
  if (dataFolder === null) return;
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'mnist'));
  for (const name of [
    'train-images-idx3-ubyte',
    'train-labels-idx1-ubyte',
    't10k-images-idx3-ubyte',
    't10k-labels-idx1-ubyte',
  ]) {
    await pipeline(
      createReadStream(join(dataFolder, 'mnist', `${name}.gz`)),
      createGunzip(),
      createWriteStream(join(folder, 'mnist', name)),
    );
  }
  const limits = { name: 'mnist', trainSamples: 50, testSamples: 20 };
  const plain = await loadDataset(limits, folder);
  const packed = await loadDataset(limits, dataFolder);
  for (const part of ['train', 'test'] as const) {
    t.deepEqual(plain[part].features, packed[part].features);
    t.deepEqual(plain[part].labels, packed[part].labels);
  }
});

test('CIFAR-10 is read with its two training batches, and its note counts the lossy records', async (t) => {
  const dataFolder = realDataFolder(t, 'cifar-10');
  if (dataFolder === null) return;
  const { train, test: held } = await loadDataset({ name: 'cifar-10' }, dataFolder);
  t.deepEqual([train.sampleCount, train.setSampleCount], [20000, 50000]);
  t.deepEqual([held.sampleCount, held.setSampleCount], [10000, 10000]);
  t.deepEqual(train.inputShape, [3, 32, 32]);
  t.deepEqual([train.labels[0], train.labels[10000], held.labels[0]], [6, 1, 3]);
  const channelStarts = [0, 1024, 2048];
  t.deepEqual(
    channelStarts.map((start) => train.features[start]),
    [59, 62, 63],
  );
  t.deepEqual(
    channelStarts.map((start) => train.features[10000 * 3072 + start]),
    [35, 25, 26],
  );
  t.is(held.features.at(-1), 26);
  const lossy = await readFile(join(dataFolder, 'cifar-10', 'lossy-records.csv'), 'utf8');
  const countOf = (batch: string): number =>
    lossy.split('\n').filter((line) => line.startsWith(`${batch},`)).length;
  const trainLossy = countOf('data_batch_1') + countOf('data_batch_2');
  t.true(
    train.note?.startsWith(
      `CIFAR-10 with ${trainLossy + countOf('test_batch')} JPEG-decoded records (${trainLossy} of the 20000 training samples, ${countOf('test_batch')} of the 10000 test samples)`,
    ),
  );
});

test('CIFAR-10 passes its check, 1000 test records a class', async (t) => {
  const dataFolder = realDataFolder(t, 'cifar-10');
  if (dataFolder === null) return;
  const check = await checkDataset('cifar-10', dataFolder);
  t.true(check.isWhole, check.files.flatMap((file) => file.problems).join('\n'));
  t.deepEqual(
    check.files.map((file) => file.labelCounts),
    [
      [1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981],
      [984, 1007, 1010, 995, 1010, 988, 1008, 1026, 987, 985],
      [1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000],
    ],
  );
});

test('synth-frenkel is read as floats with the counts of the README', async (t) => {
  const dataFolder = realDataFolder(t, 'synth-frenkel');
  if (dataFolder === null) return;
  const { train, test: held } = await loadDataset({ name: 'synth-frenkel' }, dataFolder);
  t.deepEqual([train.sampleCount, held.sampleCount, train.inputCount], [25000, 5000, 256]);
  t.is(train.featureScale, 1);
  t.deepEqual([held.features[0], held.features.at(-1)], [8.513269424438477, 1.1450226306915283]);
  const counts = Array.from({ length: 10 }, () => 0);
  for (const label of held.labels) counts[label] = (counts[label] ?? 0) + 1;
  t.deepEqual(counts, [479, 522, 524, 521, 474, 501, 470, 510, 510, 489]);
});

test('the N-MNIST subset is read with the labels of MNIST and the events of a Python reading', async (t) => {
  const dataFolder = realDataFolder(t, 'nmnist-small');
  if (dataFolder === null) return;
  const { train, test: held } = await loadDataset({ name: 'nmnist-small' }, dataFolder);
  t.deepEqual([train.sampleCount, held.sampleCount, train.inputCount], [1000, 100, 2312]);
  t.deepEqual([...train.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
  t.deepEqual([...held.labels.subarray(0, 5)], [7, 2, 1, 0, 4]);
  t.is(train.events?.timesUs.length, 4133231);
  t.is(held.events?.timesUs.length, 385596);
  // First sample: 4681 events on 882 inputs, at most 15 each, the last at 305,924 µs.
  const first = train.features.subarray(0, 2312);
  t.is(first.filter((count) => count > 0).length, 882);
  t.is(Math.max(...first), 15);
  t.deepEqual(
    [63, 221, 222, 223, 224].map((input) => first[input]),
    [1, 1, 2, 2, 2],
  );
  t.is(train.events?.offsets[1], 4681);
  t.is(train.events?.timesUs[4680], 305924);
  t.deepEqual([...(train.events?.timesUs.subarray(0, 3) ?? [])], [893, 1060, 2443]);
  t.deepEqual([...(train.events?.polarities.subarray(0, 3) ?? [])], [1, 1, 0]);
  t.is(train.features.filter((count) => count > 0).length, 802132);
  t.true((await checkDataset('nmnist-small', dataFolder)).isWhole);
});

test('the cue data of ReckOn are read with the labels of the README and the first spikes of the file', async (t) => {
  const dataFolder = realDataFolder(t, 'reckon-cue');
  if (dataFolder === null) return;
  const { train, test: held } = await loadDataset({ name: 'reckon-cue' }, dataFolder);
  t.deepEqual([train.sampleCount, held.sampleCount, train.inputCount], [50, 50, 40]);
  const onesOf = (labels: Uint8Array): number => labels.filter((label) => label === 1).length;
  t.deepEqual([onesOf(train.labels), onesOf(held.labels)], [28, 21]);
  t.deepEqual([...(train.events?.timesUs.subarray(0, 4) ?? [])], [8000, 10000, 12000, 23000]);
  t.deepEqual([...(train.events?.addresses.subarray(0, 4) ?? [])], [30, 34, 34, 36]);
  // 28,254 lines, of which one says how many samples there are and two a sample are marks.
  t.is(train.events?.timesUs.length, 28254 - 1 - 2 * 50);
  t.true((await checkDataset('reckon-cue', dataFolder)).isWhole);
});

for (const [name, trainCount, testCount, firstRow, testRange] of [
  ['iris', 125, 25, [0.23529411, 0.625, 0.06779661, 0.04166667], [0.0338983, 1.0588235]],
  ['wine', 149, 29, [0.8421053, 0.1670061, 0.4771242, 0.2340426], [-0.2222222, 1.1506849]],
  ['breast_cancer', 475, 94, [0.5034591, 0.0278008, 0.5326505, 0.354366], [-0.0422698, 1.2575269]],
] as const) {
  test(`${name} is split every sixth sample and scaled by the training range`, async (t) => {
    const dataFolder = realDataFolder(t, 'sklearn-small');
    if (dataFolder === null) return;
    const { train, test: held } = await loadDataset({ name }, dataFolder);
    t.deepEqual([train.sampleCount, held.sampleCount], [trainCount, testCount]);
    // float64 by Python; here features pass through float32 twice, so a few units of 2^−24.
    const isNear = (actual: number | undefined, expected: number): boolean =>
      actual !== undefined && Math.abs(actual - expected) < 1e-6;
    firstRow.forEach((expected, input) => {
      t.true(isNear(train.features[input], expected), `${train.features[input]} ${expected}`);
    });
    const rangeOf = (values: Iterable<number>): readonly [number, number] => [
      Math.min(...values),
      Math.max(...values),
    ];
    t.deepEqual(rangeOf(train.features), [0, 1]);
    const [low, high] = rangeOf(held.features);
    t.true(isNear(low, testRange[0]) && isNear(high, testRange[1]), `${low} ${high}`);
    t.true((await checkDataset(name, dataFolder)).isWhole);
  });
}
