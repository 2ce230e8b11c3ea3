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
