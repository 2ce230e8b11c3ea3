import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import { runExperiment } from '../../../src/experiment/run/run-experiment.js';
import { packageRoot } from '../../../src/package-root.js';
import { realDataFolder } from '../../real-data.js';

test('MNIST FC_500_FC_10 in 8 bits, DRTP, five epochs: test error below 6.3 % and within a point of the float reference', async (t) => {
  t.timeout(600_000);
  const dataFolder = realDataFolder(t, 'mnist');
  if (dataFolder === null) return;
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  const file = path.join(packageRoot, 'examples/mnist-drtp.yaml');
  const prepared = await prepareExperiment(file, [], dataFolder);
  const { accuracy, epochs } = await runExperiment(prepared, {
    outputFolder: folder,
    cacheFolder: path.join(folder, 'cache'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  t.is(epochs.length, 5);
  t.true((accuracy.chip.testErrorPercent ?? 100) < 6.3);
  t.true((accuracy.lossPoints ?? 100) <= 1);
  t.log(
    `chip ${accuracy.chip.testErrorPercent ?? '?'} %, reference ${accuracy.reference?.testErrorPercent ?? '?'} %`,
  );
});
