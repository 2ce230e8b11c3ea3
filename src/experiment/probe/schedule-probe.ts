import type { ChipImage } from '../../chip/image/chip-image.js';
import { comparesErrors, updatesAtOnce } from '../../chip/image/learning-layers.js';
import type { ScheduleKind } from '../../chip/timed/engine/controller.js';
import { makeEventDrivenEngine } from '../../chip/engines.js';
import type { RouterSpec } from '../../chip/timed/router/router.js';
import type { TimedBatch } from '../../chip/timed/run-in-flight.js';
import type { ChipModel } from '../../hardware/chip-model.js';
import { sampleOrder } from '../../time/seeded-order.js';
import { ArrivalEncoder } from '../../mapping/input/arrival-encoder.js';
import { InputEncoder } from '../../mapping/input/input-encoder.js';
import { factsOf } from '../../network/rule-facts.js';
import { elementAt, floorDiv } from '../../numerics/integer.js';
import { productsPerSample } from './lockstep.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { scheduledProducts, scheduledSampleCount } from '../record/probe-samples.js';
import type { ScheduleRecord } from '../record/result-record.js';

/** What one schedule of the samples shows. */
interface TimedRun {
  /** From the first sample in to the last weight written. */
  readonly elapsedCycles: number;
  /** Mean over the samples. */
  readonly latencyCycles: number;
  readonly intervals: ScheduleRecord['intervals'];
}

/** How many training samples the schedule shows, at most those there are; 0: the network is too large. */
export function scheduledSamplesOf(image: ChipImage, trainSampleCount: number): number {
  const affordable = floorDiv(scheduledProducts, productsPerSample(image));
  return Math.min(scheduledSampleCount, affordable, trainSampleCount);
}

/** How the chip's cores are connected, as the engine knows it: contention is that of this router. */
export function routerOf({ router }: ChipModel): RouterSpec {
  return router.kind === 'mesh' ? { kind: 'mesh', columns: router.columns } : { kind: 'bus' };
}

/** The first training samples of epoch 1, with the times of their events unless they are graded. */
export function firstSamples(prepared: PreparedExperiment, sampleCount: number): TimedBatch {
  const { experiment, data, placement, inputQuantiser, inputTiming } = prepared;
  const { seed, shuffle } = experiment.training;
  const order = sampleOrder(data.train.sampleCount, seed, 1, shuffle);
  const encoder = new InputEncoder(data.train, inputQuantiser);
  const sampleIndices = order.slice(0, sampleCount);
  const batch = { ...encoder.encode(order, 0, sampleCount), sampleIndices };
  if (experiment.input.coding === 'graded') return batch;
  const { layers, isDense } = placement.image;
  const { inputCount, eventThresholdRaw } = elementAt(layers, 0, 'layers');
  const condition = { threshold: eventThresholdRaw, isDense };
  const arrivals = new ArrivalEncoder(inputCount, inputTiming, condition);
  return { ...batch, arrivals: arrivals.encode(batch.inputsRaw, sampleIndices) };
}

async function runInTime(
  { imageOfEpoch, chip }: PreparedExperiment,
  schedule: ScheduleKind,
  batch: TimedBatch,
): Promise<TimedRun> {
  const samples = batch.labels.length;
  const engine = await makeEventDrivenEngine(imageOfEpoch(1), {
    schedule,
    router: routerOf(chip),
    scheduledSampleCount: samples,
  });
  engine.train(batch);
  const figure = engine.latencies().find(({ pass }) => pass === 'training');
  return {
    elapsedCycles: figure?.elapsedCycles ?? 0,
    latencyCycles: (figure?.totalCycles ?? 0) / samples,
    intervals: engine
      .schedule()
      .map(({ core, layer, sample, kind, fromTick, toTick, isBeside }) => ({
        schedule,
        core,
        layer,
        sample,
        kind,
        fromCycle: fromTick,
        toCycle: toTick,
        ...(isBeside === undefined ? {} : { isBeside }),
      })),
  };
}

/** Why the samples of a training do not pipeline (docs/spec.md §8, §2.15). */
function lockedReason(image: ChipImage): string {
  const isOfRule = factsOf(image.rule.kind).waitsFor !== 'nothing';
  const what =
    comparesErrors(image) && !isOfRule
      ? `training.updateSkip locks rule ${image.rule.kind}: hidden layers learn after the outputs have told whether the sample is skipped`
      : `Rule ${image.rule.kind} is locked: hidden layers learn after the whole forward pass`;
  return `${what}, so no core may take the next sample before.`;
}

/**
 * Trains the first samples on a chip that has learned nothing yet, event by event: serially and, where the rule allows it,
 * pipelined. Null where the network is too large for that.
 *
 * Implements: docs/spec.md §8 (schedules), §9 (arrivals).
 */
export async function recordSchedule(prepared: PreparedExperiment): Promise<ScheduleRecord | null> {
  const { experiment, placement, data } = prepared;
  const { image } = placement;
  const samples = scheduledSamplesOf(image, data.train.sampleCount);
  if (samples === 0) return null;
  const batch = firstSamples(prepared, samples);
  const serial = await runInTime(prepared, 'serial', batch);
  const canPipeline = updatesAtOnce(image);
  const pipelined = canPipeline ? await runInTime(prepared, 'pipelined', batch) : null;
  return {
    coding: experiment.input.coding,
    samples,
    serialCycles: serial.elapsedCycles,
    serialLatencyCycles: serial.latencyCycles,
    pipelinedCycles: pipelined?.elapsedCycles ?? null,
    pipelinedLatencyCycles: pipelined?.latencyCycles ?? null,
    reason: canPipeline ? null : lockedReason(image),
    intervals: [...serial.intervals, ...(pipelined?.intervals ?? [])],
  };
}
