import path from 'node:path';

import test from 'ava';

import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import { packageRoot } from '../../../src/package-root.js';
import { aerPart, type EventRow, sensorFile } from '../../datasets/events/event-files.js';
import { temporaryFolder, writeFiles } from '../../datasets/file-writers.js';
import { realDataFolder } from '../../real-data.js';
import { runText } from '../small-run.js';

/** Events on the left or on the right half of a sensor of 1 x 8, ten each, at shifting places. */
function sideSample(index: number): readonly EventRow[] {
  const side = index % 2;
  return Array.from({ length: 10 }, (_, event) => [
    100 * event,
    4 * side + ((index + event) % 4),
    0,
    event % 2,
  ]);
}

function part(name: 'train' | 'test', sampleCount: number): Record<string, Uint8Array> {
  const indices = Array.from({ length: sampleCount }, (_, index) => index);
  return aerPart(
    name,
    indices.map(sideSample),
    indices.map((index) => index % 2),
  );
}

test('chip and reference learn a folder of event streams by its counts; each input with events is one event (spec §9)', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    'sensor.npy': sensorFile(2, 1, 8),
    ...part('train', 200),
    ...part('test', 20),
  });
  const { accuracy, ledger } = await runText(
    `
name: sides
dataset: { path: ${folder}, format: aer }
network: FC_8_FC_2
training: { rule: drtp, epochs: 3, learningRate: 2^-5 }
hardware: edge-28nm
precision: { input: u8.2 }
reference: { backend: wasm }
`,
    [],
  );
  t.is(accuracy.chip.testErrorPercent, 0);
  t.is(accuracy.reference?.testErrorPercent, 0);
  const eventsIn = ledger.find(({ run, action }) => run === 'inference' && action === 'eventIn');
  // Place and polarity of event e: (index + e) mod 4 and e mod 2, so 4 of 16 inputs have events.
  t.is(eventsIn?.count, 20 * 4);
});

test('the N-MNIST example fits its chip; an event weighs 1/16 in u8.4 and none saturates it', async (t) => {
  const dataFolder = realDataFolder(t, 'nmnist-small');
  if (dataFolder === null) return;
  const file = path.join(packageRoot, 'examples/nmnist-drtp.yaml');
  const { data, topology, inputQuantiser } = await prepareExperiment(file, [], dataFolder);
  t.is(topology.inputCount, 2312);
  t.is(data.train.featureScale, 1 / 16);
  t.is(inputQuantiser.overflow, 'saturate');
  // The most events that a Python reading counts on one input; u8.4 holds 255.
  let largest = 0;
  for (const count of data.train.features) largest = Math.max(largest, count);
  t.is(largest, 25);
});
