import test from 'ava';
import { networkShape } from '../../../src/report/kit/experiment-facts.js';
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
