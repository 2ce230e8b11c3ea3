import test from 'ava';
import { Interrupted } from '../../../src/experiment/run/interrupted.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { makeFolder, runText } from '../small-run.js';

const text = `
name: scheduled
dataset: { name: digits, trainSamples: 300, testSamples: 100 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 3, learningRate: 2^-4 }
hardware: edge-28nm
reference: { enabled: false }
`;

function schedule(name: string, parameters: string): readonly string[] {
  return [`training.schedule={ name: ${name}, ${parameters} }`];
}

const halving = ['training.schedule={ name: step, everyEpochs: 1, factor: 0.5 }'];
/** Two runs that several tests compare with. */
const constantRun = runText(text, []);
const halvedRun = runText(text, halving);

/** All that was learned and counted, without what names the experiment. */
function outcomeOf({ epochs, ledger, fixedPoint, wear, activity }: ResultRecord) {
  return { epochs, ledger, fixedPoint, wear, activity };
}

test('a step schedule of factor 1 gives the same bits and counts as a constant rate', async (t) => {
  const constant = await constantRun;
  const step = await runText(text, schedule('step', 'everyEpochs: 1, factor: 1'));
  t.deepEqual(outcomeOf(step), outcomeOf(constant));
});

test('a rate that halves after the first epoch learns the first like the higher rate, then otherwise', async (t) => {
  const constant = await constantRun;
  const step = await halvedRun;
  t.deepEqual(step.epochs[0], constant.epochs[0]);
  t.notDeepEqual(step.epochs[1]?.chip, constant.epochs[1]?.chip);
});

test('rates that are no powers of two are multiplied with in every epoch (spec §4.2)', async (t) => {
  // 64-20-10, three epochs of 300 samples: one multiplication a neuron where η is a mantissa.
  const multiplications = (result: ResultRecord): number =>
    result.ledger
      .filter((row) => row.run === 'training' && row.phase === 'update' && row.bits === 16)
      .filter(({ component, action }) => component === 'datapath' && action === 'multiply')
      .reduce((sum, row) => sum + row.count, 0);
  t.is(multiplications(await constantRun), 0);
  const exponential = await runText(text, schedule('exponential', 'factor: 0.9'));
  t.is(multiplications(exponential), 3 * 300 * 30);
});

test('a run resumed in a later epoch goes on with that epoch’s rate', async (t) => {
  const whole = await halvedRun;
  for (const stopAfter of [300, 556]) {
    const outputFolder = await makeFolder();
    const interruption = new AbortController();
    await t.throwsAsync(
      runText(text, halving, {
        outputFolder,
        signal: interruption.signal,
        onProgress: ({ samplesDone }) => {
          if (samplesDone >= stopAfter) interruption.abort();
        },
      }),
      { instanceOf: Interrupted },
    );
    const resumed = await runText(text, halving, { outputFolder });
    t.deepEqual(outcomeOf(resumed), outcomeOf(whole), `stopped after ${stopAfter}`);
  }
});

test('a plateau of the training error ends with a lower rate, which changes what is learned', async (t) => {
  // With patience 0, the first epoch that is not better than the best lowers η.
  const overrides = ['training.learningRate=2^-1', 'training.epochs=6'];
  const constant = await runText(text, overrides);
  const errors = constant.epochs.map(({ chip }) => chip.trainErrorPercent ?? 0);
  const best = errors.map((_, index) => Math.min(...errors.slice(0, index)));
  const plateau = errors.findIndex((error, index) => error >= (best[index] ?? 0) * (1 - 1e-4));
  t.true(plateau > 0 && plateau < 5, `training errors ${errors.join(', ')}`);
  const lowered = await runText(text, [
    ...overrides,
    ...schedule('plateau', 'factor: 0.25, patience: 0'),
  ]);
  const epochsOf = ({ epochs }: ResultRecord) => epochs.map(({ chip }) => chip);
  t.deepEqual(epochsOf(lowered).slice(0, plateau + 1), epochsOf(constant).slice(0, plateau + 1));
  t.notDeepEqual(epochsOf(lowered)[plateau + 1], epochsOf(constant)[plateau + 1]);
  t.true(lowered.notes.some((note) => note.includes('Schedule plateau')));
});
