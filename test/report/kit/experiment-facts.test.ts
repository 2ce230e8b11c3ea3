import test from 'ava';
import { experimentFacts, networkShape } from '../../../src/report/kit/experiment-facts.js';
import { labelsOf } from '../../../src/report/run/differences.js';
import { sampleResult } from '../samples/sample-result.js';

test('the network line names a convolution by its channels, kernel, stride and padding', (t) => {
  const result = sampleResult();
  const [first, ...others] = result.activity;
  t.truthy(first);
  const classes = others.at(-1)?.neuronCount ?? 0;
  const network = `CONV_8_3_1_1_FC_${classes}`;
  const inputs = first?.inputCount ?? 0;
  t.is(
    networkShape({ ...result, experiment: { ...result.experiment, network } }),
    `${inputs}–CONV 8,3,1,1–${classes}`,
  );
});

test('the network line gives the neurons of every layer where the record names no network', (t) => {
  const result = sampleResult();
  const neurons = result.activity.map(({ neuronCount }) => neuronCount).join('–');
  const inputs = result.activity[0]?.inputCount ?? 0;
  t.is(
    networkShape({ ...result, experiment: { ...result.experiment, network: undefined } }),
    `${inputs}–${neurons}`,
  );
});

test('the data line says of how many samples those in use are', (t) => {
  const result = sampleResult();
  const lineOf = (counts: object): string =>
    experimentFacts({ ...result, dataset: { ...result.dataset, ...counts } })[0]?.value ?? '';
  const counts = { trainSamples: 20, trainSamplesInSet: 50, testSamples: 7, testSamplesInSet: 7 };
  t.regex(lineOf(counts), /\(20 of 50 training, 7 test samples\)/);
  t.regex(lineOf({ ...counts, testSamples: 3 }), /\(20 of 50 training, 3 of 7 test samples\)/);
  t.regex(lineOf({ ...counts, trainSamplesInSet: null }), /\(20 training, 7 test samples\)/);
});

test('the data line tells data sets apart by the scale and the normalisation that are stated, and so do labels of equal names', (t) => {
  const result = sampleResult();
  const ways = [
    {},
    { scale: '1/16' },
    { scale: 0.5 },
    { normalise: 'range' },
    { normalise: 'none' },
  ];
  const results = ways.map((way) => ({
    ...result,
    experiment: { ...result.experiment, dataset: { name: 'digits', ...way } },
  }));
  const lines = results.map((each) => experimentFacts(each)[0]?.value ?? '');
  t.is(new Set(lines).size, ways.length - 1);
  t.regex(lines[0] ?? '', /samples\)$/);
  t.regex(lines[1] ?? '', /samples\), scale 1\/16$/);
  t.regex(lines[2] ?? '', /samples\), scale 0\.5$/);
  t.regex(lines[3] ?? '', /samples\), normalised by range$/);
  t.is(lines[4], lines[0]);
  const labels = labelsOf(results, ['same', 'same', 'same', 'same', 'same']);
  t.is(new Set(labels).size, ways.length);
  t.regex(labels[1] ?? '', /dataset\.scale 1\/16/);
  t.regex(labels[3] ?? '', /dataset\.normalise range/);
});
