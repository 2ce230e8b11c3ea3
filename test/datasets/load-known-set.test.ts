import { mkdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { findKnownSet, type KnownSet } from '../../src/datasets/known-sets.js';
import { loadKnownSet } from '../../src/datasets/load-known-set.js';
import { InputError } from '../../src/units/input-error.js';
import { cifarFile, temporaryFolder, writeFiles } from './file-writers.js';

// CIFAR-10 as its authors publish it has five training batches; the set is taken as far as the folder has it.

/** Labels of five training batches of two records each, and of the test batch. */
const labels = [
  [0, 1],
  [2, 3],
  [4, 5],
  [6, 7],
  [8, 9],
] as const;
const testLabels = [5, 5, 0];

function blobOf(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** The known set with made batches in place of the published ones: two records each, the originals known by git blob. */
const madeSet: KnownSet = {
  ...findKnownSet('cifar-10'),
  trainSampleCount: 10,
  testSampleCount: 3,
  checksums: Object.fromEntries(
    [
      ...labels.map((own, index) => [`data_batch_${index + 1}.bin`, own] as const),
      ['test_batch.bin', testLabels] as const,
    ].map(([name, own]) => [
      name,
      { packed: null, content: null, originalBlob: blobOf(cifarFile(own)) },
    ]),
  ),
};

/** A data folder with these training batches, counted from 1, and the test batch. */
async function folderWith(t: ExecutionContext, batches: readonly number[]): Promise<string> {
  const dataFolder = await temporaryFolder(t);
  await mkdir(join(dataFolder, 'cifar-10'));
  const files = batches.map(
    (batch) => [`data_batch_${batch}.bin`, cifarFile(labels[batch - 1] ?? [])] as const,
  );
  await writeFiles(join(dataFolder, 'cifar-10'), {
    ...Object.fromEntries(files),
    'test_batch.bin': cifarFile(testLabels),
  });
  return dataFolder;
}

test('all five batches are used where the folder has them, in order, and nothing is left to say', async (t) => {
  const { train, test: held } = await loadKnownSet(
    madeSet,
    {},
    await folderWith(t, [1, 2, 3, 4, 5]),
  );
  t.deepEqual([...train.labels], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  t.deepEqual([train.sampleCount, train.setSampleCount], [10, 10]);
  t.deepEqual([held.sampleCount, held.setSampleCount], [3, 3]);
  t.is(train.sourceFiles.length, 5);
  t.is(train.note, null);
});

test('fewer batches are fewer samples of as many, and the note says which are left out', async (t) => {
  const two = await loadKnownSet(madeSet, {}, await folderWith(t, [1, 2]));
  t.deepEqual([...two.train.labels], [0, 1, 2, 3]);
  t.deepEqual([two.train.sampleCount, two.train.setSampleCount], [4, 10]);
  t.is(two.train.note, 'training batches 3 to 5 are left out');
  const four = await loadKnownSet(madeSet, { trainSamples: 3 }, await folderWith(t, [1, 2, 3, 4]));
  t.deepEqual([four.train.sampleCount, four.train.setSampleCount], [3, 10]);
  t.is(four.train.note, 'training batch 5 is left out');
});

test('a gap between batches, and more samples than the folder has, are refused', async (t) => {
  const gap = await folderWith(t, [1, 3]);
  await t.throwsAsync(loadKnownSet(madeSet, {}, gap), {
    instanceOf: InputError,
    message: /data_batch_2\.bin: there is no such file/,
  });
  const one = await folderWith(t, [1]);
  await t.throwsAsync(loadKnownSet(madeSet, { trainSamples: 3 }, one), {
    instanceOf: InputError,
    message:
      /dataset\.trainSamples = 3: cifar-10 has 2 training samples; allowed are whole numbers from 1 to 2/,
  });
});

test('a batch that is neither the original nor the known copy is refused with what is known of it', async (t) => {
  const folder = await folderWith(t, [1, 2, 3]);
  await writeFiles(join(folder, 'cifar-10'), { 'data_batch_3.bin': cifarFile([4, 6]) });
  await t.throwsAsync(loadKnownSet(madeSet, {}, folder), {
    instanceOf: InputError,
    message: new RegExp(
      `data_batch_3\\.bin: the SHA-256 is [0-9a-f]{64}; the git blob SHA-1 of the original is ${blobOf(cifarFile([4, 5]))}; get the file again`,
    ),
  });
});
