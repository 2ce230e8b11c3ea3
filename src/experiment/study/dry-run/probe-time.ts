import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '../../../units/input-error.js';
import { prepareExperiment } from '../../file/prepare-experiment.js';
import { runSides } from '../../run/sides/run-reference.js';
import { overridesOf, type StudyPlan } from '../plan-study.js';
import type { PlannedRun } from './shared-work.js';

/** Kinds of runs that are tried at most, and seconds after which no further one is begun. */
const mostProbes = 8;
const longestSeconds = 60;
/** Samples of the first try, and the seconds an epoch should last to be measured. */
const firstSamples = 100;
const measuredSeconds = 0.5;
const largestGrowth = 100;
/** A try has this many epochs: the first one pays for the start of the reference and for code that is not compiled yet. */
const probeEpochs = 2;

/** Seconds of a run of one kind. */
interface KindCost {
  /** Whatever the number of epochs. */
  readonly fixed: number;
  readonly chipEpoch: number;
  readonly referenceEpoch: number;
  /** Share of the training samples that were run. */
  readonly share: number;
}

/** How long a study takes. */
export interface StudyTime {
  readonly seconds: number;
  /** The longest run. */
  readonly longest: number;
  readonly kinds: number;
  readonly probed: number;
  /** Smallest share of an epoch that was run. */
  readonly share: number;
}

async function probeOnce(
  plan: StudyPlan,
  { point, experiment }: PlannedRun,
  trainSamples: number,
  folder: string,
): Promise<Omit<KindCost, 'share'>> {
  const testSamples = Math.max(1, Math.ceil(trainSamples / 2));
  const { dataset } = experiment;
  const stated = 'testSamples' in dataset ? dataset.testSamples : undefined;
  const sizes = [
    `dataset.trainSamples=${trainSamples}`,
    `dataset.testSamples=${Math.min(testSamples, stated ?? testSamples)}`,
    `training.epochs=${probeEpochs}`,
  ];
  const overrides = [...overridesOf(plan, point), ...sizes];
  const begin = performance.now();
  const prepared = await prepareExperiment(plan.file, overrides, plan.dataFolder);
  const { timing } = await runSides(prepared, { cacheFolder: folder });
  const wall = (performance.now() - begin) / 1000;
  const last = timing.epochs.at(-1);
  const chipEpoch = last?.chipSeconds ?? 0;
  const referenceEpoch = last?.referenceSeconds ?? 0;
  const fixed = Math.max(0, wall - probeEpochs * Math.max(chipEpoch, referenceEpoch));
  return { fixed, chipEpoch, referenceEpoch };
}

/** Runs a kind with few samples, and with more where that was over too soon to be measured. */
async function probeKind(plan: StudyPlan, run: PlannedRun): Promise<KindCost> {
  const whole = await prepareExperiment(plan.file, overridesOf(plan, run.point), plan.dataFolder);
  const all = whole.data.train.sampleCount;
  const folder = await mkdtemp(path.join(tmpdir(), 'spikeledger-'));
  try {
    let samples = Math.min(all, firstSamples);
    let cost = await probeOnce(plan, run, samples, path.join(folder, 'first'));
    const lasted = Math.max(cost.chipEpoch, cost.referenceEpoch);
    const growth = Math.min(largestGrowth, measuredSeconds / Math.max(lasted, 1e-3));
    if (growth > 2 && samples < all) {
      samples = Math.min(all, Math.ceil(samples * growth));
      cost = await probeOnce(plan, run, samples, path.join(folder, 'second'));
    }
    const share = samples / all;
    const { fixed, chipEpoch, referenceEpoch } = cost;
    return {
      fixed,
      chipEpoch: chipEpoch / share,
      referenceEpoch: referenceEpoch / share,
      share,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Costs by kind, of kinds spread evenly over the plan. */
async function probeKinds(
  plan: StudyPlan,
  runs: readonly PlannedRun[],
): Promise<ReadonlyMap<string, KindCost>> {
  const kinds = [...new Map(runs.map((run) => [run.kind, run])).values()];
  const count = Math.min(mostProbes, kinds.length);
  const costs = new Map<string, KindCost>();
  const begin = performance.now();
  for (let index = 0; index < count; index += 1) {
    const run = kinds[Math.floor((index * kinds.length) / count)];
    if (run === undefined || performance.now() - begin > 1000 * longestSeconds) break;
    try {
      costs.set(run.kind, await probeKind(plan, run));
    } catch (error) {
      // A kind that cannot be run with so few samples or epochs is taken as the mean of the others.
      if (!(error instanceof InputError)) throw error;
    }
  }
  return costs;
}

function meanOf(costs: readonly KindCost[]): KindCost {
  const mean = (of: (cost: KindCost) => number) =>
    costs.reduce((sum, cost) => sum + of(cost), 0) / costs.length;
  return {
    fixed: mean(({ fixed }) => fixed),
    chipEpoch: mean(({ chipEpoch }) => chipEpoch),
    referenceEpoch: mean(({ referenceEpoch }) => referenceEpoch),
    share: mean(({ share }) => share),
  };
}

/** Seconds of a plan whose kinds cost so much, each reference trained once. Null: no kind is known. */
export function timeOf(
  runs: readonly PlannedRun[],
  costs: ReadonlyMap<string, KindCost>,
  { workers, cores }: { readonly workers: number; readonly cores: number },
): StudyTime | null {
  if (costs.size === 0) return null;
  const mean = meanOf([...costs.values()]);
  const trained = new Set<string>();
  let side = 0;
  let busy = 0;
  let longest = 0;
  for (const { kind, reference, experiment } of runs) {
    const { fixed, chipEpoch, referenceEpoch } = costs.get(kind) ?? mean;
    const { epochs } = experiment.training;
    const isFirst = reference !== null && !trained.has(reference);
    if (isFirst) trained.add(reference);
    const chip = epochs * chipEpoch;
    const beside = isFirst ? epochs * referenceEpoch : 0;
    const wall = fixed + Math.max(chip, beside);
    side += wall;
    busy += fixed + chip + beside;
    longest = Math.max(longest, wall);
  }
  // Chip and reference are two processes: with a worker for each core they share the cores.
  const seconds = Math.max(side / workers, busy / Math.max(workers, cores), longest);
  return {
    seconds,
    longest,
    kinds: new Set(runs.map(({ kind }) => kind)).size,
    probed: costs.size,
    share: Math.min(...[...costs.values()].map(({ share }) => share)),
  };
}

/**
 * Time of a study, from short epochs of each kind of run. `on`: processes that run points, and cores of the machine that
 * they share. Null: no kind could be tried.
 */
export async function probeTime(
  plan: StudyPlan,
  runs: readonly PlannedRun[],
  on: { readonly workers: number; readonly cores: number },
): Promise<StudyTime | null> {
  return timeOf(runs, await probeKinds(plan, runs), on);
}
