import test from 'ava';
import type { ResultRecord } from '../../../../src/experiment/record/result-record.js';
import { renderAlignment } from '../../../../src/report/run/charts/alignment-chart.js';
import { sampleResult, sampleWithoutReference } from '../../samples/sample-result.js';

/** The sample with `count` hidden layers whose chip angles are 60°, 61°, … in every epoch. */
function withLayers(count: number): ResultRecord {
  const sample = sampleResult();
  return {
    ...sample,
    epochs: sample.epochs.map((epoch) => ({
      ...epoch,
      alignment: Array.from({ length: count }, (_, index) => ({
        layer: index + 1,
        chipDegrees: 60 + index,
        chipSamples: 128,
        referenceDegrees: 50 + index,
        referenceSamples: 128,
      })),
    })),
  };
}

function curveNames(html: string): readonly string[] {
  return [...html.matchAll(/>((?:chip|reference)(?:, layer \d+)?)</g)].map(([, name = '']) => name);
}

test('the alignment chart has a solid curve of the chip and a dashed one of the reference, named at their ends', (t) => {
  const html = renderAlignment(sampleResult(), 'r1').text;
  t.deepEqual([...curveNames(html)].sort(), ['chip', 'reference']);
  t.is([...html.matchAll(/stroke="var\(--chip\)"[^>]*stroke-dasharray/g)].length, 0);
  t.true(/stroke="var\(--reference\)"[^>]*stroke-dasharray/.test(html));
});

test('the description and the caption say the angles after the last epoch', (t) => {
  const html = renderAlignment(sampleResult(), 'r1').text;
  t.is(html.split('layer 1: chip 58.4°, reference 55.1°.').length - 1, 2);
});

test('several layers are told apart by name, and of many four are shown, the first and the last among them', (t) => {
  const two = renderAlignment(withLayers(2), 'r1').text;
  t.is(curveNames(two).length, 4);
  t.true(two.includes('>chip, layer 2<'));
  t.false(two.includes('hidden layers are shown'));
  const many = renderAlignment(withLayers(10), 'r1').text;
  const chip = curveNames(many).filter((name) => name.startsWith('chip'));
  t.deepEqual([...chip].sort(), [
    'chip, layer 1',
    'chip, layer 10',
    'chip, layer 4',
    'chip, layer 7',
  ]);
  t.true(many.includes('4 of 10 hidden layers are shown'));
});

test('a layer that does not learn has no curve, and a run without any angle says so in a sentence', (t) => {
  const sample = withLayers(2);
  const frozen = {
    ...sample,
    epochs: sample.epochs.map((epoch) => ({
      ...epoch,
      alignment: epoch.alignment.map((entry) =>
        entry.layer === 1 ? { ...entry, chipDegrees: null, referenceDegrees: null } : entry,
      ),
    })),
  };
  t.deepEqual([...curveNames(renderAlignment(frozen, 'r1').text)].sort(), ['chip', 'reference']);
  const none = renderAlignment(sampleWithoutReference(), 'r1').text;
  t.true(none.includes('Not measured: it needs a hidden layer that learns'));
  t.false(none.includes('<svg'));
});
