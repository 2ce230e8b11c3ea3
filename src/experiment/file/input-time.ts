import { type InputWait, inputWait } from '../../chip/counts/input-wait.js';
import type { ChipImage } from '../../chip/image/chip-image.js';
import type { RunActivity } from '../../chip/image/activity.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import { ArrivalEncoder } from '../../mapping/input/arrival-encoder.js';
import { type FeatureTable, InputEncoder } from '../../mapping/input/input-encoder.js';
import type { InputTiming } from '../../mapping/input/input-timing.js';
import type { QuantiserSpec } from '../../mapping/quantise.js';
import { elementAt } from '../../numerics/integer.js';

/** Means over the samples of both runs, in cycles per sample; null: graded inputs, which wait for nothing. */
export type InputTime = Readonly<Record<RunKind, InputWait>> | null;

/** Samples, and how and when their inputs become events. */
export interface TimedSamples {
  readonly samples: FeatureTable & { readonly sampleCount: number };
  readonly quantiser: QuantiserSpec;
  readonly timing: InputTiming;
}

/** Samples that are encoded at a time. */
const chunkSampleCount = 256;

/** Means over the first `sampleCount` samples of a set. Implements: docs/spec.md §9 (wait). */
export function meanInputWait(
  image: ChipImage,
  { samples, quantiser, timing }: TimedSamples,
  sampleCount: number,
): InputWait {
  const { inputCount, eventThresholdRaw } = elementAt(image.layers, 0, 'layers');
  const condition = { threshold: eventThresholdRaw, isDense: image.isDense };
  const encoder = new InputEncoder(samples, quantiser);
  const arrivals = new ArrivalEncoder(inputCount, timing, condition);
  const order = Uint32Array.from({ length: sampleCount }, (_, sample) => sample);
  const total = { waitCycles: 0, durationCycles: 0, eventCycles: 0 };
  for (let from = 0; from < sampleCount; from += chunkSampleCount) {
    const to = Math.min(from + chunkSampleCount, sampleCount);
    const { inputsRaw } = encoder.encode(order, from, to);
    const wait = inputWait(image, arrivals.encode(inputsRaw, order.subarray(from, to)));
    total.waitCycles += wait.waitCycles;
    total.durationCycles += wait.durationCycles;
    total.eventCycles += wait.eventCycles;
  }
  const mean = (cycles: number): number => (sampleCount === 0 ? 0 : cycles / sampleCount);
  return {
    waitCycles: mean(total.waitCycles),
    durationCycles: mean(total.durationCycles),
    eventCycles: mean(total.eventCycles),
  };
}

/** Means over all samples of both sets. */
export function timeInputs(
  image: ChipImage,
  sets: Readonly<Record<RunKind, TimedSamples>>,
): InputTime {
  const { training, inference } = sets;
  return {
    training: meanInputWait(image, training, training.samples.sampleCount),
    inference: meanInputWait(image, inference, inference.samples.sampleCount),
  };
}

/** Runs with the wait of their samples; as they are where inputs are graded. */
export function inTime(
  activities: readonly RunActivity[],
  inputTime: InputTime,
): readonly RunActivity[] {
  if (inputTime === null) return activities;
  return activities.map((activity) => ({
    ...activity,
    inputWaitCycles: Math.round(inputTime[activity.run].waitCycles * activity.sampleCount),
  }));
}
