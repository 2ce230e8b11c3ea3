/** Alignment of chip and reference is measured on so many of the first test samples, at most all. */
export const alignmentSampleCount = 128;
