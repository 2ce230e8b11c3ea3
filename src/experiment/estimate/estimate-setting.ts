import type { ChipImage } from '../../chip/image/chip-image.js';
import { partLayer, partsOf } from '../../chip/image/layer-parts.js';
import { isBeside } from '../../chip/image/update-order.js';
import { canLearn } from '../../hardware/chip-model.js';
import { elementAt } from '../../numerics/integer.js';
import type { TakenForGranted } from './estimate-notes.js';
import { knowsUncovered } from './uncovered-cycles.js';
import { type InputTime, meanInputWait } from '../file/input-time.js';
import { skipBelowOf } from '../file/training-schema.js';
import {
  lacksSharedEvents,
  type NetworkActivity,
  needsChangedWords,
  type SkippedShare,
  spreadsEvenly,
} from './network-activity.js';
import type { PreparedEstimate } from './prepare-estimate.js';
import { activityFromStatement, measuredSampleCount } from './stated-activity.js';

/** Why the cost of an update that waits for the next sample's rows is not known. */
export const unknownSharedEvents =
  'how many events neighbouring samples share is not known; give a result of the same network with --result (of this version, on any chip)';

/** @throws InputError where the chip writes only the words that change, and their number is not known. */
function activityOn(prepared: PreparedEstimate, image: ChipImage): NetworkActivity {
  const { source, read, trainSampleCount, chip, topology } = prepared;
  const samples = { epochs: read.value.training.epochs, samplesPerEpoch: trainSampleCount };
  const activity =
    source.kind === 'result'
      ? source.activity
      : activityFromStatement(source.activity, image.layers, topology, samples);
  if (canLearn(chip) && needsChangedWords(image) && activity.changedWords === null) {
    throw read.problem(
      ['activity', 'changedWords'],
      `missing; ${chip.name} writes only the synapse words that change: state their fraction of the words an update meets (0 to 1)`,
    );
  }
  if (lacksSharedEvents(image, activity)) {
    throw read.problem(
      ['hardware'],
      `${chip.name} learns by schedule fused, and ${unknownSharedEvents}, or estimate a chip with schedule serial`,
    );
  }
  const { skipped: measured = null, ...unskipped } = activity;
  const skipped = skippedShare(prepared, measured);
  return {
    ...unskipped,
    ...(skipped === null ? {} : { skipped }),
    inputTime: inputTimeOf(prepared, image),
  };
}

/**
 * Samples that are not learned from: as the experiment states, else as the run measured it, whatever its threshold was; null where
 * the experiment learns from all.
 * @throws InputError where their share is not known, or is stated of samples that are all learned from.
 */
function skippedShare(
  { read, topology }: PreparedEstimate,
  measured: SkippedShare | null,
): SkippedShare | null {
  const { training, activity } = read.value;
  const stated = activity?.skippedSamples;
  const key = ['activity', 'skippedSamples'];
  if (skipBelowOf(training) === null) {
    if (stated === undefined) return null;
    throw read.problem(
      key,
      `${stated} of the training samples cannot be skipped where training.updateSkip is left out; state updateSkip: { whenErrorBelow: x } (0 < x < 1), or leave skippedSamples out`,
    );
  }
  if (stated !== undefined) {
    return { samples: stated, events: topology.layers.map(() => stated) };
  }
  if (measured !== null) return measured;
  throw read.problem(
    key,
    'missing; training.updateSkip skips samples, and how many is known after training only: state their fraction (0 to 1), or give a result of the same network with updateSkip with --result',
  );
}

/** Mean wait for input events, measured on the first training samples; null: graded, or not known. */
function inputTimeOf({ timedInput }: PreparedEstimate, image: ChipImage): InputTime {
  if (timedInput === null) return null;
  const sampleCount = Math.min(measuredSampleCount, timedInput.samples.sampleCount);
  const mean = meanInputWait(image, timedInput, sampleCount);
  return { training: mean, inference: mean };
}

/** Whether rows change beside forward passes, and no run has measured how long those wait for them (docs/spec.md §5.1). */
function lacksUncovered(image: ChipImage, { training }: NetworkActivity): boolean {
  return image.layers.some((layer, index) => {
    const own = partLayer(layer, elementAt(partsOf(layer), 0, 'parts'));
    return isBeside(image, layer) && !knowsUncovered(own, training[index]?.uncovered ?? []);
  });
}

/** What all rules of an estimate share: the activity, which the first image that the chip can hold completes. */
export class EstimateSetting {
  readonly #prepared: PreparedEstimate;
  #activity: NetworkActivity | null = null;
  #isSpreadEvenly = false;
  #isUncoveredLeast = false;

  constructor(prepared: PreparedEstimate) {
    this.#prepared = prepared;
  }

  /** Null: the chip could hold no image. */
  get activity(): NetworkActivity | null {
    return this.#activity;
  }

  /** Of the images so far. */
  get takenForGranted(): TakenForGranted {
    return { isSpreadEvenly: this.#isSpreadEvenly, isUncoveredLeast: this.#isUncoveredLeast };
  }

  /** @throws InputError where the chip needs an activity that is not known. */
  activityOn(image: ChipImage): NetworkActivity {
    this.#activity ??= activityOn(this.#prepared, image);
    this.#isSpreadEvenly ||= spreadsEvenly(image, this.#activity);
    this.#isUncoveredLeast ||= lacksUncovered(image, this.#activity);
    return this.#activity;
  }
}
