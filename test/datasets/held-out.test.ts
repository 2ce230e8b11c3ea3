import test from 'ava';
import { DatasetKeyError } from '../../src/datasets/dataset-key-error.js';
import { holdOut } from '../../src/datasets/held-out.js';
import { loadDataset } from '../../src/datasets/load-dataset.js';

test('the last training samples take the place of the test samples, and none of them is trained on', async (t) => {
  const whole = await loadDataset({ name: 'digits', trainSamples: 100, testSamples: 20 });
  const { train, test: held } = holdOut(whole, 30);
  t.is(train.sampleCount, 70);
  t.is(held.sampleCount, 30);
  t.deepEqual([...train.labels, ...held.labels], [...whole.train.labels]);
  t.deepEqual([...train.features, ...held.features], [...whole.train.features]);
  t.deepEqual([train.setSampleCount, held.setSampleCount], [whole.train.setSampleCount, 30]);
  t.regex(train.note ?? '', /the last 30 of the training samples .*the test set was not looked at/);
});

test('a sample has to be left to train on', async (t) => {
  const whole = await loadDataset({ name: 'digits', trainSamples: 10, testSamples: 5 });
  const error = t.throws(() => holdOut(whole, 10), { instanceOf: DatasetKeyError });
  t.regex(error.message, /dataset\.validationSamples = 10: .* from 1 to 9/);
  t.is(holdOut(whole, 9).train.sampleCount, 1);
});
