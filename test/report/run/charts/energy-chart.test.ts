import { componentNames } from '../../../../src/ledger/components.js';
import test from 'ava';
import { energyBars, renderEnergyChart } from '../../../../src/report/run/charts/energy-chart.js';
import { componentGroups } from '../../../../src/report/kit/vocabulary.js';
import { sampleResult } from '../../samples/sample-result.js';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const isClose = (left: number, right: number) => Math.abs(left - right) <= 1e-9 * Math.abs(right);

test('each component belongs to exactly one colour of the energy chart', (t) => {
  t.deepEqual(
    componentGroups.flatMap(({ components }) => components).sort(),
    [...componentNames].sort(),
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

test("every bar has both bands, the independent one inside the other; those of the whole are the record's", (t) => {
  const sample = sampleResult();
  for (const { run, phase, band, totalPj } of energyBars(sample)) {
    if (band === null) throw new Error('every bar of the sample has a price');
    const ends = [band.lowPj, band.independentLowPj, totalPj, band.independentHighPj, band.highPj];
    t.deepEqual(
      ends,
      [...ends].sort((left, right) => left - right),
    );
    t.true(band.lowPj < totalPj && totalPj < band.highPj);
    if (phase !== null) continue;
    const { energyLowNj, energyIndependentHighNj } = sample.perSample[run];
    t.true(isClose(band.lowPj, 1000 * energyLowNj));
    t.true(isClose(band.independentHighPj, 1000 * (energyIndependentHighNj ?? NaN)));
  }
});
