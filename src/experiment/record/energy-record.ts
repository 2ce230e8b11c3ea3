import { actionOf } from '../../ledger/components.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { overheadRange } from '../../ledger/overhead-range.js';
import {
  independentEnds,
  type PriceContribution,
  scaleBand,
  sensitivities,
} from '../../ledger/price-bands.js';
import type { PricedRow } from '../../ledger/priced-ledger.js';
import type { RunTotals } from '../../ledger/run-totals.js';
import type { InputTime } from '../file/input-time.js';
import type {
  CostRecord,
  OverheadRecord,
  PriceSensitivityRecord,
  SensitivityRecord,
} from './cost-schema.js';

/** What the rows of each run add up to, and its samples, from which the energies per sample follow. */
export interface SampleTotals {
  readonly totals: Readonly<Record<RunKind, RunTotals>>;
  readonly samples: Readonly<Record<RunKind, number>>;
  readonly clockMhz: number;
  /** How long samples wait for their events; absent or null: not at all. */
  readonly inputTime?: InputTime;
}

/** The same with the priced rows. */
export interface PricedSamples extends SampleTotals {
  readonly rows: readonly PricedRow[];
}

export function rowsOfRun({ rows }: PricedSamples, run: RunKind): readonly PricedRow[] {
  return rows.filter((row) => row.run === run);
}

/** Contribution of each price to a sample of a run, pJ. */
export function contributionsPerSample(
  { totals, samples }: SampleTotals,
  run: RunKind,
): readonly PriceContribution[] {
  return totals[run].byPrice.map(({ componentAction, energy }) => ({
    componentAction,
    energy: scaleBand(energy, 1 / samples[run]),
  }));
}

/** Energy and serial latency of a sample, mean over the run. */
export function costOf(
  { totals, samples: ofRuns, clockMhz, inputTime }: SampleTotals,
  run: RunKind,
): CostRecord {
  const { energy, byPrice, isComplete, cycles } = totals[run];
  const samples = ofRuns[run];
  const independent = independentEnds(energy, byPrice);
  const latencyCycles = cycles / samples;
  const perSampleNj = (energyPj: number): number => energyPj / samples / 1000;
  return {
    energyNj: perSampleNj(energy.energyPj),
    energyLowNj: perSampleNj(energy.lowPj),
    energyHighNj: perSampleNj(energy.highPj),
    energyIndependentLowNj: perSampleNj(independent.lowPj),
    energyIndependentHighNj: perSampleNj(independent.highPj),
    complete: isComplete,
    latencyCycles,
    latencyUs: latencyCycles / clockMhz,
    inputCycles: inputTime?.[run].durationCycles ?? null,
    waitCycles: inputTime?.[run].waitCycles ?? null,
  };
}

/** (training − inference) / inference, per cent; null where inference is 0. */
export function overheadPercent(training: number, inference: number): number | null {
  return inference > 0 ? (100 * (training - inference)) / inference : null;
}

/** The energy overhead of learning, and its range over the bands of the prices. */
export function energyOverhead(
  priced: SampleTotals,
): Pick<OverheadRecord, 'energy' | 'energyLow' | 'energyHigh'> {
  const [inference, training] = [costOf(priced, 'inference'), costOf(priced, 'training')];
  const range = overheadRange(
    contributionsPerSample(priced, 'inference'),
    contributionsPerSample(priced, 'training'),
  );
  return {
    energy: overheadPercent(training.energyNj, inference.energyNj),
    energyLow: range?.lowPercent ?? null,
    energyHigh: range?.highPercent ?? null,
  };
}

type PriceName = Pick<PriceSensitivityRecord, 'component' | 'action' | 'priceKind'>;

function sensitivityOfRun(priced: PricedSamples, run: RunKind): PriceSensitivityRecord[] {
  const rows = rowsOfRun(priced, run);
  const prices = new Map<string, PriceName>(
    rows.map(({ componentAction, unitPrice }) => {
      const { component, action } = actionOf(componentAction);
      return [componentAction, { component, action, priceKind: unitPrice?.kind ?? 'unknown' }];
    }),
  );
  const perSampleNj = (energyPj: number): number => energyPj / priced.samples[run] / 1000;
  const { energy, byPrice } = priced.totals[run];
  return sensitivities(energy, byPrice).flatMap((price) => {
    const name = prices.get(price.componentAction);
    if (name === undefined) return [];
    return {
      ...name,
      energyNj: perSampleNj(price.energy.energyPj),
      totalLowNj: perSampleNj(price.totalLowPj),
      totalHighNj: perSampleNj(price.totalHighPj),
    };
  });
}

/** What each price alone does to the energy of a sample. */
export function sensitivityOf(priced: PricedSamples): SensitivityRecord {
  return {
    inference: sensitivityOfRun(priced, 'inference'),
    training: sensitivityOfRun(priced, 'training'),
  };
}
