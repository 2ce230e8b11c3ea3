import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import test from 'ava';

import { checkDataset, datasetCatalogue, type FileCheck } from '../../src/datasets/catalogue.js';
import { InputError } from '../../src/units/input-error.js';
import { planesFile, wordFile } from './events/event-files.js';
import { cifarFile, idxFile, npyFile, temporaryFolder, writeFiles } from './file-writers.js';

function linesOf(file: FileCheck | undefined): string {
  return (file?.problems ?? []).join('\n');
}

test('the catalogue lists every set, the digits as present and the rest with its missing files', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'mnist'));
  await writeFiles(join(folder, 'mnist'), {
    'train-images-idx3-ubyte.gz': Uint8Array.of(1),
    't10k-labels-idx1-ubyte': Uint8Array.of(1),
  });
  const entries = new Map((await datasetCatalogue(folder)).map((entry) => [entry.name, entry]));
  t.deepEqual(
    [...entries.keys()],
    [
      'digits',
      'mnist',
      'cifar-10',
      'synth-frenkel',
      'iris',
      'wine',
      'breast_cancer',
      'nmnist-small',
      'reckon-cue',
    ],
  );
  t.deepEqual(entries.get('digits')?.missingFiles, []);
  t.deepEqual(entries.get('mnist')?.missingFiles, [
    'train-labels-idx1-ubyte',
    't10k-images-idx3-ubyte',
  ]);
  t.deepEqual(entries.get('iris')?.missingFiles, ['iris-x.npy', 'iris-y.npy']);
  const cifar = entries.get('cifar-10');
  const batches = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
  t.deepEqual(cifar?.missingFiles, [...batches, 'test_batch.bin']);
  t.is(cifar?.folder, join(folder, 'cifar-10'));
  t.is(cifar?.trainSampleCount, 50000);
  t.regex(cifar?.note ?? '', /68 records of which were decoded from JPEG/);
});

test('CIFAR-10 is listed with the training batches that are there; a gap is a missing file', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'cifar-10'));
  await writeFiles(join(folder, 'cifar-10'), {
    'data_batch_1.bin.gz': Uint8Array.of(1),
    'data_batch_3.bin': Uint8Array.of(1),
    'test_batch.bin': Uint8Array.of(1),
  });
  const cifar = (await datasetCatalogue(folder)).find(({ name }) => name === 'cifar-10');
  t.is(cifar?.trainSampleCount, 30000);
  t.deepEqual(cifar?.missingFiles, ['data_batch_2.bin']);
});

test('the packaged digits pass their check with the counts of the data README', async (t) => {
  const check = await checkDataset('digits', '/nonexistent');
  t.true(check.isWhole);
  t.deepEqual(
    check.files.map((file) => [file.fileName, file.storedBytes, file.sampleCount]),
    [
      ['digits-x.npy', 115136, 1797],
      ['digits-y.npy', 1925, 1797],
    ],
  );
  t.deepEqual(
    check.files.map((file) => file.labelCounts),
    [null, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]],
  );
});

test('a check of an absent set says so for each file and knows nothing else', async (t) => {
  const check = await checkDataset('mnist', await temporaryFolder(t));
  t.false(check.isWhole);
  t.is(check.files.length, 4);
  for (const { fileName, problems, ...rest } of check.files) {
    t.is(problems.length, 1);
    t.regex(problems[0] ?? '', new RegExp(`${fileName}: there is no such file.*--data`));
    t.deepEqual(rest, {
      isPresent: false,
      storedBytes: null,
      sha256: null,
      isChecksumRight: null,
      sampleCount: null,
      labelCounts: null,
    });
  }
});

test('a check names every fault of every file at once', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const folder = join(dataFolder, 'mnist');
  await mkdir(folder);
  await writeFiles(folder, {
    'train-images-idx3-ubyte.gz': gzipSync(idxFile([1, 1, 1], [0])).subarray(0, 20),
    'train-labels-idx1-ubyte': idxFile([3], [0, 9, 10]),
    't10k-images-idx3-ubyte': idxFile([2], [1, 2]),
    't10k-labels-idx1-ubyte': idxFile([2], [1, 1]),
  });
  const { files, isWhole } = await checkDataset('mnist', dataFolder);
  t.false(isWhole);
  const [cutOff, badLabel, mislabelled, other] = files;
  t.is(cutOff?.storedBytes, 20);
  t.is(cutOff?.isChecksumRight, null);
  t.regex(linesOf(cutOff), /^\S+gz: the gzip data is cut off or damaged [^\n]+$/);
  t.is(badLabel?.sampleCount, 3);
  t.is(badLabel?.labelCounts, null);
  t.regex(linesOf(badLabel), /SHA-256 is [^\n]+\n[^\n]+label of sample 2 is 10/);
  t.is(mislabelled?.isChecksumRight, false);
  t.regex(linesOf(mislabelled), /SHA-256 is [^\n]+\n[^\n]+magic number 2049 says labels/);
  t.deepEqual(other?.labelCounts, [0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
  t.is(other?.problems.length, 1);
});

test('CIFAR batches are counted by their labels', async (t) => {
  const dataFolder = await temporaryFolder(t);
  await mkdir(join(dataFolder, 'cifar-10'));
  await writeFiles(join(dataFolder, 'cifar-10'), { 'test_batch.bin': cifarFile([2, 2, 9]) });
  const batch = (await checkDataset('cifar-10', dataFolder)).files.at(-1);
  t.deepEqual(batch?.labelCounts, [0, 0, 2, 0, 0, 0, 0, 0, 0, 1]);
  t.is(batch?.isChecksumRight, false);
});

test('files of event streams are judged each by itself: records, offsets, labels, cues', async (t) => {
  const dataFolder = await temporaryFolder(t);
  await mkdir(join(dataFolder, 'nmnist-small'));
  await mkdir(join(dataFolder, 'reckon-cue'));
  await writeFiles(join(dataFolder, 'nmnist-small'), {
    'train-events.planes': new Uint8Array(12),
    'train-offsets.npy': wordFile([3], [0, 1, 2]),
    'train-y.npy': npyFile('|u1', [2], Uint8Array.of(4, 4)),
    'test-events.planes': planesFile([[1, 2, 3, 1]]),
  });
  await writeFiles(join(dataFolder, 'reckon-cue'), {
    'dataset_cueAcc_train.dat': new TextEncoder().encode('1\n3, 4\n-2, 1\n-1, 9\n'),
  });
  const [cutOff, offsets, labels, records] = (await checkDataset('nmnist-small', dataFolder)).files;
  t.regex(
    linesOf(cutOff),
    /SHA-256 is [^\n]+\n[^\n]+: record 2 is cut off: the file holds 12 bytes/,
  );
  t.is(offsets?.sampleCount, 2);
  t.deepEqual(labels?.labelCounts, [0, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
  t.is(records?.sampleCount, null);
  t.is(records?.problems.length, 1);
  const cues = (await checkDataset('reckon-cue', dataFolder)).files[0];
  t.deepEqual(cues?.labelCounts, [0, 1]);
  t.is(cues?.isChecksumRight, false);
});

test('an unknown set, or a file in the place of its folder, is wrong input', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, { mnist: Uint8Array.of(1) });
  await t.throwsAsync(checkDataset('letters', folder), { instanceOf: InputError });
  await t.throwsAsync(checkDataset('mnist', folder), {
    instanceOf: InputError,
    message: /mnist: cannot be listed \(ENOTDIR\)/,
  });
});
