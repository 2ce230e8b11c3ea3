import test from 'ava';
import { batteryEnergyJ, type Deployment } from '../../../src/experiment/file/deployment.js';
import { costOf, type PricedSamples } from '../../../src/experiment/record/energy-record.js';
import { powerOf } from '../../../src/experiment/record/power-record.js';
import type { LedgerRow, RunKind } from '../../../src/ledger/ledger-row.js';
import type { PriceList, UnitPrice } from '../../../src/ledger/priced-ledger.js';
import { priceLedger } from '../../../src/ledger/pricing.js';
import { totalsOfRuns } from '../../../src/ledger/run-totals.js';

function cycles(run: RunKind, core: number, count: number): readonly LedgerRow[] {
  const place = { run, layer: 1, core, bits: null, count };
  return [
    { ...place, phase: 'forward', componentAction: 'clock.cycle' },
    { ...place, phase: 'idle', layer: null, componentAction: 'leakage.cycle' },
  ];
}

function price(energyPj: number, lowPj: number, highPj: number): UnitPrice {
  return { energyPj, lowPj, highPj, kind: 'assumed', source: 'this test' };
}

/** Two cores that leak 0.5 pJ a cycle each, one of which works for 3 pJ a cycle, at 100 MHz. */
function prices(leakage: UnitPrice | null = price(0.5, 0.25, 1)): PriceList {
  return {
    unitPrice: ({ componentAction }) =>
      componentAction === 'clock.cycle' ? price(3, 1, 6) : leakage,
  };
}

/** Two inferences of 100 cycles, one training sample of 300; only core 0 works. */
function powerFor(deployment: Deployment | null, list = prices()) {
  const rows = [
    ...cycles('inference', 0, 200),
    ...cycles('inference', 1, 200).slice(1),
    ...cycles('training', 0, 300),
    ...cycles('training', 1, 300).slice(1),
  ];
  const { rows: pricedRows } = priceLedger(rows, list);
  const priced: PricedSamples = {
    rows: pricedRows,
    totals: totalsOfRuns(pricedRows),
    samples: { inference: 2, training: 1 },
    clockMhz: 100,
  };
  const costs = { inference: costOf(priced, 'inference'), training: costOf(priced, 'training') };
  return powerOf({ priced, prices: list, costs, deployment });
}

const isClose = (left: number | null | undefined, right: number): boolean =>
  Math.abs((left ?? NaN) - right) <= 1e-9 * right;

test('power at full speed is energy over latency: 400 pJ in 1 µs are 400 µW', (t) => {
  const { fullSpeed, idle, deployment } = powerFor(null);
  t.is(deployment, null);
  // 100 · 3 pJ + 2 · 100 · 0.5 pJ in 100 cycles; 300 · 3 pJ + 2 · 300 · 0.5 pJ in 300.
  t.true(isClose(fullSpeed.inference.powerUw, 400) && isClose(fullSpeed.training.powerUw, 400));
  t.true(isClose(fullSpeed.inference.powerLowUw, 150));
  t.true(isClose(fullSpeed.inference.powerHighUw, 800));
  t.true(isClose(fullSpeed.inference.samplesPerSecond, 1e6));
  t.true(isClose(fullSpeed.training.samplesPerSecond, 1e6 / 3));
  // Leakage of a core times clock times cores in use.
  t.is(idle.cores, 2);
  t.true(
    isClose(idle.powerUw, 100) && isClose(idle.powerLowUw, 50) && isClose(idle.powerHighUw, 200),
  );
});

test('at a sample rate the chip works for the duty cycle and leaks for the rest', (t) => {
  const battery = { capacity: '230 mAh', voltage: '3 V' };
  const { deployment } = powerFor({ samplesPerSecond: 1e5, trainingFraction: 0.5, battery });
  // Mean latency (1 + 3)/2 µs; a fifth of the time 400 µW, else 100 µW.
  t.true(isClose(deployment?.maximumSamplesPerSecond, 5e5));
  t.true(isClose(deployment?.dutyCyclePercent, 20));
  const average = deployment?.average;
  t.true(isClose(average?.powerUw, 160));
  // Clock 60 µW (20 to 120), leakage always 100 µW (50 to 200).
  t.true(isClose(average?.powerLowUw, 70));
  t.true(isClose(average?.powerHighUw, 320));
  t.true(isClose(average?.powerIndependentLowUw, 160 - Math.hypot(40, 50)));
  t.true(isClose(average?.powerIndependentHighUw, 160 + Math.hypot(60, 100)));
  t.true(average?.complete);
  // 0.23 Ah · 3 V · 3600 s = 2484 J.
  t.true(isClose(deployment?.battery?.energyJ, 2484));
  t.true(isClose(deployment?.battery?.lifeHours, 2484 / 160e-6 / 3600));
  t.true(isClose(deployment?.battery?.lifeLowHours, 2484 / 320e-6 / 3600));
  t.true(isClose(deployment?.battery?.lifeHighHours, 2484 / 70e-6 / 3600));
});

test('a rate above what the chip can do has the maximum and no power', (t) => {
  const battery = { energy: '2.4 kJ' };
  const { deployment } = powerFor({ samplesPerSecond: 6e5, trainingFraction: 0.5, battery });
  t.true(isClose(deployment?.maximumSamplesPerSecond, 5e5));
  t.true(isClose(deployment?.dutyCyclePercent, 120));
  t.true(deployment !== null && deployment.average === null);
  t.is(deployment?.battery, null);
});

test('leakage without a price leaves the power incomplete, and counts nothing as 0', (t) => {
  const deployed = { samplesPerSecond: 1e5, trainingFraction: 0 };
  const { fullSpeed, idle, deployment } = powerFor(deployed, prices(null));
  t.false(fullSpeed.inference.complete);
  t.false(idle.complete);
  t.false(deployment?.average?.complete);
  // A tenth of the time, 3 pJ · 100 MHz.
  t.true(isClose(deployment?.average?.powerUw, 30));
});

test('a battery is as large by its charge and voltage as by its energy', (t) => {
  t.is(batteryEnergyJ({ energy: '2.4 kJ' }), 2400);
  t.is(batteryEnergyJ({ energy: '1 Wh' }), 3600);
  t.true(isClose(batteryEnergyJ({ capacity: '1 Ah', voltage: '1 V' }), 3600));
});
