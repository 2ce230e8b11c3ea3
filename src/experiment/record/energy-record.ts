import { actionOf } from '../../ledger/components.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { overheadRange } from '../../ledger/overhead-range.js';
import {
  contributionsByPrice,
  independentEnds,
  type PriceContribution,
  scaleBand,
  sensitivities,
} from '../../ledger/price-bands.js';
import { type PricedRow, sumEnergies } from '../../ledger/priced-ledger.js';
import type { InputTime } from '../file/input-time.js';
import type {
  CostRecord,
  OverheadRecord,
  PriceSensitivityRecord,
  SensitivityRecord,
} from './cost-schema.js';

/** A priced ledger and the samples of each run, from which the energies per sample follow. */
export interface PricedSamples {
  readonly rows: readonly PricedRow[];
  readonly samples: Readonly<Record<RunKind, number>>;
  readonly clockMhz: number;
  /** How long samples wait for their events; absent or null: not at all. */
  readonly inputTime?: InputTime;
}

export function rowsOfRun({ rows }: PricedSamples, run: RunKind): readonly PricedRow[] {
  return rows.filter((row) => row.run === run);
}

/** Contribution of each price to a sample of a run, pJ. */
export function contributionsPerSample(
  priced: PricedSamples,
  run: RunKind,
): readonly PriceContribution[] {
  return contributionsByPrice(rowsOfRun(priced, run)).map(({ componentAction, energy }) => ({
    componentAction,
    energy: scaleBand(energy, 1 / priced.samples[run]),
  }));
}

/** All cycles of a run: every core in use leaks through all of them (docs/spec.md §5). */
function runCycles(rows: readonly PricedRow[]): number {
  return rows
    .filter(({ componentAction }) => componentAction === 'leakage.cycle')
    .reduce((most, { count }) => Math.max(most, count), 0);
}

/** Energy and serial latency of a sample, mean over the run. */
export function costOf(priced: PricedSamples, run: RunKind): CostRecord {
  const rows = rowsOfRun(priced, run);
  const samples = priced.samples[run];
  const total = sumEnergies(rows);
  const independent = independentEnds(total, contributionsByPrice(rows));
  const latencyCycles = runCycles(rows) / samples;
  const perSampleNj = (energyPj: number): number => energyPj / samples / 1000;
  return {
    energyNj: perSampleNj(total.energyPj),
    energyLowNj: perSampleNj(total.lowPj),
    energyHighNj: perSampleNj(total.highPj),
    energyIndependentLowNj: perSampleNj(independent.lowPj),
    energyIndependentHighNj: perSampleNj(independent.highPj),
    complete: rows.every(({ energy }) => energy !== null),
    latencyCycles,
    latencyUs: latencyCycles / priced.clockMhz,
    inputCycles: priced.inputTime?.[run].durationCycles ?? null,
    waitCycles: priced.inputTime?.[run].waitCycles ?? null,
  };
}

/** (training − inference) / inference, per cent; null where inference is 0. */
export function overheadPercent(training: number, inference: number): number | null {
  return inference > 0 ? (100 * (training - inference)) / inference : null;
}

/** The energy overhead of learning, and its range over the bands of the prices. */
export function energyOverhead(
  priced: PricedSamples,
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
  return sensitivities(sumEnergies(rows), contributionsByPrice(rows)).flatMap((price) => {
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
