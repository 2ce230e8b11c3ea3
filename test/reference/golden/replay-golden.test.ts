import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { GoldenCaseError } from '../../../src/reference/golden/golden-array.js';
import { readGoldenCase } from '../../../src/reference/golden/golden-case.js';
import { backendsHere } from '../backends.js';
import { goldenFolder, publishedCases } from './golden-folders.js';
import { goldenTolerance, replayGolden } from '../../../src/reference/golden/replay-golden.js';

/* Witness: runs of the published code (ChFrenkel/DirectRandomTargetProjection @ b84e3fe, fluegelk/DEFP @ 42facba), PyTorch 1.13, float32. */

/** On a software GPU a case takes seconds: one of FC and one of CONV there. */
const casesOnWebgpu = ['batch1-drtp', 'conv-drtp-sgd'];

for (const backend of await backendsHere(['tensorflow', 'webgpu', 'wasm', 'cpu'])) {
  for (const name of backend === 'webgpu' ? casesOnWebgpu : publishedCases) {
    test.serial(`the reference repeats the published run ${name} on ${backend}`, async (t) => {
      const report = await replayGolden(readGoldenCase(path.join(goldenFolder, name), backend));
      t.is(report.backend, backend);
      t.true(report.passes);
      for (const { deviation, largestChange, isWithin } of report.tensors) {
        t.true(isWithin && deviation <= 1e-4 && deviation <= 1e-3 * largestChange);
      }
      const isDelayed = name.includes('defp');
      t.is(report.tensors.length, 6);
      t.deepEqual(
        report.series.map((series) => series.name),
        ['losses', 'outputs', ...(isDelayed ? (['delayed'] as const) : [])],
      );
      t.true(report.series.every(({ deviation }) => deviation <= goldenTolerance.loss));
    });
  }
}

test('all sixteen published runs are here, one for each rule and optimizer (golden README)', (t) => {
  t.is(publishedCases.length, 16);
});

/** Copies a case, changes it, and replays the copy. */
async function replayChanged(
  t: ExecutionContext,
  name: string,
  change: (folder: string) => Promise<void>,
): Promise<() => Promise<unknown>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-golden-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await cp(path.join(goldenFolder, name), folder, { recursive: true });
  await change(folder);
  return async () => replayGolden(readGoldenCase(folder, 'cpu'));
}

/** Replaces text in a file's bytes by text of the same length, or in case.json by any. */
async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'latin1');
  await writeFile(file, text.replace(from, to), 'latin1');
}

const faults: readonly (readonly [string, string, (folder: string) => Promise<void>, RegExp])[] = [
  [
    'without an array',
    'drtp-sgd',
    (folder) => rm(path.join(folder, 'initial.layer1.feedback.npy')),
    /initial\.layer1\.feedback\.npy: the file is missing/,
  ],
  [
    'with an array of another shape',
    'drtp-sgd',
    (folder) => edit(path.join(folder, 'losses.npy'), '(12,)', '(13,)'),
    /losses\.npy: the array has shape \(13\); case\.json asks for \(12\)/,
  ],
  [
    'with an array of another type',
    'drtp-sgd',
    (folder) => edit(path.join(folder, 'labels.npy'), '|u1', '|i1'),
    /labels\.npy: the array has type \|i1; it must be \|u1, row-major/,
  ],
  [
    'with an array that is cut off',
    'defp-error-sgd',
    async (folder) => {
      const file = path.join(folder, 'delayed.npy');
      await writeFile(file, (await readFile(file)).subarray(0, -1));
    },
    /delayed\.npy: 1279 bytes follow the header; shape \(32, 10\) asks for 1280/,
  ],
  [
    'with a file that is no array',
    'fa-sgd',
    (folder) => writeFile(path.join(folder, 'outputs.npy'), 'hello'),
    /outputs\.npy: this is no npy file of version 1\.0/,
  ],
  [
    'with kernels where case.json has neurons',
    'conv-drtp-sgd',
    (folder) => edit(path.join(folder, 'case.json'), 'CONV_4_3_1_1_FC_16', 'FC_4_FC_16'),
    /initial\.layer0\.weight\.npy: the array has shape \(4, 1, 3, 3\); case\.json asks for \(4, 64\)/,
  ],
  [
    'whose kernel is larger than its input',
    'conv-drtp-sgd',
    (folder) => edit(path.join(folder, 'case.json'), 'CONV_4_3_1_1', 'CONV_4_9_1_0'),
    /case\.json: topology: layer 1: a kernel of 9×9 is larger than its input of 8×8 with padding 0/,
  ],
  [
    'without case.json',
    'drtp-sgd',
    (folder) => rm(path.join(folder, 'case.json')),
    /case\.json: the file is missing or is not JSON/,
  ],
  [
    'with an optimizer of another name',
    'drtp-sgd',
    (folder) => edit(path.join(folder, 'case.json'), 'SGD0', 'SGD1'),
    /case\.json: optimizer: "SGD1" is unknown; allowed are SGD0, SGD, NAG, RMSprop, Adam/,
  ],
];

for (const [fault, name, change, message] of faults) {
  test.serial(`a golden folder ${fault} is refused by name`, async (t) => {
    const replay = await replayChanged(t, name, change);
    await t.throwsAsync(replay, { instanceOf: GoldenCaseError, message });
  });
}

test.serial('a run that was not repeated fails, and the report says where', async (t) => {
  const replay = await replayChanged(t, 'drtp-sgd', (folder) =>
    edit(path.join(folder, 'case.json'), '"lr": 0.05', '"lr": 0.0501'),
  );
  const report = (await replay()) as Awaited<ReturnType<typeof replayGolden>>;
  t.false(report.passes);
  // Rates differ by 1/500, twice the tolerance of 1/1000 of the change.
  t.true(report.tensors.every(({ isWithin }) => !isWithin));
});
