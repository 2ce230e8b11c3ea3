/** Channels, height, width. A plain vector of n values is one row: [1, 1, n]. */
export type InputShape = readonly [channels: number, height: number, width: number];

/** Raw features: bytes as stored, or float32 (float64 files are rounded to float32 as they are read). */
export type FeatureValues = Uint8Array | Float32Array;

/** A file that samples came from, by name only, so that results do not depend on where it lies. */
export interface SourceFile {
  readonly fileName: string;
  /** SHA-256 of the file as stored, so of the packed bytes when it is gzip; lower-case hexadecimal. */
  readonly sha256: string;
}

/** One part of a data set, training or test; samples in the order of their files. */
export interface Dataset {
  readonly name: string;
  /** Labels are 0…classCount − 1. */
  readonly classCount: number;
  readonly inputShape: InputShape;
  /** channels · height · width. */
  readonly inputCount: number;
  readonly sampleCount: number;
  /** Shape (sampleCount × channels × height × width), row-major. */
  readonly features: FeatureValues;
  /** Real value = raw value · featureScale. */
  readonly featureScale: number;
  /** Shape (sampleCount). */
  readonly labels: Uint8Array;
  readonly sourceFiles: readonly SourceFile[];
  /** What a report must say beside results on this set, or null. */
  readonly note: string | null;
}

/** A data set, ready to train and to test on. */
export interface DatasetParts {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** Features of some samples, as one file holds them. */
export interface FeatureBlock {
  readonly sampleShape: InputShape;
  /** Shape (samples × sampleShape), row-major. */
  readonly values: FeatureValues;
}

/** How many values one sample of this shape has. */
export function valueCount(shape: InputShape): number {
  const [channels, height, width] = shape;
  return channels * height * width;
}

/** How many samples a block holds. */
export function sampleCountOf(block: FeatureBlock): number {
  return block.values.length / valueCount(block.sampleShape);
}
