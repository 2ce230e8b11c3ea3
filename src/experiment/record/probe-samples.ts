import type { DatasetParts } from '../../datasets/dataset.js';

/** Test samples, the first ones, on which the alignment of chip and reference is measured; fewer where the set has fewer. */
export const alignmentSampleCount = 128;

/** Training samples, the first ones, that are judged again after every epoch: as many as there are test samples, or all. */
export function judgedSamplesOf({ train, test }: DatasetParts): number {
  return Math.min(train.sampleCount, test.sampleCount);
}

/**
 * Samples, the first ones of each set, whose energies are told apart, fewer where the set has fewer: the 5th of them, from the
 * smallest on, is the 5th percentile.
 */
export const spreadSampleCount = 100;

/** Training samples, the first ones, on which inputs, z, h and δz of the chip are compared with float arithmetic; fewer where the set has fewer. */
export const lockstepSampleCount = 16;

/**
 * Fewer samples are compared where they would make more products w·x than these, events of value 0 among them. The chip's side needs
 * a nanosecond for each, float arithmetic less, and both look after every epoch.
 */
export const lockstepProducts = 12_000_000;

/** Training samples of the first epoch after which the chip is looked at once more, if it has more of them. */
export const earlySampleCount = 256;

/** Training samples, the first ones, that the schedule shows; fewer where the set has fewer. */
export const scheduledSampleCount = 8;

/** It shows fewer where their forward passes would make more products w·x than these: about a second each schedule. */
export const scheduledProducts = 100_000_000;
