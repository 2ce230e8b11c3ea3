import test from 'ava';
import { makeEstimate } from '../../../src/experiment/estimate/make-estimate.js';
import { prepareText } from './prepare-text.js';
import { hasSameLedger } from './run-and-estimate.js';

const skipping = 'training.updateSkip.whenErrorBelow=0.6';

for (const overrides of [
  [skipping],
  [skipping, 'training.rule=bp'],
  [skipping, 'training.optimizer=momentum', 'hardware=large-28nm'],
  [skipping, 'hardware=edge-28nm-fused'],
  [skipping, 'hardware=gated.yaml'],
]) {
  test(`an estimate from a run with ${overrides.join(' ')} has the rows of its ledger (spec §2.15)`, async (t) => {
    const { record } = await hasSameLedger(t, overrides);
    t.true((record.activity.skippedPercent ?? 0) > 0);
    t.true(record.notes.some((note) => /updateSkip\) was measured by that run/.test(note)));
  });
}

const text = (training: string, activity: string) => `name: stated
dataset: { inputShape: [1, 1, 64], classCount: 10, trainSamples: 1000 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 1, learningRate: 2^-5${training} }
hardware: edge-28nm
activity: { input: 0.5, layers: 0.9, changedWords: 0.5${activity} }
`;
const skip = ', updateSkip: { whenErrorBelow: 0.2 }';

test('a stated share of skipped samples takes its part of the updates away, and nothing of the forward passes (spec §2.15)', async (t) => {
  const ledgerOf = async (source: string) =>
    makeEstimate(await prepareText(source)).ledgers[0]?.rows ?? [];
  const all = await ledgerOf(text('', ''));
  const half = await ledgerOf(text(skip, ', skippedSamples: 0.5'));
  const countOf = (rows: typeof all, phase: string, action: string) =>
    rows
      .filter((row) => row.run === 'training' && row.phase === phase && row.layer === 1)
      .filter(({ componentAction }) => componentAction === action)
      .reduce((sum, { count }) => sum + count, 0);
  for (const action of ['synapses.read', 'synapses.write', 'random.draw', 'bias.write']) {
    t.is(countOf(half, 'update', action), countOf(all, 'update', action) / 2, action);
  }
  t.is(countOf(half, 'feedback', 'feedback.read'), countOf(all, 'feedback', 'feedback.read') / 2);
  t.is(countOf(half, 'forward', 'synapses.read'), countOf(all, 'forward', 'synapses.read'));
});

test('a share that is not known, or of samples that are all learned from, is refused with its place', async (t) => {
  const missing = await prepareText(text(skip, ''));
  t.throws(() => makeEstimate(missing), {
    message: /:6:\d+: activity\.skippedSamples: missing; .*state their fraction \(0 to 1\)/,
  });
  const needless = await prepareText(text('', ', skippedSamples: 0.5'));
  t.throws(() => makeEstimate(needless), {
    message: /:6:\d+: activity\.skippedSamples: 0\.5 .*state updateSkip/,
  });
});
