import type { ChipModel } from '../../hardware/chip-model.js';
import { runKinds } from '../../ledger/ledger-row.js';
import {
  addBands,
  contributionsByPrice,
  independentEnds,
  type PriceContribution,
  scaleBand,
} from '../../ledger/price-bands.js';
import {
  type EnergyBand,
  type PriceList,
  sumEnergies,
  type UnitPrice,
} from '../../ledger/priced-ledger.js';
import type { CostRecord, PowerBand, PowerRecord } from './cost-schema.js';
import { batteryEnergyJ, type Deployment, maximumRate } from '../file/deployment.js';
import { contributionsPerSample, type PricedSamples, rowsOfRun } from './energy-record.js';

/** Arguments of a chip's power. */
interface PowerRequest {
  readonly priced: PricedSamples;
  readonly prices: PriceList;
  readonly costs: Readonly<Record<'inference' | 'training', CostRecord>>;
  readonly deployment: Deployment | null;
}

/** µW per pJ/s. */
const uwPerPjPerSecond = 1e-6;

function powerBand(pjPerSecond: EnergyBand, complete: boolean): PowerBand {
  return {
    powerUw: pjPerSecond.energyPj * uwPerPjPerSecond,
    powerLowUw: pjPerSecond.lowPj * uwPerPjPerSecond,
    powerHighUw: pjPerSecond.highPj * uwPerPjPerSecond,
    complete,
  };
}

function fullSpeed(cost: CostRecord, clockMhz: number): PowerRecord['fullSpeed']['inference'] {
  const samplesPerSecond = (1e6 * clockMhz) / cost.latencyCycles;
  const perSample: EnergyBand = {
    energyPj: 1000 * cost.energyNj,
    lowPj: 1000 * cost.energyLowNj,
    highPj: 1000 * cost.energyHighNj,
  };
  return { ...powerBand(scaleBand(perSample, samplesPerSecond), cost.complete), samplesPerSecond };
}

/** What leaks, whether the chip works or not. */
const leakages = ['leakage.cycle', 'leakage.shared'] as const;

/** Says that a memory beside the chip leaks elsewhere; null where it is on the chip, and leakage.shared has it. */
export function sharedLeakageNote({
  delayedErrorMemory,
}: Pick<ChipModel, 'delayedErrorMemory'>): string | null {
  return delayedErrorMemory.placement === 'offChip'
    ? 'The delayed-error memory is beside the chip: what it leaks is in no figure.'
    : null;
}

interface Leakage {
  readonly cores: number;
  /** By price, pJ per second; null: one of them has none. */
  readonly perSecond: readonly PriceContribution[] | null;
}

/** Prices of an action at these places (cores; null: none), each with the number of places that have it. */
function pricesAt(
  prices: PriceList,
  componentAction: (typeof leakages)[number],
  places: ReadonlySet<number | null>,
): ReadonlyMap<UnitPrice | null, number> {
  const counted = new Map<UnitPrice | null, number>();
  for (const core of places) {
    const price = prices.unitPrice({ componentAction, bits: null, core });
    counted.set(price, (counted.get(price) ?? 0) + 1);
  }
  return counted;
}

/** Leakage of the cores in use and of what they share. */
function leakage({ prices, priced }: PowerRequest): Leakage {
  const rows = rowsOfRun(priced, 'inference');
  const contributions = leakages.flatMap((componentAction) => {
    const places = new Set(
      rows.filter((row) => row.componentAction === componentAction).map(({ core }) => core),
    );
    return [...pricesAt(prices, componentAction, places)].map(([price, placeCount]) => {
      const cyclesPerSecond = 1e6 * priced.clockMhz * placeCount;
      const energy = price === null ? null : scaleBand(price, cyclesPerSecond);
      return { componentAction, energy };
    });
  });
  const known = contributions.flatMap(({ componentAction, energy }) =>
    energy === null ? [] : [{ componentAction, energy }],
  );
  const cores = new Set(
    rows.filter((row) => row.componentAction === 'leakage.cycle').map(({ core }) => core),
  );
  return { cores: cores.size, perSecond: known.length < contributions.length ? null : known };
}

function batteryLife(
  stated: NonNullable<Deployment['battery']>,
  average: PowerBand,
): NonNullable<NonNullable<PowerRecord['deployment']>['battery']> {
  const energyJ = batteryEnergyJ(stated);
  const hours = (powerUw: number): number | null =>
    powerUw > 0 ? energyJ / (powerUw * 1e-6) / 3600 : null;
  return {
    energyJ,
    lifeHours: hours(average.powerUw),
    lifeLowHours: hours(average.powerHighUw),
    lifeHighHours: hours(average.powerLowUw),
  };
}

function deploymentPower(
  request: PowerRequest,
  stated: Deployment,
  idle: Leakage['perSecond'],
): NonNullable<PowerRecord['deployment']> {
  const { priced, costs } = request;
  const { samplesPerSecond, trainingFraction } = stated;
  const latencyOf = (run: 'inference' | 'training'): number =>
    costs[run].latencyCycles / priced.clockMhz;
  const latencyUs = { inference: latencyOf('inference'), training: latencyOf('training') };
  const maximumSamplesPerSecond = maximumRate(latencyUs, trainingFraction);
  const dutyCycle = samplesPerSecond / maximumSamplesPerSecond;
  const figures = {
    samplesPerSecond,
    trainingFraction,
    maximumSamplesPerSecond,
    dutyCyclePercent: 100 * dutyCycle,
  };
  if (dutyCycle > 1) return { ...figures, average: null, battery: null };
  const ratePerSecond = {
    inference: samplesPerSecond * (1 - trainingFraction),
    training: samplesPerSecond * trainingFraction,
  };
  // Every price once: what it takes in both runs and in idle errs together.
  const working = runKinds.flatMap((run): readonly PriceContribution[] =>
    contributionsPerSample(priced, run).map(({ componentAction, energy }) => ({
      componentAction,
      energy: scaleBand(energy, ratePerSecond[run]),
    })),
  );
  const inIdle = (idle ?? []).map(({ componentAction, energy }) => ({
    componentAction,
    energy: scaleBand(energy, 1 - dutyCycle),
  }));
  const contributions = contributionsByPrice([...working, ...inIdle]);
  const total = contributions
    .map(({ energy }) => energy)
    .reduce(addBands, { energyPj: 0, lowPj: 0, highPj: 0 });
  const independent = independentEnds(total, contributions);
  const occurring = runKinds.filter((run) => ratePerSecond[run] > 0);
  const isComplete = idle !== null && occurring.every((run) => costs[run].complete);
  const average = {
    ...powerBand(total, isComplete),
    powerIndependentLowUw: independent.lowPj * uwPerPjPerSecond,
    powerIndependentHighUw: independent.highPj * uwPerPjPerSecond,
  };
  const battery = stated.battery === undefined ? null : batteryLife(stated.battery, average);
  return { ...figures, average, battery };
}

/** Average power at full speed, in idle, and as the experiment says that the chip is used. */
export function powerOf(request: PowerRequest): PowerRecord {
  const { priced, costs, deployment } = request;
  const { cores, perSecond } = leakage(request);
  const idle = (perSecond ?? []).map(({ energy }) => energy).reduce(addBands, sumEnergies([]));
  return {
    fullSpeed: {
      inference: fullSpeed(costs.inference, priced.clockMhz),
      training: fullSpeed(costs.training, priced.clockMhz),
    },
    idle: { ...powerBand(idle, perSecond !== null), cores },
    deployment: deployment === null ? null : deploymentPower(request, deployment, perSecond),
  };
}
