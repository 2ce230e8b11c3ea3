import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFastEngine } from '../../../src/chip/engines.js';
import { withFrozen } from '../../../src/chip/image/upkeep/frozen-image.js';
import { carriedOver } from '../../../src/chip/fast/carried-over.js';
import { plainImage, randomSamples } from '../../chip/images/random-image.js';
import { OracleEngine } from '../../../src/chip/oracle/oracle-engine.js';
import { elementAt } from '../../../src/numerics/integer.js';
import { Interrupted } from '../../../src/experiment/run/interrupted.js';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import { estimate, run } from '../estimate/run-and-estimate.js';
import { makeFolder, runText } from '../small-run.js';
import { freezePhases, frozenIn } from '../../../src/network/freeze.js';

const text = `name: small
dataset: { name: digits, trainSamples: 60, testSamples: 20 }
network: FC_8_FC_10
training: { rule: fa, epochs: 4, learningRate: 2^-5 }
hardware: edge-28nm
reference: { enabled: false }
`;
const freeze = 'training.freeze=[{layers: [2], from: 1, to: 1}, {layers: [1], from: 2, to: 3}]';

test('layers are frozen in the epochs of all spans that name them (spec §2.17)', (t) => {
  const spans = [
    { layers: [2, 1], from: 1, to: 2 },
    { layers: [2], from: 2, to: 3 },
  ];
  t.deepEqual(
    [1, 2, 3, 4].map((epoch) => frozenIn(spans, epoch)),
    [[1, 2], [1, 2], [2], []],
  );
  t.deepEqual(freezePhases(spans, 6), [
    { epochs: 2, frozenLayers: [1, 2] },
    { epochs: 1, frozenLayers: [2] },
    { epochs: 3, frozenLayers: [] },
  ]);
});

/** The record without its wall times. */
function withoutTiming(result: ResultRecord): Partial<ResultRecord> {
  return { ...result, timing: { wallSeconds: 0, samplesPerSecond: null, epochs: [] } };
}

function countOf({ ledger }: ResultRecord, layer: number, name: string): number {
  return ledger
    .filter((row) => row.run === 'training' && row.layer === layer && row.phase === 'update')
    .filter(({ component, action }) => `${component}.${action}` === name)
    .reduce((sum, { count }) => sum + count, 0);
}

test('a frozen epoch costs no update, whether the run is stopped or not; the other epochs cost theirs (spec §2.17)', async (t) => {
  const whole = await runText(text, [freeze]);
  // 60 samples an epoch. Biases of 8 and 10 neurons, one word each: layer 1 learns in epochs 1 and 4, layer 2 in 2, 3 and 4.
  const words = (layer: number) => {
    const rows = whole.ledger.filter(
      (row) => row.run === 'inference' && row.layer === layer && row.component === 'bias',
    );
    return elementAt(rows, 0, 'rows of biases').count / 20;
  };
  t.is(countOf(whole, 1, 'bias.write'), 2 * 60 * words(1));
  t.is(countOf(whole, 2, 'bias.write'), 3 * 60 * words(2));
  t.is(countOf(whole, 1, 'synapses.write') > 0, true);
  const training = whole.measuredRuns.filter(({ run }) => run === 'training');
  t.deepEqual(
    training.map(({ samples }) => samples),
    [240],
  );
  t.true(
    whole.notes.some((note) => /layer 2 in epochs 1 to 1; layer 1 in epochs 2 to 3/.test(note)),
  );
  for (const stopAfter of [60, 130]) {
    const outputFolder = await makeFolder();
    const interruption = new AbortController();
    const stopped = runText(text, [freeze], {
      outputFolder,
      signal: interruption.signal,
      onProgress: ({ samplesDone }) => {
        if (samplesDone >= stopAfter) interruption.abort();
      },
    });
    await t.throwsAsync(stopped, { instanceOf: Interrupted });
    const resumed = await runText(text, [freeze], { outputFolder });
    t.deepEqual(withoutTiming(resumed), withoutTiming(whole), `stopped after ${stopAfter}`);
  }
});

test('the estimate of a run with frozen epochs leaves out what they do not cost (spec §2.17)', async (t) => {
  const ran = await run(['training.epochs=2', 'training.freeze=[{layers: [1], from: 1, to: 1}]']);
  const made = makeEstimate(await estimate(ran));
  const counts = (
    rows: readonly { run: string; phase: string; layer: number | null }[],
    layer: number,
  ) =>
    rows.filter((row) => row.run === 'training' && row.phase === 'update' && row.layer === layer);
  const biasesOf = (layer: number) => {
    const own = ran.result.ledger.filter(
      ({ component, action }) => `${component}.${action}` === 'bias.write',
    );
    return counts(own, layer).map((row) => 'count' in row && row.count);
  };
  const estimated = (layer: number) => {
    const rows = made.ledgers[0]?.rows ?? [];
    return counts(
      rows.filter(({ componentAction }) => componentAction === 'bias.write'),
      layer,
    ).map((row) => 'count' in row && row.count);
  };
  t.is(biasesOf(1).length, 1);
  t.deepEqual(estimated(1), biasesOf(1));
  t.deepEqual(estimated(2), biasesOf(2));
});

test('epochs of a chip with frozen layers are those of the oracle with these layers frozen (spec §2.17)', async (t) => {
  const folder = await makeFolder();
  const file = path.join(folder, 'small.yaml');
  await writeFile(file, text);
  const { imageOfEpoch } = await prepareExperiment(file, [freeze], folder);
  const trainable = (epoch: number) => imageOfEpoch(epoch).layers.map((layer) => layer.isTrainable);
  t.deepEqual([1, 2, 3, 4].map(trainable), [
    [true, false],
    [false, true],
    [false, true],
    [true, true],
  ]);
  // The image of an epoch is one that an engine takes.
  t.notThrows(() => new OracleEngine(imageOfEpoch(2)));
});

test('a chip that goes on with other layers frozen has the bits of an oracle that begins where it stood (spec §2.17)', async (t) => {
  let comparedCount = 0;
  for (let seed = 0; seed < 40; seed += 1) {
    const image = plainImage(seed);
    if (image.rule.kind === 'defp' || image.layers.length < 2) continue;
    comparedCount += 1;
    const samples = randomSamples(image, seed, 4);
    const last = image.layers.length;
    const [before, after] = [withFrozen(image, [last]), withFrozen(image, [1])];
    const first = await makeFastEngine(before);
    first.train(samples);
    first.endEpoch();
    const chip = await makeFastEngine(after);
    chip.restore(carriedOver(first.checkpoint(), after));
    const { weightsRaw, biasesRaw, laneStates } = first.learnedState();
    const layers = after.layers.map((layer, index) => ({
      ...layer,
      weightsRaw: elementAt(weightsRaw, index, 'weights'),
      biasesRaw: elementAt(biasesRaw, index, 'biases'),
      laneSeeds: elementAt(laneStates, index, 'lanes'),
    }));
    const oracle = new OracleEngine({ ...after, layers });
    t.deepEqual(chip.train(samples), oracle.train(samples), `seed ${seed}`);
    const [own, expected] = [chip.learnedState(), oracle.learnedState()];
    t.deepEqual(own.weightsRaw, expected.weightsRaw);
    t.deepEqual(own.biasesRaw, expected.biasesRaw);
    t.deepEqual(own.laneStates, expected.laneStates);
    // The frozen layer keeps what it had.
    t.deepEqual(own.weightsRaw[0], weightsRaw[0]);
  }
  t.true(comparedCount > 10, `${comparedCount} chips`);
});

for (const [what, override, message] of [
  ['a layer that is not there', 'freeze=[{layers: [3], from: 1, to: 1}]', /layer 3 does not exist/],
  ['epochs beyond the last', 'freeze=[{layers: [1], from: 2, to: 9}]', /give from ≤ to ≤ 4/],
  [
    'every layer at once',
    'freeze=[{layers: [1, 2], from: 2, to: 2}]',
    /in epoch 2 every layer is frozen/,
  ],
] as const) {
  test(`${what} is refused at its key`, async (t) => {
    await t.throwsAsync(runText(text, [`training.${override}`]), { message });
  });
}

test('an optimizer with states beside frozen epochs is refused with what to do', async (t) => {
  await t.throwsAsync(runText(text, [freeze, 'training.optimizer=momentum']), {
    message: /states of frozen layers would be lost; use sgd/,
  });
});
