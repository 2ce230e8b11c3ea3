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

/**
 * Address events of consecutive samples, struct of arrays. Sample i has the records offsets[i] … offsets[i + 1] − 1, in
 * the order in which they happened; a sample may be empty.
 */
export interface EventStream {
  /** Shape (sampleCount + 1), from 0, never falling. */
  readonly offsets: Uint32Array;
  /** Microseconds since the sample began; shape (records), never falling within a sample. */
  readonly timesUs: Uint32Array;
  /** y · width + x; shape (records). */
  readonly addresses: Uint32Array;
  /** Which channel of the input shape; 1 is ON where there are two. Shape (records). */
  readonly polarities: Uint8Array;
}

/**
 * How values are normalised before anything else: `range`, each input to 0…1 by its smallest and largest training value;
 * `channel`, each channel to mean 0 and deviation 1 over the training samples in use.
 */
export type Normalisation = 'range' | 'channel';

/** What a channel had before it was normalised, in real values, over the training samples in use. */
export interface ChannelStatistics {
  readonly mean: number;
  /** Root of the mean square difference to the mean; 0: the channel is constant. */
  readonly deviation: number;
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
  /** Samples of this part in the whole set, whether they are in use, are there, or not; of the user's own those of its files. */
  readonly setSampleCount: number;
  /** Shape (sampleCount × channels × height × width), row-major. */
  readonly features: FeatureValues;
  /** Real value = raw value · featureScale; 1 for event counts, which `countInputs` of the mapping scales. */
  readonly featureScale: number;
  /** How the features were changed from what the files hold; null: they are that. */
  readonly normalise: Normalisation | null;
  /** Of `normalise: channel`, one entry per channel; null: any other. */
  readonly channels: readonly ChannelStatistics[] | null;
  /** Shape (sampleCount). */
  readonly labels: Uint8Array;
  /** When the events happened; then `features` are their counts by input. Null: there is no time in the set. */
  readonly events: EventStream | null;
  readonly sourceFiles: readonly SourceFile[];
  /** What a report must say beside results on this set, or null. */
  readonly note: string | null;
}

/** A data set, ready to train and to test on. */
export interface DatasetParts {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** Samples of one part and the files they came from. */
export interface Samples {
  readonly features: FeatureBlock;
  readonly labels: Labels;
  readonly events: EventStream | null;
  readonly sourceFiles: readonly SourceFile[];
  /** What reading changed, or null. */
  readonly note: string | null;
  /** Samples that known files have in place of the original ones, decoded from JPEG. */
  readonly jpegSampleCount: number;
}

/** Classes of some samples, as one file holds them. */
export interface Labels {
  /** Shape (samples). */
  readonly values: Uint8Array;
  /** Columns of one-hot rows, one per class, whether it occurs or not; null: the labels were numbers. */
  readonly oneHotClassCount: number | null;
}

/** Features of some samples, as one file holds them. */
export interface FeatureBlock {
  readonly sampleShape: InputShape;
  /** Shape (samples × sampleShape), row-major. */
  readonly values: FeatureValues;
  /** `featureScale` unless something else is stated: 1/255 for unsigned bytes, 1 for all others. */
  readonly defaultScale: number;
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
