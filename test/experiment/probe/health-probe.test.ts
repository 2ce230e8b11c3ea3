import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { Interrupted } from '../../../src/experiment/run/interrupted.js';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { runExperiment } from '../../../src/experiment/run/run-experiment.js';
import type { RunSettings } from '../../../src/experiment/run/sides/run-settings.js';

const experimentText = `
name: health
dataset: { name: digits, trainSamples: 300, testSamples: 60 }
network: FC_20_FC_12_FC_10
training: { rule: drtp, epochs: 2, learningRate: 2^-5 }
hardware: edge-28nm
reference: { backend: wasm }
`;

async function makeFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'spikeledger-'));
}

async function run(
  overrides: readonly string[],
  settings: Partial<RunSettings> = {},
): Promise<Omit<ResultRecord, 'timing'>> {
  const folder = await makeFolder();
  const file = path.join(folder, 'experiment.yaml');
  await writeFile(file, experimentText);
  const { timing, ...result } = await runExperiment(
    await prepareExperiment(file, overrides, folder),
    {
      outputFolder: folder,
      cacheFolder: path.join(folder, 'cache'),
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...settings,
    },
  );
  if (!(timing.wallSeconds > 0)) throw new Error('a run takes time');
  return result;
}

const looked = ['accumulator', 'activation', 'output', 'delta'];
const compared = ['input', 'weight', 'bias', 'feedback', ...looked];

test('a run with a reference has the angles of chip and reference after every epoch, and deviations of eight tensors', async (t) => {
  const result = await run([]);
  t.is(result.epochs.length, 2);
  for (const { alignment } of result.epochs) {
    t.deepEqual(
      alignment.map(({ layer }) => layer),
      [1, 2],
    );
    for (const { chipDegrees, chipSamples, referenceDegrees, referenceSamples } of alignment) {
      // All 60 test samples, which are fewer than 128.
      t.deepEqual([chipSamples, referenceSamples], [60, 60]);
      t.true(chipDegrees !== null && chipDegrees > 30 && chipDegrees < 120);
      t.true(referenceDegrees !== null && referenceDegrees > 30 && referenceDegrees < 120);
      t.not(chipDegrees, referenceDegrees);
    }
  }
  for (const { tensor, rmsErrorVsReference, signDisagreementPercent } of result.fixedPoint) {
    t.is(rmsErrorVsReference !== null, compared.includes(tensor), tensor);
    t.is(signDisagreementPercent !== null, compared.includes(tensor), tensor);
  }
  t.true(result.notes.some((note) => note.includes('on the first 16 training samples')));
});

test('chip and float arithmetic are compared after every epoch, and at the end with what the last epoch says', async (t) => {
  const { epochs, fixedPoint, earlyLockstep } = await run(['dataset.trainSamples=256']);
  for (const { lockstep } of epochs) {
    t.deepEqual(
      lockstep.map(({ layer, tensor }) => `${layer} ${tensor}`),
      [1, 2, 3].flatMap((layer) =>
        looked
          .filter((tensor) => tensor !== (layer === 3 ? 'activation' : 'output'))
          .map((tensor) => `${layer} ${tensor}`),
      ),
    );
    t.true(lockstep.every(({ relativeRmsError }) => (relativeRmsError ?? 2) < 1));
  }
  const [first, last] = epochs;
  t.notDeepEqual(first?.lockstep, last?.lockstep);
  for (const { layer, tensor, ...figures } of last?.lockstep ?? []) {
    const end = fixedPoint.find((entry) => entry.layer === layer && entry.tensor === tensor);
    t.like(end, figures);
  }
  // The 256 samples after which the chip is looked at early are the whole epoch.
  t.is(earlyLockstep, null);
});

test('a set of more than 256 samples is looked at after these too; a look changes nothing of the run', async (t) => {
  const long = ['training.epochs=1', 'hardware=edge-28nm-fused'];
  const { earlyLockstep, epochs, perSample, fixedPoint } = await run(long);
  t.is(earlyLockstep?.length, epochs[0]?.lockstep.length);
  t.notDeepEqual(earlyLockstep, epochs[0]?.lockstep);
  const alone = await run([...long, 'reference.enabled=false']);
  t.deepEqual(alone.perSample, perSample);
  const counted = (rows: ResultRecord['fixedPoint']) =>
    rows.map(({ layer, tensor, saturations, wraps }) => [layer, tensor, saturations, wraps]);
  t.deepEqual(counted(alone.fixedPoint), counted(fixedPoint));
  t.is(alone.earlyLockstep, null);
});

test('the overflows of all epochs add up to those of the run, and every layer that learns has dead updates', async (t) => {
  const { epochs, fixedPoint } = await run([
    'reference.enabled=false',
    'training.learningRate=2^-3',
  ]);
  // What did not fit before training, as B does here, belongs to no epoch.
  const saturated = fixedPoint.filter(({ firstTrainingSample }) => firstTrainingSample !== null);
  t.true(saturated.length > 2);
  for (const { layer, tensor, saturations } of saturated) {
    const byEpoch = epochs.flatMap(({ health }) =>
      health.filter((entry) => entry.layer === layer && entry.tensor === tensor),
    );
    const sum = byEpoch.reduce((total, entry) => total + entry.saturations, 0);
    t.is(sum, saturations ?? -1, `${layer} ${tensor}`);
  }
  for (const { health } of epochs) {
    const learning = health.filter(({ deadUpdateFraction }) => deadUpdateFraction !== null);
    t.deepEqual(
      learning.map(({ layer, tensor }) => [layer, tensor]),
      [
        [1, 'weight'],
        [2, 'weight'],
        [3, 'weight'],
      ],
    );
    t.true(learning.every(({ deadUpdateFraction }) => (deadUpdateFraction ?? 2) <= 1));
  }
});

test('bp is at 0 degrees to itself on chip and reference, and fewer samples than 16 are all compared', async (t) => {
  const result = await run(['training.rule=bp', 'dataset.trainSamples=9']);
  for (const { alignment } of result.epochs) {
    for (const { chipDegrees, referenceDegrees } of alignment) {
      t.deepEqual([chipDegrees, referenceDegrees], [0, 0]);
    }
  }
  t.true(result.notes.some((note) => note.includes('on the first 9 training samples')));
});

test('a reference from the cache gives the same record as one that was trained', async (t) => {
  const cacheFolder = await makeFolder();
  const [trained, cached] = [await run([], { cacheFolder }), await run([], { cacheFolder })];
  t.deepEqual(cached, trained);
});

test('a run that was stopped and resumed has the angles of all its epochs', async (t) => {
  const [outputFolder, cacheFolder] = [await makeFolder(), await makeFolder()];
  const whole = await run([], { cacheFolder });
  const interruption = new AbortController();
  const onProgress: RunSettings['onProgress'] = ({ who, samplesDone }) => {
    // In the second epoch.
    if (who === 'chip' && samplesDone > 300) interruption.abort();
  };
  const stopped = run([], { outputFolder, cacheFolder, signal: interruption.signal, onProgress });
  await t.throwsAsync(stopped, { instanceOf: Interrupted });
  t.deepEqual(await run([], { outputFolder, cacheFolder }), whole);
});

test('without a reference no float arithmetic runs: angles and deviations are null, not 0', async (t) => {
  const result = await run(['reference.enabled=false']);
  for (const { alignment } of result.epochs) {
    const none = { chipDegrees: null, chipSamples: 0, referenceDegrees: null, referenceSamples: 0 };
    t.deepEqual(alignment, [
      { layer: 1, ...none },
      { layer: 2, ...none },
    ]);
  }
  t.true(
    result.fixedPoint.every(
      ({ rmsErrorVsReference, signDisagreementPercent }) =>
        rmsErrorVsReference === null && signDisagreementPercent === null,
    ),
  );
  t.false(result.notes.some((note) => note.includes('float arithmetic')));
});
