import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import test from 'ava';
import { Interrupted } from '../../../src/experiment/run/interrupted.js';
import { evaluateChip } from '../../../src/experiment/run/evaluate-chip.js';
import { losses } from '../../../src/reference/loss.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import type { Progress, RunSettings } from '../../../src/experiment/run/sides/run-settings.js';
import { makeFolder, runText, runTextSides } from '../small-run.js';

const experimentText = `
name: small
dataset: { name: digits, trainSamples: 700, testSamples: 100 }
network: FC_20_FC_10
training: { rule: drtp, epochs: 3, learningRate: 2^-5 }
hardware: edge-28nm
`;

function run(
  overrides: readonly string[],
  settings: Partial<RunSettings> = {},
): Promise<ResultRecord> {
  return runText(experimentText, overrides, settings);
}

function withoutTiming(result: ResultRecord): Omit<ResultRecord, 'timing'> {
  const { timing, ...rest } = result;
  return timing.wallSeconds >= 0 ? rest : result;
}

test('an evaluation judges outputs by hand: the first largest class, and the loss of their real values', (t) => {
  // u8.8: 128 is 1/2, 64 is 1/4; sample 0 ties, so class 0 is said; sample 1 says class 1.
  const outputsRaw = Int32Array.of(128, 128, 64, 128);
  const labels = Uint8Array.of(1, 1);
  const encoder = { encode: () => ({ inputsRaw: new Int32Array(2), labels }) };
  const judge = { classCount: 2, loss: losses.bce, outputFractionBits: 8 };
  const { errorPercent, loss, confusion, wrong } = evaluateChip(
    { infer: () => outputsRaw },
    { encoder, sampleCount: 2 },
    judge,
  );
  t.deepEqual([errorPercent, [...wrong], [...confusion]], [50, [1, 0], [0, 0, 1, 1]]);
  // −log(1 − 1/2) − log 1/2 = 2·log 2, and −log(1 − 1/4) − log 1/2 = log 8/3.
  t.true(Math.abs(loss - (Math.log(4) + Math.log(8 / 3)) / 2) < 1e-12);
});

const noReference = ['reference.enabled=false'];

test('the same experiment twice gives the same bytes but for timing, reference included', async (t) => {
  const backend = ['reference.backend=wasm', 'precision.bias=s12.7'];
  const [first, second] = [await run(backend), await run(backend)];
  t.is(JSON.stringify(withoutTiming(first)), JSON.stringify(withoutTiming(second)));
  t.is(first.accuracy.reference?.backend, 'wasm');
  // Both errors are known sample by sample: samples wrong on one side alone make the difference.
  const difference = first.accuracy.intervals?.lossPoints;
  const { leftAlone = NaN, rightAlone = NaN } = difference?.paired ?? {};
  t.is(difference?.samples, leftAlone - rightAlone);
  t.is(difference?.samples, Math.round(first.accuracy.lossPoints ?? NaN));
  // Best of all epochs, the first of equal ones.
  for (const side of ['chip', 'reference'] as const) {
    const errors = first.epochs.map((epoch) => epoch[side]?.testErrorPercent ?? NaN);
    const least = Math.min(...errors);
    const best = first.accuracy.best?.[side];
    t.deepEqual([best?.testErrorPercent, best?.epoch], [least, errors.indexOf(least) + 1]);
    for (const epoch of first.epochs) {
      const own = epoch[side];
      const error = own?.testErrorPercent ?? NaN;
      t.true((own?.testInterval?.low ?? NaN) < error && (own?.testInterval?.high ?? NaN) > error);
      // Chance is log 10 and above in each of the losses; the set has a hundred judged samples, so errors are whole.
      t.true((own?.testLoss ?? NaN) > 0 && (own?.trainLossAfter ?? NaN) > 0);
      t.is((own?.trainErrorAfterPercent ?? NaN) % 1, 0);
    }
    const seconds = first.timing.epochs.map((times) => times[`${side}Seconds`] ?? NaN);
    t.true(seconds.length === 3 && seconds.every((own) => own > 0));
  }
  t.is(first.judgedTrainSamples, 100);
  const formats = new Map(first.resolved?.formats.map((own) => [own.tensor, own]));
  t.is(formats.size, 13, 'a format for every tensor');
  t.deepEqual(formats.get('weight'), {
    ...{ tensor: 'weight', format: 's8.7', rounding: 'stochastic', overflow: 'saturate' },
    isOverridden: false,
  });
  t.is(formats.get('bias')?.format, 's12.7');
  t.true(formats.get('bias')?.isOverridden);
  t.deepEqual(first.resolved?.rule, {
    ...{ name: 'drtp', label: 'DRTP', variant: null, init: null },
    feedback: {
      ...{ shape: 'classes', distribution: 'heUniform', policy: 'fixed', source: 'memory' },
    },
  });
  t.deepEqual(first.resolved?.events, { isDense: false, threshold: 0 });
  t.is(first.resolved?.learningRate, 1 / 32);
});

test('a run interrupted anywhere and resumed gives the same record as one that was not', async (t) => {
  const whole = await run(noReference);
  for (const stopAfter of [1, 700, 1300]) {
    const outputFolder = await makeFolder();
    const interruption = new AbortController();
    const error = await t.throwsAsync(
      run(noReference, {
        outputFolder,
        signal: interruption.signal,
        onProgress: ({ samplesDone }) => {
          if (samplesDone >= stopAfter) interruption.abort();
        },
      }),
      { instanceOf: Interrupted },
    );
    t.regex(error.message, /the same command goes on from there/);
    t.deepEqual(await readdir(outputFolder), ['checkpoint.bin']);
    const resumed = await run(noReference, { outputFolder });
    t.deepEqual(withoutTiming(resumed), withoutTiming(whole), `stopped after ${stopAfter}`);
    t.deepEqual(await readdir(outputFolder), []);
  }
});

test('a stop while the reference trains keeps what the chip has learned', async (t) => {
  const outputFolder = await makeFolder();
  const interruption = new AbortController();
  await t.throwsAsync(
    // A reference that surely trains on when the chip has done its two epochs and looked at them.
    run(['training.epochs=2', 'reference.backend=cpu', 'reference.training.epochs=2000'], {
      outputFolder,
      signal: interruption.signal,
      onProgress: ({ who, samplesDone, samplesTotal }) => {
        if (who === 'chip' && samplesDone === samplesTotal) interruption.abort();
      },
    }),
    { instanceOf: Interrupted },
  );
  // Of the reference there is a checkpoint too if it had finished an epoch.
  const left = await readdir(outputFolder);
  t.deepEqual(
    left.filter((name) => name !== 'reference-checkpoint.bin'),
    ['checkpoint.bin'],
  );
});

test('the reference alone goes on from its checkpoint, and says nothing of the chip', async (t) => {
  const few = ['reference.backend=cpu', 'dataset.trainSamples=200', 'training.epochs=40'];
  const alone = [...few, 'chip.enabled=false'];
  const beside = await run(few);
  const outputFolder = await makeFolder();
  const interruption = new AbortController();
  const shown: number[] = [];
  // A cache of its own, or the second run would find the whole training there.
  const settings = {
    outputFolder,
    cacheFolder: `${outputFolder}/cache`,
    onProgress: ({ who, samplesDone }: Progress) => {
      t.is(who, 'reference');
      shown.push(samplesDone);
      if (existsSync(`${outputFolder}/reference-checkpoint.bin`)) interruption.abort();
    },
  };
  const error = await t.throwsAsync(
    runTextSides(experimentText, alone, { ...settings, signal: interruption.signal }),
    { instanceOf: Interrupted },
  );
  t.regex(error.message, /goes on from there: the reference from its last checkpoint/);
  t.true((await readdir(outputFolder)).includes('reference-checkpoint.bin'));
  shown.length = 0;
  const resumed = await runTextSides(experimentText, alone, settings);
  t.true((shown[0] ?? 0) > 200, 'epoch 1 is not trained again');
  t.deepEqual(
    (await readdir(outputFolder)).filter((name) => name.endsWith('.bin')),
    [],
  );
  t.deepEqual(
    resumed.epochs.map(({ reference }) => reference),
    beside.epochs.map(({ reference }) => reference),
  );
  t.deepEqual(resumed.accuracy.reference, beside.accuracy.reference);
  const nothing = { testErrorPercent: null, trainErrorPercent: null };
  t.deepEqual(resumed.accuracy.chip, nothing);
  t.true(
    resumed.epochs.every(({ chip, trainingEnergyUj }) => {
      return chip.testErrorPercent === null && trainingEnergyUj === null;
    }),
  );
  const { perSample, area, power, accuracy } = resumed;
  t.deepEqual(
    [perSample, area.totalMm2, power, accuracy.lossPoints, accuracy.intervals?.chip],
    [null, null, null, null, null],
  );
  for (const list of [resumed.ledger, resumed.memory, resumed.fixedPoint, area.parts]) {
    t.is(list.length, 0);
  }
  t.regex(resumed.notes.join(), /The chip was left out/);
});

test('perSample energy is the sum of the priced rows of its run, and epochs add up to all training (contracts)', async (t) => {
  const result = await run(noReference);
  for (const kind of ['inference', 'training'] as const) {
    const rows = result.ledger.filter((row) => row.run === kind);
    const energyPj = rows.reduce((sum, row) => sum + (row.energyPj ?? 0), 0);
    const samples = kind === 'training' ? 3 * 700 : 100;
    t.true(rows.every((row) => row.samples === samples));
    const expectedNj = energyPj / samples / 1000;
    t.true(Math.abs(result.perSample[kind].energyNj - expectedNj) <= 1e-12 * expectedNj);
  }
  const byEpoch = result.epochs.reduce((sum, epoch) => sum + (epoch.trainingEnergyUj ?? NaN), 0);
  const trainingUj = (result.perSample.training.energyNj * 3 * 700) / 1000;
  t.true(Math.abs(byEpoch - trainingUj) <= 1e-9 * trainingUj);
});

test('the area of the record is that of all four cores, its parts add up, and learning is a share of it', async (t) => {
  const { area, perSample } = await run(noReference);
  const sum = (trainingOnly: boolean): number =>
    area.parts
      .filter((part) => part.trainingOnly === trainingOnly)
      .reduce((total, { areaMm2 }) => total + (areaMm2 ?? NaN), 0);
  t.true(Math.abs((area.totalMm2 ?? NaN) - sum(true) - sum(false)) < 1e-9);
  t.is(area.parts.filter(({ component }) => component === 'synapses').length, 4);
  const overhead = perSample.learningOverheadPercent.area ?? NaN;
  t.true(Math.abs(overhead - (100 * sum(true)) / sum(false)) < 1e-9);
});

test('dense mode changes no bit of what is learned, and counts more (spec §1)', async (t) => {
  const [sparse, dense] = [
    await run(noReference),
    await run([...noReference, 'events.dense=true']),
  ];
  t.deepEqual(
    dense.epochs.map(({ chip }) => chip),
    sparse.epochs.map(({ chip }) => chip),
  );
  t.is(dense.activity[0]?.eventsInPerTrainingSample, 64);
  t.true(dense.perSample.training.energyNj > sparse.perSample.training.energyNj);
});

test('the counts that do not depend on data are those of the closed forms (spec §4.2)', async (t) => {
  const result = await run(noReference);
  const perSample = (run: string, layer: number | null, name: string, phase: string): number => {
    const rows = result.ledger.filter(
      (row) =>
        row.run === run &&
        row.layer === layer &&
        row.phase === phase &&
        `${row.component}.${row.action}` === name,
    );
    return rows.reduce((sum, row) => sum + row.count / row.samples, 0);
  };
  // 64-20-10, 128-bit words: 20 feedback weights of 8 bits in 2 words, 20 biases of 16 bits in 3, 10 in 2.
  t.is(perSample('training', 1, 'feedback.read', 'feedback'), 2);
  t.is(perSample('training', 2, 'feedback.read', 'feedback'), 0);
  t.is(perSample('training', 1, 'datapath.multiplyAccumulate', 'feedback'), 0);
  t.is(perSample('training', 1, 'bias.write', 'update'), 3);
  t.is(perSample('training', 2, 'bias.write', 'update'), 2);
  t.is(perSample('inference', 2, 'datapath.compare', 'readout'), 9);
  t.is(perSample('training', null, 'io.label', 'feedback'), 1);
  const events = result.activity[0]?.eventsInPerTrainingSample ?? 0;
  // 20 weights of 8 bits in 2 words of 128.
  t.is(perSample('training', 1, 'synapses.write', 'update'), events * 2);
  t.is(perSample('training', 1, 'random.draw', 'update'), events * 20);
});

test('without a reference its figures are null, not 0', async (t) => {
  const result = await run(noReference);
  t.is(result.accuracy.reference, null);
  t.is(result.accuracy.lossPoints, null);
  t.true(result.epochs.every(({ reference }) => reference === null));
});

test('a measuring pass of defp is counted as work of training, its samples are not', async (t) => {
  const defp = [...noReference, 'training.rule=defp'];
  const plain = await run(defp);
  const measured = await run([...defp, 'training.defp.init=measure']);
  const countOf = (result: ResultRecord, name: string): number =>
    result.ledger
      .filter((row) => row.run === 'training' && `${row.component}.${row.action}` === name)
      .reduce((sum, row) => sum + row.count, 0);
  // One write a visit (spec §4.2): three epochs of 700, and 700 more.
  t.is(countOf(plain, 'delayedError.write'), 2100);
  t.is(countOf(measured, 'delayedError.write'), 2800);
  t.is(countOf(measured, 'delayedError.read'), 2100);
  t.true(
    measured.ledger.every(({ run: kind, samples }) => kind === 'inference' || samples === 2100),
  );
  const byEpoch = measured.epochs.reduce((sum, epoch) => sum + (epoch.trainingEnergyUj ?? NaN), 0);
  const trainingUj = (measured.perSample.training.energyNj * 2100) / 1000;
  t.true(Math.abs(byEpoch - trainingUj) <= 1e-9 * trainingUj);
});

test('frozen layers keep their weights, cost no update, and are refused where there are none', async (t) => {
  const frozen = await run([...noReference, 'training.frozenLayers=[1]']);
  const updates = frozen.ledger.filter((row) => row.phase === 'update' && row.layer === 1);
  t.deepEqual(updates, []);
  await t.throwsAsync(run(['training.frozenLayers=[3]']), { message: /layer 3 does not exist/ });
  await t.throwsAsync(run(['training.frozenLayers=[1, 2]']), { message: /every layer is frozen/ });
});

test("the record states what selection by the label saves against DFA's product (spec §4.2)", async (t) => {
  // 64-20-10: 20 feedback weights of 8 bits in 2 words of 128; DFA reads 10 rows and makes 10 · 20 products.
  const noteOf = ({ notes }: ResultRecord): string =>
    notes.find((note) => note.includes('DFA')) ?? '';
  const drtp = noteOf(await run(noReference));
  t.regex(drtp, /reads 2 words of B and needs no multiplication .* 20 words and make 200 multiply/);
  const defp = noteOf(await run([...noReference, 'training.rule=defp']));
  t.regex(defp, /reads 2 words of B and needs 20 multiplications/);
  const generated = noteOf(await run([...noReference, 'training.feedbackSource=generator']));
  t.regex(generated, /generates 20 values of B .* would generate 200 values and make 200 multiply/);
  t.is(noteOf(await run([...noReference, 'training.rule=dfa'])), '');
});
