import test from 'ava';
import { answer, summaryFigures } from '../../../src/report/run/summary.js';
import { sampleResult } from '../samples/sample-result.js';

test('the answer says that the reference was trained with other settings, where it was', (t) => {
  const alike = sampleResult();
  const otherwise = sampleResult({
    referenceTraining: { settings: { batch: 60 }, settingsDiffer: ['batch'] },
  });
  t.regex(
    answer(alike),
    /above the float reference \(4 of 297 samples: within the interval, −[\d.]+ to [\d.]+.points, as if both erred independently\)\.$/,
  );
  t.regex(
    answer(otherwise),
    /above the float reference, which was trained with other settings \(4 of 297 samples/,
  );
});

test('epochs are those of the chip, also where the reference has more', (t) => {
  const sample = sampleResult();
  const none = { testErrorPercent: null, trainErrorPercent: null };
  const later = sample.epochs.map((epoch) => ({
    ...epoch,
    epoch: epoch.epoch + 2,
    chip: { ...epoch.chip, ...none },
    trainingEnergyUj: null,
  }));
  const figures = summaryFigures({ ...sample, epochs: [...sample.epochs, ...later] });
  t.is(figures.find(({ label }) => label === 'Epochs')?.value, '2');
});

test('a batch of a locked rule has its latency beside that of a sample, one after the other and pipelined (spec §8)', (t) => {
  const labels = (result: ReturnType<typeof sampleResult>) =>
    summaryFigures(result).filter(({ label }) => label.startsWith('Latency of a batch'));
  t.deepEqual(labels(sampleResult()), []);
  const cycles = { samples: 8, serialCycles: 800, pipelinedCycles: 320.4 };
  const [figure] = labels(
    sampleResult({ batchLatency: { ...cycles, serialUs: 8, pipelinedUs: 3.204 } }),
  );
  t.is(figure?.label, 'Latency of a batch of 8');
  t.regex(figure?.value ?? '', /^800.cycles, 8.µs; pipelined 320.cycles, 3\.2.µs$/u);
});
