import { sampleSchedules } from './sample-hardware.js';
import type {
  ResultLedgerRow,
  ResultRecord,
} from '../../../src/experiment/record/result-record.js';

/* What a record says of its energies besides the rows: written out again here, so that it comes from no code under test. */

type Cost = ResultRecord['perSample']['training'];
type Sensitivity = NonNullable<ResultRecord['sensitivity']>['training'];
type Power = NonNullable<ResultRecord['power']>;

function byPrice(rows: readonly ResultLedgerRow[]): ReadonlyMap<string, ResultLedgerRow[]> {
  const prices = new Map<string, ResultLedgerRow[]>();
  for (const row of rows) {
    if (row.energyPj === null) continue;
    const name = `${row.component}.${row.action}`;
    prices.set(name, [...(prices.get(name) ?? []), row]);
  }
  return prices;
}

type End = 'energyPj' | 'energyLowPj' | 'energyHighPj';

function sumNj(rows: readonly ResultLedgerRow[], end: End): number {
  return rows.reduce((sum, row) => sum + (row[end] ?? 0) / row.samples / 1000, 0);
}

/** Energies of a sample: all prices err alike, and each price by itself. */
export function sampleEnergies(rows: readonly ResultLedgerRow[]) {
  const energyNj = sumNj(rows, 'energyPj');
  const spread = (end: End): number =>
    Math.hypot(
      ...[...byPrice(rows).values()].map((group) => sumNj(group, end) - sumNj(group, 'energyPj')),
    );
  return {
    energyNj,
    energyLowNj: sumNj(rows, 'energyLowPj'),
    energyHighNj: sumNj(rows, 'energyHighPj'),
    energyIndependentLowNj: energyNj - spread('energyLowPj'),
    energyIndependentHighNj: energyNj + spread('energyHighPj'),
  };
}

/** Every price of a run, widest first. */
function sampleSensitivity(rows: readonly ResultLedgerRow[]): Sensitivity {
  const totalNj = sumNj(rows, 'energyPj');
  return [...byPrice(rows)]
    .map(([name, group]) => {
      const [component = '', action = ''] = name.split('.');
      const energyNj = sumNj(group, 'energyPj');
      return {
        component,
        action,
        priceKind: group[0]?.priceKind ?? ('unknown' as const),
        energyNj,
        totalLowNj: totalNj - energyNj + sumNj(group, 'energyLowPj'),
        totalHighNj: totalNj - energyNj + sumNj(group, 'energyHighPj'),
      };
    })
    .sort(
      (left, right) => right.totalHighNj - right.totalLowNj - (left.totalHighNj - left.totalLowNj),
    );
}

/** 1 nJ in 1 µs is 1 mW. */
function fullSpeed({ energyNj, energyLowNj, energyHighNj, complete, latencyUs }: Cost) {
  const timeUs = latencyUs ?? NaN;
  return {
    samplesPerSecond: 1e6 / timeUs,
    powerUw: (1000 * energyNj) / timeUs,
    powerLowUw: (1000 * energyLowNj) / timeUs,
    powerHighUw: (1000 * energyHighNj) / timeUs,
    complete,
  };
}

/** A deployment of round figures: a coin cell of 230 mAh and 3 V is 2,484 J, 100 µW empty it in 6,900 hours. */
export function samplePower(inference: Cost, training: Cost): Power {
  return {
    fullSpeed: { inference: fullSpeed(inference), training: fullSpeed(training) },
    idle: { powerUw: 44, powerLowUw: 17.6, powerHighUw: 110, complete: true, cores: 2 },
    deployment: {
      samplesPerSecond: 1_000,
      trainingFraction: 0.1,
      maximumSamplesPerSecond: 80_000,
      dutyCyclePercent: 1.25,
      average: {
        powerUw: 100,
        powerLowUw: 50,
        powerHighUw: 200,
        powerIndependentLowUw: 70,
        powerIndependentHighUw: 150,
        complete: false,
      },
      battery: { energyJ: 2_484, lifeHours: 6_900, lifeLowHours: 3_450, lifeHighHours: 13_800 },
    },
  };
}

/** What follows from the costs of both runs, and NeuroBench's metrics. */
export function sampleFigures(
  inferenceRows: readonly ResultLedgerRow[],
  trainingRows: readonly ResultLedgerRow[],
  inference: Cost,
  training: Cost,
): Pick<ResultRecord, 'sensitivity' | 'updateSchedules' | 'power' | 'neurobench'> {
  return {
    updateSchedules: sampleSchedules(training),
    sensitivity: {
      inference: sampleSensitivity(inferenceRows),
      training: sampleSensitivity(trainingRows),
    },
    power: samplePower(inference, training),
    neurobench: {
      footprintBytes: 7_932,
      parameterCount: 7_510,
      connectionSparsity: 0.0125,
      classificationAccuracy: 0.9125,
      activationSparsity: 0.077,
      synapticOperations: {
        effectiveMacs: null,
        effectiveAcs: 0,
        dense: 7_400,
        nonZeroInputMacs: 4_163,
      },
    },
  };
}
