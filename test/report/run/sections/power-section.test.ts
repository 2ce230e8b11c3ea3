import test from 'ava';
import type { ResultRecord } from '../../../../src/experiment/record/result-record.js';
import {
  deploymentSentence,
  renderPower,
} from '../../../../src/report/run/sections/power-section.js';
import { sampleResult } from '../../samples/sample-result.js';

type Deployment = NonNullable<NonNullable<ResultRecord['power']>['deployment']>;

const plain = (text: string | null) => (text ?? '').replaceAll('\u00a0', ' ');

/** The sample with another deployment. */
function deployed(overrides: Partial<Deployment> | null): ResultRecord {
  const sample = sampleResult();
  const { power } = sample;
  if (power?.deployment == null) throw new Error('the sample has a deployment');
  const deployment = overrides === null ? null : { ...power.deployment, ...overrides };
  return { ...sample, power: { ...power, deployment } };
}

test('a deployment is a sentence: rate, mix, duty cycle, power with both bands, battery life', (t) => {
  const text = plain(deploymentSentence(sampleResult()));
  t.true(
    text.startsWith(
      'At 1,000 samples/s, 10.0 % of the samples are learned from, the chip works 1.25 % of the time and takes 100 µW on average',
    ),
  );
  t.true(
    text.includes(
      '(50–200 µW if all prices err in the same direction, 70–150 µW if each errs by itself)',
    ),
  );
  // The sample's training is incomplete: its power is a lower bound, the life of the battery an upper one.
  t.true(text.includes(', at least: not everything has a price'));
  t.true(text.includes('A battery of 2.48 kJ feeds it at most 288 days'));
});

test('a rate that the chip cannot do is said with the maximum, and has no power', (t) => {
  const result = deployed({ average: null, battery: null, dutyCyclePercent: 112 });
  t.regex(
    plain(deploymentSentence(result)),
    /too slow: it can do at most 80,000 samples\/s of this mix\.$/,
  );
  t.true(plain(renderPower(result).text).includes('not possible'));
});

test('without a deployment there is power at full speed and in idle, and where to state one', (t) => {
  const html = plain(renderPower(deployed(null)).text);
  t.true(html.includes('Training at full speed') && html.includes('Idle, 2 cores leaking'));
  t.true(html.includes('key deployment'));
  t.false(html.includes('As deployed'));
});

test('a record without power has no such section', (t) => {
  t.is(renderPower({ ...sampleResult(), power: null }).text, '');
});

test('the mix of a deployment is said in words at both ends', (t) => {
  t.true(
    plain(deploymentSentence(deployed({ trainingFraction: 0 }))).includes(
      'no sample is learned from',
    ),
  );
  t.true(
    plain(deploymentSentence(deployed({ trainingFraction: 1 }))).includes(
      'every sample is learned from',
    ),
  );
});
