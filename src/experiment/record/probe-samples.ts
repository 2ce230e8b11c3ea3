/** Alignment of chip and reference is measured on so many of the first test samples, at most all. */
export const alignmentSampleCount = 128;

/** h and δz of the chip are compared with float arithmetic on so many of the first training samples, at most all. */
export const lockstepSampleCount = 16;

/**
 * Fewer samples are compared where they would make more products w·x than these, events of value 0 among them: the
 * oracle needs up to 1 µs for each.
 */
export const lockstepProducts = 12_000_000;

/** The schedule shows so many of the first training samples, at most all. */
export const scheduledSampleCount = 8;

/** It shows fewer where their forward passes would make more products w·x than these: about a second each schedule. */
export const scheduledProducts = 100_000_000;
