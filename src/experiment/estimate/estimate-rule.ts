import { actionOf } from '../../ledger/components.js';
import type { ChipImage } from '../../chip/image/chip-image.js';
import type { RunActivity } from '../../chip/image/activity.js';
import { type KnownLedger, rescheduledLedger, runLedger } from '../../chip/counts/run-ledger.js';
import { reachOf } from '../../chip/counts/cores.js';
import { isHome, partsOf } from '../../chip/image/layer-parts.js';
import { followsAtOnce } from '../../chip/image/learning-layers.js';
import type { LedgerRow } from '../../ledger/ledger-row.js';
import {
  groupRows,
  type PricedLedger,
  type PricedRow,
  sumEnergies,
} from '../../ledger/priced-ledger.js';
import { priceLedger } from '../../ledger/pricing.js';
import { totalsOfRuns } from '../../ledger/run-totals.js';
import { spanOf } from '../../network/topology.js';
import type { MemoryUse } from '../../mapping/placement/memory-use.js';
import { costOf, overheadPercent, type PricedSamples, rowsOfRun } from '../record/energy-record.js';
import { algorithmMemory, type MemoryBits } from './algorithm-memory.js';
import {
  type EstimateRecord,
  type MemoryBitsRecord,
  type MemoryKind,
  memoryKinds,
  type RuleEstimate,
} from './estimate-record.js';
import { type NetworkActivity, samplesOf } from './network-activity.js';
import type { PlacedRule, RepeatedUse } from './place-rule.js';
import type { PreparedEstimate } from './prepare-estimate.js';

type RuleCost = NonNullable<RuleEstimate['perSample']>;
type Cost = RuleCost['training'];
type InferenceCost = NonNullable<EstimateRecord['inferenceOnly']>['perSample'];

/** What each memory of the chip holds. */
const kindOfMemory: Readonly<Record<MemoryUse['component'], MemoryKind>> = {
  synapses: 'weights',
  bias: 'weights',
  feedback: 'feedback',
  neurons: 'outputs',
  eventBuffer: 'events',
  delayedError: 'delayedError',
  gradient: 'gradient',
  optimizerState: 'optimizer',
};

function recordOf(bits: MemoryBits): MemoryBitsRecord {
  return {
    weightsBits: bits.weights,
    feedbackBits: bits.feedback,
    outputsBits: bits.outputs,
    eventsBits: bits.events,
    delayedErrorBits: bits.delayedError,
    gradientBits: bits.gradient,
    optimizerBits: bits.optimizer,
    totalBits: memoryKinds.reduce((sum, kind) => sum + bits[kind], 0),
  };
}

/** Used words of all cores by what they hold. */
export function usedMemory(memories: readonly RepeatedUse[]): MemoryBitsRecord {
  const ofKind = (kind: MemoryKind): number =>
    memories
      .filter(({ component }) => kindOfMemory[component] === kind)
      .reduce((sum, { usedBits, repeat }) => sum + repeat * usedBits, 0);
  return recordOf({
    weights: ofKind('weights'),
    feedback: ofKind('feedback'),
    outputs: ofKind('outputs'),
    events: ofKind('events'),
    delayedError: ofKind('delayedError'),
    gradient: ofKind('gradient'),
    optimizer: ofKind('optimizer'),
  });
}

/** Memory of a rule on this chip, whether it fits or not. */
export function memoryOf(
  { topology, numerics }: PreparedEstimate,
  { learning, memories }: PlacedRule,
): RuleEstimate['memory'] {
  return {
    algorithm: recordOf(algorithmMemory(topology, numerics, learning)),
    chip: memories.length === 0 ? null : usedMemory(memories),
  };
}

/** By core the cycles for which its events are on the way; in a pipeline it does not wait for them. */
function routingCycles({ layers }: ChipImage): ReadonlyMap<number | null, number> {
  return new Map(
    layers.flatMap((layer) =>
      partsOf(layer).map((part): readonly [number, number] => [
        part.core,
        isHome(part) ? reachOf(layer, part, layers[layer.layer]) : 0,
      ]),
    ),
  );
}

/** What the interval between samples depends on besides the ledger. */
interface Pace {
  readonly sampleCount: number;
  readonly clockMhz: number;
  /** For which the first layer waits for events, per sample. */
  readonly waitCycles: number;
}

/** Cycles that a sample keeps each core, mean over the run; those of the first layer wait for their events, too. */
function coreCycles(
  image: ChipImage,
  rows: readonly PricedRow[],
  { sampleCount, waitCycles }: Pick<Pace, 'sampleCount' | 'waitCycles'>,
) {
  const [first] = image.layers;
  const waiting = first === undefined ? [] : partsOf(first).map((part) => part.core);
  const cycleRows = rows.filter((row) => row.componentAction === 'clock.cycle');
  const routing = routingCycles(image);
  return [...groupRows(cycleRows, ({ core }) => String(core)).values()].map((group) => {
    const core = group[0]?.core ?? null;
    const worked = group.reduce((sum, { count }) => sum + count, 0) / sampleCount;
    const wait = core !== null && waiting.includes(core) ? waitCycles : 0;
    return { core, cycles: worked - (routing.get(core) ?? 0) + wait };
  });
}

/**
 * Interval between samples in the steady state. Every core takes the next sample when it has finished the one before, so the
 * busiest core sets the pace, and all cores leak for this interval only.
 *
 * Implements: docs/spec.md §8 (pipelined schedule), as far as means tell: samples that differ make cores wait for each other.
 */
function pipelinedInterval(
  image: ChipImage,
  rows: readonly PricedRow[],
  cost: Cost,
  { sampleCount, clockMhz, waitCycles }: Pace,
): RuleCost['trainingInterval'] {
  const { core, cycles } = coreCycles(image, rows, { sampleCount, waitCycles }).reduce(
    (most, one) => (one.cycles > most.cycles ? one : most),
    { core: null, cycles: 0 },
  );
  const leakage = sumEnergies(rows.filter(({ phase }) => phase === 'idle'));
  const saved = cost.latencyCycles > 0 ? 1 - cycles / cost.latencyCycles : 0;
  const without = (energyNj: number, leakagePj: number): number =>
    energyNj - (saved * leakagePj) / sampleCount / 1000;
  return {
    cycles,
    us: cycles / clockMhz,
    isPipelined: true,
    busiestCore: core,
    energyNj: without(cost.energyNj, leakage.energyPj),
    energyLowNj: without(cost.energyLowNj, leakage.lowPj),
    energyHighNj: without(cost.energyHighNj, leakage.highPj),
  };
}

/** A locked rule lets the next sample in when the last layer has learned. */
function lockedInterval(
  { latencyCycles, energyNj, energyLowNj, energyHighNj }: Cost,
  clockMhz: number,
): RuleCost['trainingInterval'] {
  const us = latencyCycles / clockMhz;
  const energy = { energyNj, energyLowNj, energyHighNj };
  return { cycles: latencyCycles, us, isPipelined: false, busiestCore: null, ...energy };
}

/** Energy of a sample by run, phase and component. */
function energyParts(
  rows: readonly PricedRow[],
  samples: PricedSamples['samples'],
): RuleCost['energyParts'] {
  const groups = groupRows(
    rows,
    ({ run, phase, componentAction, unitPrice }) =>
      `${run}/${phase}/${actionOf(componentAction).component}/${unitPrice === null ? 'unpriced' : 'priced'}`,
  );
  return [...groups.values()].flatMap((group): RuleCost['energyParts'] => {
    const [row] = group;
    if (row === undefined) return [];
    const { run, phase, componentAction, unitPrice } = row;
    const { component } = actionOf(componentAction);
    const place = { run, phase, component };
    if (unitPrice === null) {
      return [{ ...place, energyNj: null, energyLowNj: null, energyHighNj: null }];
    }
    const { energyPj, lowPj, highPj } = sumEnergies(group);
    const perSampleNj = (pj: number): number => pj / samples[run] / 1000;
    return [
      {
        ...place,
        energyNj: perSampleNj(energyPj),
        energyLowNj: perSampleNj(lowPj),
        energyHighNj: perSampleNj(highPj),
      },
    ];
  });
}

function memoryOverhead(memories: readonly RepeatedUse[]): number | null {
  const sum = (list: readonly RepeatedUse[]): number =>
    list.reduce((total, { usedBits, repeat }) => total + repeat * usedBits, 0);
  return overheadPercent(
    sum(memories),
    sum(memories.filter(({ isTrainingOnly }) => !isTrainingOnly)),
  );
}

/**
 * Counts of a network on a chip for this activity: no weight is looked at. Layers have the numbers of the whole network.
 * @param known of the same network on the same cores by another schedule of the update
 */
export function countActivities(
  { topology }: PreparedEstimate,
  image: ChipImage,
  activities: readonly RunActivity[],
  known: KnownLedger | null = null,
): readonly LedgerRow[] {
  const { spans } = topology;
  if (spans === undefined) {
    return known === null
      ? runLedger(image, activities)
      : rescheduledLedger(known, image, activities);
  }
  // Rows of condensed networks are few, and numbered anew: they are counted again.
  const repeats = spans.map(({ repeat }) => repeat);
  return runLedger(image, activities, repeats).map((row) => ({
    ...row,
    layer: row.layer === null ? null : spanOf(topology, row.layer - 1).first,
  }));
}

/** Priced counts of a network for this activity, and its samples. */
export interface PricedActivity extends PricedSamples {
  readonly unpriced: PricedLedger['unpriced'];
}

/** The counts, priced. */
export function priceActivities(
  prepared: PreparedEstimate,
  image: ChipImage,
  activities: readonly RunActivity[],
  activity: NetworkActivity,
): PricedActivity {
  const { chip } = prepared;
  const { rows, unpriced } = priceLedger(countActivities(prepared, image, activities), chip);
  const samples = samplesOf(activity);
  const { inputTime } = activity;
  return {
    rows,
    unpriced,
    totals: totalsOfRuns(rows),
    samples,
    clockMhz: chip.clockMhz,
    inputTime,
  };
}

/** Costs of an inference sample. */
export function inferenceCost(image: ChipImage, priced: PricedActivity): InferenceCost {
  const { rows, samples, clockMhz, inputTime, unpriced } = priced;
  const inference = costOf(priced, 'inference');
  const pace = {
    sampleCount: samples.inference,
    clockMhz,
    waitCycles: inputTime?.inference.waitCycles ?? 0,
  };
  return {
    inference,
    inferenceInterval: pipelinedInterval(image, rowsOfRun(priced, 'inference'), inference, pace),
    energyParts: energyParts(rows, samples),
    unpriced: [...unpriced],
  };
}

/** Costs of a training and of an inference sample. @param memories that the rule uses */
export function ruleCost(
  image: ChipImage,
  priced: PricedActivity,
  memories: readonly RepeatedUse[],
): RuleCost {
  const { samples, clockMhz, inputTime } = priced;
  const ofInference = inferenceCost(image, priced);
  const { inference } = ofInference;
  const training = costOf(priced, 'training');
  const pace = {
    sampleCount: samples.training,
    clockMhz,
    waitCycles: inputTime?.training.waitCycles ?? 0,
  };
  return {
    ...ofInference,
    training,
    learningOverheadPercent: {
      energy: overheadPercent(training.energyNj, inference.energyNj),
      latency: overheadPercent(training.latencyCycles, inference.latencyCycles),
      memory: memoryOverhead(memories),
    },
    trainingInterval: followsAtOnce(image)
      ? pipelinedInterval(image, rowsOfRun(priced, 'training'), training, pace)
      : lockedInterval(training, clockMhz),
  };
}
