import test from 'ava';
import { renderAccuracyChart } from '../../../../src/report/run/charts/accuracy-chart.js';
import { renderEnergyChart } from '../../../../src/report/run/charts/energy-chart.js';
import { sampleResult, sampleWithoutReference } from '../../samples/sample-result.js';

test('a chart has the same bytes whenever it is drawn in a process, and no interaction left in it', (t) => {
  const first = renderAccuracyChart(sampleResult(), 'a').text;
  renderEnergyChart(sampleResult(), 'b');
  t.is(renderAccuracyChart(sampleResult(), 'a').text, first);
  t.notRegex(first, /<style|class=|ecmeta|zr\d|xmlns/);
});

test('the accuracy chart draws a second curve only where there is a reference', (t) => {
  t.true(renderAccuracyChart(sampleResult(), 'a').text.includes('>reference<'));
  t.false(renderAccuracyChart(sampleWithoutReference(), 'a').text.includes('>reference<'));
});
