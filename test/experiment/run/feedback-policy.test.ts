import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { updatesDue } from '../../../src/experiment/file/feedback-policy.js';
import { prepareExperiment } from '../../../src/experiment/file/prepare-experiment.js';
import { Interrupted } from '../../../src/experiment/run/interrupted.js';
import { drawFeedback } from '../../../src/network/feedback.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { hasSameLedger } from '../estimate/run-and-estimate.js';
import { makeFolder, runText } from '../small-run.js';

const text = `name: small
dataset: { name: digits, trainSamples: 60, testSamples: 20 }
network: FC_8_FC_6_FC_10
training: { rule: drtp, epochs: 4, learningRate: 2^-5 }
hardware: edge-28nm
reference: { enabled: false }
`;
const redrawn = 'training.feedbackPolicy={name: redrawn, everyEpochs: 1}';
const transported = 'training.feedbackPolicy={name: transported, everyEpochs: 2}';

test('B is due by epochs, and on plateaus of the training error (spec §2.16)', (t) => {
  const every = { name: 'redrawn', everyEpochs: 2 } as const;
  t.deepEqual(
    [0, 1, 2, 3, 4].map((done) => updatesDue(every, new Array<number>(done).fill(50))),
    [0, 0, 1, 1, 2],
  );
  // Patience 1: the second epoch in a row that is no better than the best before.
  const plateau = { name: 'redrawnOnPlateau', patience: 1 } as const;
  t.is(updatesDue(plateau, [50, 40, 40]), 0);
  t.is(updatesDue(plateau, [50, 40, 40, 41]), 1);
  t.is(updatesDue(plateau, [50, 40, 40, 41, 41, 41]), 2);
  t.is(updatesDue({ name: 'fixed' }, [50, 50, 50, 50]), 0);
});

/** The record without its wall times. */
function withoutTiming(result: ResultRecord): Partial<ResultRecord> {
  const epochs = result.epochs.map(({ chip, ...rest }) => ({ ...rest, chip }));
  return { ...result, epochs, timing: { wallSeconds: 0, samplesPerSecond: null, epochs: [] } };
}

for (const [policy, expected] of [
  [redrawn, { redrawn: 3, transported: 0 }],
  [transported, { redrawn: 0, transported: 1 }],
] as const) {
  test(`a run with ${policy} counts its changes of B once, stopped anywhere or not; its estimate has the same rows (spec §2.16)`, async (t) => {
    const whole = await runText(text, [policy]);
    const training = whole.measuredRuns.find(({ run }) => run === 'training');
    t.deepEqual(training?.feedbackUpdates, expected);
    // 10 classes, 8 and 6 neurons: ten words of B in each layer, each written once an update.
    const written = whole.ledger.filter(({ component, action }) => {
      return component === 'feedback' && action === 'write';
    });
    const updates = expected.redrawn + expected.transported;
    t.deepEqual(
      written.map(({ phase, layer, count }) => [phase, layer, count]),
      [1, 2].map((layer) => ['update', layer, 10 * updates]),
    );
    t.false(whole.unpriced.some((name) => name.startsWith('feedback')));
    t.true(whole.notes.some((note) => note.includes('§2.16')));
    for (const stopAfter of [60, 61]) {
      const outputFolder = await makeFolder();
      const interruption = new AbortController();
      await t.throwsAsync(
        runText(text, [policy], {
          outputFolder,
          signal: interruption.signal,
          onProgress: ({ samplesDone }) => {
            if (samplesDone >= stopAfter) interruption.abort();
          },
        }),
        { instanceOf: Interrupted },
      );
      const resumed = await runText(text, [policy], { outputFolder });
      t.deepEqual(withoutTiming(resumed), withoutTiming(whole), `stopped after ${stopAfter}`);
    }
    await hasSameLedger(t, [policy, 'training.epochs=3', 'dataset.trainSamples=40']);
  });
}

async function prepared(overrides: readonly string[]) {
  const folder = await makeFolder();
  const file = path.join(folder, 'small.yaml');
  await writeFile(file, text);
  return prepareExperiment(file, overrides, folder);
}

test('the chip draws B of an epoch from the same numbers as the reference does, a generator from those of another seed (spec §2.16)', async (t) => {
  const { redrawnFeedback, placement, topology } = await prepared([]);
  const update = redrawnFeedback(3);
  const draw = { kind: 'classes', distribution: 'heUniform', widthFactors: null } as const;
  const real = drawFeedback(topology, 0, draw, '1/layer1/feedback/epoch3');
  const { fractionBits } = placement.image.numerics.formats.feedback;
  const raw = update.kind === 'redrawn' ? update.feedbackRaw[0] : null;
  t.is(raw?.length, 80);
  for (const [place, value] of (real ?? []).entries()) {
    // ±√(6/8) is beyond s8.8, which ends at −128 and 127.
    const scaled = Math.min(127, Math.max(-128, value * 2 ** fractionBits));
    t.true(Math.abs((raw?.[place] ?? NaN) - scaled) <= 0.5, `value ${place}`);
  }
  const generated = await prepared(['training.feedbackSource=generator']);
  const other = generated.redrawnFeedback(2);
  const values = other.kind === 'redrawn' ? other.feedbackRaw[0] : null;
  t.notDeepEqual(values, generated.placement.image.layers[0]?.feedbackRaw);
  t.notDeepEqual(values, undefined);
});

test('a transported B begins as the product of the initial weights, and is refused where no memory or more than one core holds it', async (t) => {
  const { placement } = await prepared([transported]);
  const [, second, third] = placement.image.layers;
  const [w, b] = [third?.weightsRaw ?? [], second?.feedbackRaw ?? []];
  // Weights of edge-28nm have 7 fraction bits, B has 8: −w once more to the left, saturated.
  for (const [place, value] of b.entries()) {
    const neuron = place % 6;
    const label = (place - neuron) / 6;
    t.is(value, Math.min(127, Math.max(-128, 0 - 2 * (w[neuron * 10 + label] ?? NaN))));
  }
  await t.throwsAsync(prepared([transported, 'training.feedbackSource=generator']), {
    message: /training: B cannot be transported on the chip: a generator .*use a feedback memory/,
  });
  await t.throwsAsync(prepared([transported, 'training.frozenLayers=[1]']), {
    message: /frozen layer 1 keeps no B .*train it, or use fixed/,
  });
  await t.throwsAsync(prepared([transported, 'mapping={layers: [{layer: 1, neuronParts: 2}]}']), {
    message: /layer 1 spans several cores.*or redrawn/,
  });
});
