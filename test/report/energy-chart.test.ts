import test from 'ava';
import { actionsByComponent } from '../../src/ledger/ledger-row.js';
import { energyBars, renderEnergyChart } from '../../src/report/energy-chart.js';
import { componentGroups } from '../../src/report/vocabulary.js';
import { sampleResult } from './sample-result.js';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const isClose = (left: number, right: number) => Math.abs(left - right) <= 1e-9 * Math.abs(right);

test('each component belongs to exactly one colour of the energy chart', (t) => {
  t.deepEqual(
    componentGroups.flatMap(({ components }) => components).sort(),
    Object.keys(actionsByComponent).sort(),
  );
});

for (const run of ['inference', 'training'] as const) {
  test(`energy bars of ${run} add up to perSample.energyNj by component and by phase`, (t) => {
    const sample = sampleResult();
    const bars = energyBars(sample).filter((bar) => bar.run === run);
    const totalPj = sample.perSample[run].energyNj * 1000;
    const whole = bars.filter((bar) => bar.phase === null);
    const parts = bars.filter((bar) => bar.phase !== null);
    t.is(whole.length, 1);
    t.true(whole.every((bar) => isClose(sum(bar.groupsPj), totalPj)));
    t.true(isClose(sum(parts.map((bar) => bar.totalPj)), totalPj));
    t.true(parts.every((bar) => isClose(sum(bar.groupsPj), bar.totalPj)));
  });
}

test('energy bars say where a price is missing: update and training are incomplete, the others complete', (t) => {
  const states = energyBars(sampleResult()).map(
    (bar) => `${bar.run} ${bar.phase ?? 'total'} ${bar.pricing}`,
  );
  t.deepEqual(states, [
    'inference total complete',
    'inference forward complete',
    'inference readout complete',
    'inference idle complete',
    'training total incomplete',
    'training forward complete',
    'training feedback complete',
    'training update incomplete',
    'training idle complete',
  ]);
  t.true(renderEnergyChart(sampleResult(), 'c').text.includes('incomplete'));
});
