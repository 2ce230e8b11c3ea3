import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import test, { type ExecutionContext } from 'ava';

import type { Dataset } from '../../src/datasets/dataset.js';
import { loadDataset } from '../../src/datasets/load-dataset.js';
import { packageRoot } from '../../src/package-root.js';
import { InputError } from '../../src/units/input-error.js';
import {
  cifarFile,
  floatBytes,
  idxFile,
  npyFile,
  temporaryFolder,
  writeFiles,
} from './file-writers.js';

/** Where no set may be looked for. */
const nowhere = '/nonexistent';

function countsOf({ labels, classCount }: Dataset): readonly number[] {
  return Array.from(
    { length: classCount },
    (_, wanted) => labels.filter((label) => label === wanted).length,
  );
}

/** A small idx folder: 3 training and 2 test images of 1 x 2, labels 0…3. */
async function idxFolder(
  t: ExecutionContext,
  changed: Readonly<Record<string, Uint8Array>> = {},
): Promise<string> {
  const folder = join(await temporaryFolder(t), 'shapes');
  await mkdir(folder);
  await writeFiles(folder, {
    'train-images-idx3-ubyte': idxFile([3, 1, 2], [1, 2, 3, 4, 5, 6]),
    'train-labels-idx1-ubyte.gz': gzipSync(idxFile([3], [0, 2, 1])),
    't10k-images-idx3-ubyte': idxFile([2, 1, 2], [7, 8, 9, 10]),
    't10k-labels-idx1-ubyte': idxFile([2], [3, 0]),
    ...changed,
  });
  return folder;
}

/** A small npy folder: 2 training samples and 1 test sample of 2 values. */
async function npyFolder(
  t: ExecutionContext,
  changed: Readonly<Record<string, Uint8Array>> = {},
): Promise<string> {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    'train-x.npy': npyFile('<f4', [2, 2], floatBytes([1, 2, -3, 0.5], 4)),
    'train-y.npy': npyFile('|u1', [2], Uint8Array.of(0, 1)),
    'test-x.npy': npyFile('<f8', [1, 2], floatBytes([4, 5], 8)),
    'test-y.npy': npyFile('|u1', [1], Uint8Array.of(1)),
    ...changed,
  });
  return folder;
}

test('the packaged digits need no data folder; 1498 train, 299 test, scale 1/16 (contracts, digits)', async (t) => {
  const { train, test: held } = await loadDataset({ name: 'digits' }, nowhere);
  t.is(train.sampleCount, 1498);
  t.is(held.sampleCount, 299);
  t.deepEqual(train.inputShape, [1, 8, 8]);
  t.is(train.inputCount, 64);
  t.is(train.classCount, 10);
  t.is(train.featureScale, 1 / 16);
  // First image of the set, and its label, as scikit-learn's documentation prints them.
  t.deepEqual([...train.features.subarray(0, 8)], [0, 0, 5, 13, 9, 1, 0, 0]);
  t.deepEqual([...train.labels.subarray(0, 6)], [0, 1, 2, 3, 4, 6]);
  t.deepEqual([...held.labels.subarray(0, 2)], [5, 1]);
  t.is(Math.max(...train.features), 16);
  // Counts of the whole set: data README.
  const whole = countsOf(train).map((count, label) => count + (countsOf(held)[label] ?? 0));
  t.deepEqual(whole, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  t.deepEqual(
    train.sourceFiles.map((file) => file.fileName),
    ['digits-x.npy', 'digits-y.npy'],
  );
  t.is(
    train.sourceFiles[0]?.sha256,
    '06622382efae4888481a982e2eb3ac77ac3e5b64ef0da69168b7943041fbebe0',
  );
});

test('limits take the first samples of each part (contracts, trainSamples)', async (t) => {
  const all = await loadDataset({ name: 'digits' }, nowhere);
  const few = await loadDataset({ name: 'digits', trainSamples: 3, testSamples: 1 }, nowhere);
  t.is(few.train.sampleCount, 3);
  t.is(few.test.sampleCount, 1);
  t.deepEqual(few.train.features, all.train.features.slice(0, 192));
  t.deepEqual(few.train.labels, all.train.labels.slice(0, 3));
  t.deepEqual(few.test.features, all.test.features.slice(0, 64));
});

test('more samples than there are, none or a part of one is refused, as is an unknown name', async (t) => {
  const load = (limits: object): Promise<unknown> =>
    loadDataset({ name: 'digits', ...limits }, nowhere);
  await t.notThrowsAsync(load({ trainSamples: 1498 }));
  for (const trainSamples of [1499, 0, -1, 1.5, NaN]) {
    await t.throwsAsync(load({ trainSamples }), {
      instanceOf: InputError,
      message: `dataset.trainSamples = ${trainSamples}: digits has 1498 training samples; allowed are whole numbers from 1 to 1498, or leave the key out for all`,
    });
  }
  await t.throwsAsync(load({ testSamples: 300 }), { message: /digits has 299 test samples/ });
  await t.throwsAsync(loadDataset({ name: 'letters' }, nowhere), { message: /known are digits/ });
});

test('a known set that is absent is named with its file and what to do', async (t) => {
  const folder = await temporaryFolder(t);
  await t.throwsAsync(loadDataset({ name: 'mnist' }, folder), {
    instanceOf: InputError,
    message: `${join(folder, 'mnist', 'train-images-idx3-ubyte')}: there is no such file, nor train-images-idx3-ubyte.gz; put it there, or name another data folder with --data or SPIKELEDGER_DATA`,
  });
});

test('a known set of other bytes is refused by its checksum', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'sklearn-small'));
  await mkdir(join(folder, 'mnist'));
  await writeFiles(join(folder, 'mnist'), {
    'train-images-idx3-ubyte': idxFile([1, 28, 28], new Uint8Array(784)),
  });
  await t.throwsAsync(loadDataset({ name: 'mnist' }, folder), {
    instanceOf: InputError,
    message:
      /train-images-idx3-ubyte: the SHA-256 is [0-9a-f]{64}; that of the known file is 440fcabf[0-9a-f]{56} packed, ba891046[0-9a-f]{56} unpacked; get the file again/,
  });
  await copyFile(
    join(packageRoot, 'src/datasets/digits/digits-x.npy'),
    join(folder, 'sklearn-small/iris-x.npy'),
  );
  await t.throwsAsync(loadDataset({ name: 'iris' }, folder), {
    message: /SHA-256 is 06622382\w{56}; that of the known file is 9d225ff4\w{56} unpacked;/,
  });
});

test('an idx folder is read with as many classes as its labels show, bytes scaled by 1/255', async (t) => {
  const { train, test: held } = await loadDataset(
    { path: await idxFolder(t), format: 'idx' },
    nowhere,
  );
  t.is(train.name, 'shapes');
  t.is(train.classCount, 4);
  t.is(train.featureScale, 1 / 255);
  t.deepEqual(train.inputShape, [1, 1, 2]);
  t.deepEqual(train.features, Uint8Array.of(1, 2, 3, 4, 5, 6));
  t.deepEqual(train.labels, Uint8Array.of(0, 2, 1));
  t.deepEqual(held.features, Uint8Array.of(7, 8, 9, 10));
  t.deepEqual(
    train.sourceFiles.map((file) => file.fileName),
    ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte.gz'],
  );
});

test('a label beyond the stated classes is refused with its position and file', async (t) => {
  const folder = await idxFolder(t, {
    't10k-labels-idx1-ubyte': idxFile([2], [9, 10]),
  });
  await t.throwsAsync(loadDataset({ path: folder, format: 'idx', classCount: 10 }, nowhere), {
    instanceOf: InputError,
    message:
      /t10k-labels-idx1-ubyte: label of sample 1 is 10; allowed are 0 to 9; correct that label/,
  });
});

test('a number of classes outside 2…256 is refused, and labels that are all 0', async (t) => {
  const zero = { 'train-labels-idx1-ubyte.gz': idxFile([3], [0, 0, 0]) };
  const folder = await idxFolder(t, { ...zero, 't10k-labels-idx1-ubyte': idxFile([2], [0, 0]) });
  for (const classCount of [1, 257, 2.5]) {
    await t.throwsAsync(loadDataset({ path: folder, format: 'idx', classCount }, nowhere), {
      instanceOf: InputError,
      message: `dataset.classCount = ${classCount}: allowed are whole numbers from 2 to 256, because labels are bytes`,
    });
  }
  await t.throwsAsync(loadDataset({ path: folder, format: 'idx' }, nowhere), {
    instanceOf: InputError,
    message: /every label is 0; there must be at least 2 classes/,
  });
  const { train } = await loadDataset({ path: folder, format: 'idx', classCount: 256 }, nowhere);
  t.is(train.classCount, 256);
});

test('more or fewer labels than images are refused with both files', async (t) => {
  const folder = await idxFolder(t, { 'train-labels-idx1-ubyte.gz': idxFile([2], [0, 1]) });
  await t.throwsAsync(loadDataset({ path: folder, format: 'idx' }, nowhere), {
    instanceOf: InputError,
    message:
      /train-images-idx3-ubyte: the file holds 3 samples, \S+train-labels-idx1-ubyte\.gz holds 2 labels/,
  });
});

test('limits hold for a folder too', async (t) => {
  const path = await idxFolder(t);
  const { train, test: held } = await loadDataset(
    { path, format: 'idx', trainSamples: 2, testSamples: 1 },
    nowhere,
  );
  t.deepEqual(train.features, Uint8Array.of(1, 2, 3, 4));
  t.deepEqual(held.labels, Uint8Array.of(3));
  await t.throwsAsync(loadDataset({ path, format: 'idx', trainSamples: 4 }, nowhere), {
    message: /shapes has 3 training samples/,
  });
});

test('parts of unlike shape are refused', async (t) => {
  const folder = await idxFolder(t, {
    't10k-images-idx3-ubyte': idxFile([2, 2, 1], [7, 8, 9, 10]),
  });
  await t.throwsAsync(loadDataset({ path: folder, format: 'idx' }, nowhere), {
    instanceOf: InputError,
    message: /training samples have shape 1 x 1 x 2, test samples 1 x 2 x 1/,
  });
});

test('an npy folder is read, floats as they are', async (t) => {
  const { train, test: held } = await loadDataset(
    { path: await npyFolder(t), format: 'npy' },
    nowhere,
  );
  t.is(train.featureScale, 1);
  t.is(train.classCount, 2);
  t.deepEqual(train.features, Float32Array.of(1, 2, -3, 0.5));
  t.deepEqual(held.features, Float32Array.of(4, 5));
});

test('an npy folder with bytes in one part and floats in the other is refused', async (t) => {
  const folder = await npyFolder(t, {
    'test-x.npy': npyFile('|u1', [1, 2], Uint8Array.of(4, 5)),
  });
  await t.throwsAsync(loadDataset({ path: folder, format: 'npy' }, nowhere), {
    instanceOf: InputError,
    message:
      /one part has features of bytes, which stand for value .* dataset\.scale: 1\/255, or 1$/,
  });
});

test('NaN in an npy folder is refused with its file and position', async (t) => {
  const folder = await npyFolder(t, {
    'train-x.npy': npyFile('<f4', [2, 2], floatBytes([1, 2, 3, NaN], 4)),
  });
  await t.throwsAsync(loadDataset({ path: folder, format: 'npy' }, nowhere), {
    instanceOf: InputError,
    message: /train-x\.npy: sample 1, value 1 is NaN/,
  });
});

test('CIFAR batches are joined by number; a gap is a missing file, not fewer samples', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    'data_batch_1.bin': cifarFile([1, 2]),
    'data_batch_2.bin.gz': gzipSync(cifarFile([3])),
    'data_batch_3.bin': cifarFile([9]),
    'test_batch.bin': cifarFile([0]),
  });
  const { train, test: held } = await loadDataset({ path: folder, format: 'cifar' }, nowhere);
  t.deepEqual(train.labels, Uint8Array.of(1, 2, 3, 9));
  t.is(train.classCount, 10);
  t.deepEqual(train.inputShape, [3, 32, 32]);
  t.is(train.features.length, 4 * 3072);
  t.deepEqual([train.features[3072], train.features[2 * 3072 + 5]], [1, 5]);
  t.is(held.sampleCount, 1);
  await rm(join(folder, 'data_batch_2.bin.gz'));
  await t.throwsAsync(loadDataset({ path: folder, format: 'cifar' }, nowhere), {
    instanceOf: InputError,
    message: /data_batch_2\.bin: there is no such file.*correct dataset\.path \(format cifar\)/,
  });
});

test('a CIFAR label of 10 is refused, and a folder without batches', async (t) => {
  const folder = await temporaryFolder(t);
  await t.throwsAsync(loadDataset({ path: folder, format: 'cifar' }, nowhere), {
    message: /data_batch_1\.bin: there is no such file/,
  });
  await writeFiles(folder, {
    'data_batch_1.bin': cifarFile([1, 10]),
    'test_batch.bin': cifarFile([0]),
  });
  await t.throwsAsync(loadDataset({ path: folder, format: 'cifar' }, nowhere), {
    instanceOf: InputError,
    message: /data_batch_1\.bin: label of sample 1 is 10; allowed are 0 to 9/,
  });
});
