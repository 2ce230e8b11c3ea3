import test from 'ava';
import fc from 'fast-check';
import { holds } from '../../support/holds.js';
import { differencesOf, labelsOf } from '../../../src/report/run/differences.js';
import { renderHtml } from '../../../src/report/run/page.js';
import type { ResultRecord } from '../../../src/experiment/record/result-record.js';
import { sampleResult } from '../samples/sample-result.js';

/** The sample with some keys of its experiment drawn. */
function resultWith(drawn: Drawn): ResultRecord {
  const sample = sampleResult();
  const { rule, variant, feedback, seed, weight, stride, padding, path, hash } = drawn;
  return {
    ...sample,
    experiment: {
      name: 'same',
      dataset: { path },
      network: [{ type: 'conv', channels: 3, kernelSize: 3, stride, padding }],
      training: { rule, defp: { variant, init: 'targets' }, feedback, seed },
      precision: { weight },
    },
    seed,
    dataset: { ...sample.dataset, files: [{ name: 'train-x.npy', sha256: hash.repeat(64) }] },
  };
}

const drawnKeys = fc.record({
  rule: fc.constantFrom('drtp', 'defp', 'bp'),
  variant: fc.constantFrom('error', 'loss', 'fullVector'),
  feedback: fc.constantFrom('heUniform', 'normal'),
  seed: fc.integer({ min: 1, max: 3 }),
  weight: fc.constantFrom('s8.7', 's8.6'),
  stride: fc.constantFrom(1, 2),
  padding: fc.constantFrom(0, 1),
  path: fc.constantFrom('./data', './other'),
  hash: fc.constantFrom('a', 'b'),
});
type Drawn = typeof drawnKeys extends fc.Arbitrary<infer Value> ? Value : never;

test('two results that differ in any drawn key have different labels, and the key is named (property)', (t) => {
  holds(
    t,
    fc.property(drawnKeys, drawnKeys, (one, other) => {
      const results = [resultWith(one), resultWith(other)];
      const labels = labelsOf(results, ['same', 'same']);
      const keys = Object.keys(one) as (keyof Drawn)[];
      const differing = keys.filter((key) => one[key] !== other[key]);
      const found = differencesOf(results);
      return (
        labels[0] !== labels[1] &&
        found.length === differing.length &&
        found.every(({ values }) => values[0] !== values[1])
      );
    }),
    { seed: 1 },
  );
  t.pass();
});

const defpRun: Drawn = {
  rule: 'defp',
  variant: 'error',
  feedback: 'normal',
  seed: 1,
  weight: 's8.7',
  stride: 1,
  padding: 0,
  path: './data',
  hash: 'a',
};

test('what differs stands before the figures, by key', (t) => {
  const page = renderHtml([
    resultWith(defpRun),
    resultWith({ ...defpRun, variant: 'loss', stride: 2 }),
  ]);
  const place = (text: string) => page.indexOf(text);
  t.true(place('training.defp.variant') > 0);
  t.true(place('training.defp.variant') < place('>Figures<'));
  t.true(place('network.0.stride') < place('>Figures<'));
  t.true(page.includes('same (network.0.stride 1, training.defp.variant error)'));
});

test('results of one experiment are told apart by their place', (t) => {
  const sample = sampleResult();
  t.deepEqual(labelsOf([sample, sample], ['same', 'same']), ['same (1)', 'same (2)']);
  const three = labelsOf([sample, sample, sample], ['same', 'same', 'same (2)']);
  t.is(new Set(three).size, 3);
});

test('of many keys a label names those that tell results apart, the table all of them', (t) => {
  const base: Drawn = { ...defpRun, rule: 'drtp' };
  const other: Drawn = { ...base, rule: 'bp', weight: 's8.6', stride: 2, seed: 2, padding: 1 };
  const results = [resultWith(base), resultWith(other), resultWith({ ...other, padding: 0 })];
  t.is(differencesOf(results).length, 5);
  t.deepEqual(labelsOf(results, ['same', 'same', 'same']), [
    'same (network.0.stride 1, network.0.padding 0)',
    'same (network.0.stride 2, network.0.padding 1)',
    'same (network.0.stride 2, network.0.padding 0)',
  ]);
});

test('labels of one experiment on chips of other schedules name them, and so does the table of what differs', (t) => {
  const sample = sampleResult();
  const fused: ResultRecord = {
    ...sample,
    hardware: { ...sample.hardware, update: { schedule: 'fused', writeBanks: 'interleaved' } },
  };
  const results = [sample, fused];
  t.deepEqual(labelsOf(results, ['same', 'same']), [
    'same (update schedule serial, shared banks)',
    'same (update schedule fused, interleaved banks)',
  ]);
  t.regex(renderHtml(results), /<code>update schedule<\/code>/);
  const older = { ...sample, hardware: { ...sample.hardware, update: null } };
  t.notRegex(renderHtml([older]), /Update schedule/);
});
