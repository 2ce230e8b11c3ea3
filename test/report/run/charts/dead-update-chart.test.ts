import test from 'ava';
import { renderDeadUpdates } from '../../../../src/report/run/charts/dead-update-chart.js';
import { sampleResult } from '../../samples/sample-result.js';

test('dead updates have a curve for each layer of the chip, and the description its end', (t) => {
  const html = renderDeadUpdates(sampleResult(), 'r1').text.replaceAll('\u00a0', ' ');
  const names = [...html.matchAll(/>(layer \d+)</g)].map(([, name]) => name);
  t.deepEqual(names.sort(), ['layer 1', 'layer 2']);
  t.true(html.includes('in the last, layer 1 33.0 %, layer 2 40.0 %.'));
});

test('a record without updates says that none were measured', (t) => {
  const sample = sampleResult();
  const epochs = sample.epochs.map((epoch) => ({ ...epoch, health: [] }));
  const html = renderDeadUpdates({ ...sample, epochs }, 'r1').text;
  t.true(html.includes('Not measured in this run.'));
  t.false(html.includes('<svg'));
});
