import { type BatchStage, batchStages } from '../../chip/counts/batch-stages.js';
import { updatesAtOnce } from '../../chip/image/learning-layers.js';
import { factsOf } from '../../network/rule-facts.js';
import { scheduleFault } from '../../chip/checks/schedule-check.js';
import type { RunActivity } from '../../chip/image/activity.js';
import type { ChipImage, LayerImage } from '../../chip/image/chip-image.js';
import { isBeside } from '../../chip/image/update-order.js';
import { besideSteps } from '../../chip/image/visit-cycles.js';
import { elementAt } from '../../numerics/integer.js';
import { chipArea, learningAreaPercent } from '../../hardware/chip-area.js';
import { type ChipModel, coreKinds } from '../../hardware/chip-model.js';
import type { NamedSchedule, ScheduleVariant } from '../file/schedule-variants.js';
import { costOf, energyOverhead, overheadPercent, type SampleTotals } from './energy-record.js';
import type { BatchLatencyRecord, ScheduleCost } from './update-schema.js';

/** Counts of the same activity on the chip of a schedule, priced. */
interface ScheduleBasis {
  readonly image: ChipImage;
  readonly priced: (image: ChipImage, chip: ChipModel) => SampleTotals;
}

/** The same network on cores that change weights by this schedule. */
function scheduled(image: ChipImage, { schedule, writeBanks }: NamedSchedule): ChipImage {
  return {
    ...image,
    layers: image.layers.map((layer) => ({
      ...layer,
      organisation: { ...layer.organisation, updateSchedule: schedule, writeBanks },
    })),
  };
}

/** Why X of another chip is not known from a run; null: it is, or is not asked for (docs/spec.md §5.1). */
export function unmeasuredRows(image: ChipImage, other: ChipImage): string | null {
  const differs = other.layers.some((layer, index) => {
    const rowsOf = (one: LayerImage): number => besideSteps(one).rowCycles;
    const measured = elementAt(image.layers, index, 'layers');
    return isBeside(other, layer) && rowsOf(measured) !== rowsOf(layer);
  });
  return differs
    ? 'how long its rows keep the next forward pass waiting is not measured in this run'
    : null;
}

/**
 * What keeps the image from each schedule; null: nothing.
 * @param faultOf what else does, or keeps its costs from being known
 */
export function scheduleFaults(
  image: ChipImage,
  faultOf: (other: ChipImage) => string | null,
): (named: NamedSchedule) => string | null {
  return (named) => {
    const other = scheduled(image, named);
    return scheduleFault(other)?.reason ?? faultOf(other);
  };
}

function costsOf(chip: ChipModel, priced: SampleTotals): NonNullable<ScheduleCost['costs']> {
  const training = costOf(priced, 'training');
  const inference = costOf(priced, 'inference');
  const area = chipArea(chip);
  const bufferWords = coreKinds(chip).map(({ core }) => {
    const { bankCount, wordsPerBank } = core.memories.eventBuffer;
    return bankCount * wordsPerBank;
  });
  return {
    training,
    learningOverheadPercent: {
      ...energyOverhead(priced),
      latency: overheadPercent(training.latencyCycles, inference.latencyCycles),
      area: learningAreaPercent(area),
    },
    areaMm2: area.totalMm2,
    eventBufferWords: Math.max(...bufferWords),
  };
}

/** What a training sample would cost by each schedule: the same activity, counted and priced as that chip would. */
export function scheduleCostsOf(
  variants: readonly ScheduleVariant[],
  { image, priced }: ScheduleBasis,
): ScheduleCost[] {
  return variants.map((variant): ScheduleCost => {
    const { schedule, writeBanks, isOwn, chip, problem } = variant;
    const named = { schedule, writeBanks, isOwn, problem };
    if (chip === null) return { ...named, costs: null };
    return { ...named, costs: costsOf(chip, priced(scheduled(image, variant), chip)) };
  });
}

/**
 * Cycles of one batch of a locked rule, from its first event to the last weight written, all samples taken as their mean; null: a
 * batch is one sample, nothing was trained, or the rule is not locked. Implements: docs/spec.md §8 (a batch of a locked rule).
 * @param repeats equal layers that each layer stands for, itself included
 */
export function batchLatency(
  image: ChipImage,
  activity: RunActivity,
  repeats: readonly number[] = [],
): Pick<BatchLatencyRecord, 'samples' | 'serialCycles' | 'pipelinedCycles'> | null {
  const { batchSize: samples } = image;
  const { sampleCount } = activity;
  if (samples === 1 || sampleCount === 0 || updatesAtOnce(image)) return null;
  const stages = batchStages(image, activity);
  const sum = (of: (stage: BatchStage) => number): number =>
    stages.reduce((total, stage, index) => total + (repeats[index] ?? 1) * of(stage), 0);
  const most = (of: (stage: BatchStage) => number): number => Math.max(...stages.map(of));
  const forward = (stage: BatchStage): number => stage.forward / sampleCount;
  const backward = (stage: BatchStage): number => stage.backward / sampleCount;
  const step = (stage: BatchStage): number => stage.step;
  const isChain = factsOf(image.rule.kind).waitsFor === 'nextLayer';
  const back = isChain ? sum(backward) + (samples - 1) * most(backward) : samples * most(backward);
  return {
    samples,
    serialCycles: samples * (sum(forward) + sum(backward)) + sum(step),
    pipelinedCycles: sum(forward) + (samples - 1) * most(forward) + back + most(step),
  };
}

/**
 * Latency of a batch (docs/spec.md §8), for a record to take up: nothing where a batch is one sample or the rule is not locked.
 * @param repeats equal layers that each layer stands for
 */
export function batchRecord(
  image: ChipImage,
  activities: readonly RunActivity[],
  clockMhz: number,
  repeats: readonly number[] = [],
): { readonly batchLatency?: BatchLatencyRecord } {
  const training = activities.find(({ run, isMeasuring }) => {
    return run === 'training' && isMeasuring !== true;
  });
  const latency = training === undefined ? null : batchLatency(image, training, repeats);
  if (latency === null) return {};
  const { serialCycles, pipelinedCycles } = latency;
  return {
    batchLatency: {
      ...latency,
      serialUs: serialCycles / clockMhz,
      pipelinedUs: pipelinedCycles / clockMhz,
    },
  };
}

/** The same in a sentence; null: there is none. */
export function batchNote(label: string, latency: BatchLatencyRecord | undefined): string | null {
  if (latency === undefined) return null;
  const { samples, serialCycles, pipelinedCycles } = latency;
  const whole = (cycles: number): string => Math.round(cycles).toLocaleString('en-US');
  return `${label}, a batch of ${samples}: ${whole(serialCycles)} cycles one sample after the other, ${whole(pipelinedCycles)} where samples follow each other inside the batch, on cores that hold all of them (docs/spec.md §8; no memory or area of it is counted).`;
}
