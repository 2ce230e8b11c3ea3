import test from 'ava';
import { decisivePrices } from '../../../../src/report/run/decisive-prices.js';
import { renderSensitivity } from '../../../../src/report/run/sections/sensitivity-section.js';
import { renderTornado } from '../../../../src/report/run/charts/tornado-chart.js';
import { sampleResult } from '../../samples/sample-result.js';

/** Left edge and width of every box of a chart, in its order. */
function boxes(svg: string): readonly (readonly [number, number])[] {
  return [
    ...svg.matchAll(/<path d="M([\d.]+) [\d.]+l([\d.]+) 0l0 [\d.]+l-[\d.]+ 0Z" fill="#/g),
  ].map(([, left, width]) => [Number(left), Number(width)]);
}

test('the five prices that move a sample furthest are shown, those that move nothing never', (t) => {
  const sample = sampleResult();
  t.is(decisivePrices(sample, 'training').length, 5);
  const fixed = {
    component: 'io',
    action: 'label',
    priceKind: 'published' as const,
    energyNj: 1,
    totalLowNj: 5,
    totalHighNj: 5,
  };
  const only = { ...sample, sensitivity: { inference: [fixed], training: [fixed] } };
  t.deepEqual(decisivePrices(only, 'training'), []);
  t.is(renderSensitivity(only, 'r1').text, '');
});

test('every bar of the tornado reaches from its low to its high end, proportionally, and meets the others at the total', (t) => {
  const sample = sampleResult();
  const prices = decisivePrices(sample, 'training');
  const totalNj = sample.perSample.training.energyNj;
  const drawn = boxes(renderTornado(sample, 'training', 'c').text);
  t.is(drawn.length, 10);
  const scale = (drawn[1]?.[1] ?? NaN) / ((prices[0]?.totalHighNj ?? NaN) - totalNj);
  for (const [index, { totalLowNj, totalHighNj }] of prices.entries()) {
    const [left = 0, leftWidth = 0] = drawn[2 * index] ?? [];
    const [right = 0, rightWidth = 0] = drawn[2 * index + 1] ?? [];
    t.true(Math.abs(left + leftWidth - right) < 0.1);
    t.true(Math.abs(right - (drawn[1]?.[0] ?? NaN)) < 0.1);
    t.true(Math.abs(leftWidth - scale * (totalNj - totalLowNj)) < 0.1);
    t.true(Math.abs(rightWidth - scale * (totalHighNj - totalNj)) < 0.1);
  }
});

test('an older record without sensitivities has no such section', (t) => {
  t.is(renderSensitivity({ ...sampleResult(), sensitivity: null }, 'r1').text, '');
});
