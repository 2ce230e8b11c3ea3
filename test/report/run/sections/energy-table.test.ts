import test from 'ava';
import {
  energyGroupings,
  renderEnergyTable,
} from '../../../../src/report/run/sections/energy-table.js';
import { sampleResult } from '../../samples/sample-result.js';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test('phases, components and layers each add up to the sample at all three ends', (t) => {
  const sample = sampleResult();
  for (const { parts } of energyGroupings(sample)) {
    for (const run of ['inference', 'training'] as const) {
      const { energyNj, energyLowNj, energyHighNj } = sample.perSample[run];
      const ends = [
        ['energyPj', energyNj],
        ['lowPj', energyLowNj],
        ['highPj', energyHighNj],
      ] as const;
      for (const [end, totalNj] of ends) {
        const total = sum(parts.map((part) => part[run]?.band[end] ?? 0));
        t.true(Math.abs(total / (1000 * totalNj) - 1) < 1e-12);
      }
    }
  }
});

test('a part that a run does not have is empty, one without a price unpriced, one with some incomplete', (t) => {
  const html = renderEnergyTable(sampleResult()).text;
  const cellsOf = (name: string) =>
    [
      ...(new RegExp(`<td class="t">${name}</td>(.*?)</tr>`).exec(html)?.[1] ?? '').matchAll(
        /<td[^>]*>(.*?)<\/td>/g,
      ),
    ].map(([, cell = '']) => cell.replace(/<[^>]*>/g, ''));
  t.deepEqual(cellsOf('random'), ['', '', '', 'unpriced', '', '', '']);
  t.is(cellsOf('readout')[3], '');
  t.regex(cellsOf('update')[3] ?? '', /^[\d,]+ incomplete$/);
  t.regex(cellsOf('idle')[3] ?? '', /^[\d,]+$/);
});
