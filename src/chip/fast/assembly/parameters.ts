// What the driver (src/chip/fast/layout) writes into memory before a run: its lists have the same fields in the same order.
import { Activity } from './activity';

/** A tensor's format with its rounding and overflow modes. An unsigned 64-bit `highest` is stored as its bit pattern. */
@unmanaged
export class TensorFormat {
  lowest: i64;
  highest: i64;
  totalBits: i32;
  isSigned: i32;
  wraps: i32;
  rounding: i32;
}

/** How often values of one tensor did not fit, and the first training sample it happened in; −1: none (docs/spec.md §2.3). */
@unmanaged
export class OverflowRecord {
  count: i64;
  firstTrainingSample: i64;

  /** Counts values of the present sample that did not fit, at least one. */
  @inline
  add(count: i64): void {
    this.count += count;
    if (this.firstTrainingSample < 0) this.firstTrainingSample = Run.trainingSample;
  }
}

/** The delayed errors of rule `defp`: a word (or one a class) and a valid bit per training sample, or one in all. */
@unmanaged
export class DelayedErrors {
  variant: i32;
  /** Values a sample: C for the full vector, else 1. */
  valueCount: i32;
  /** i32 each. */
  valuesAt: u32;
  /** u8 per sample. */
  validAt: u32;
  /** 1 → delayedError: d on a first visit. */
  oneRaw: i32;
  /** F_d − F of the error. */
  errorShift: i32;
  /** F_output + F_d, for the reciprocal of loss `bce`; n of an average by shifts, whose sum is kept, else 0. */
  reciprocalBits: i32;
  averageShift: i32;
  /** Σ(1 − y_c) of the epoch in flight at F_output, and its samples so far. */
  epochSum: i64;
  epochSampleCount: i64;
}

/** What steps of all layers share, and where the run is between two of them (docs/spec.md §2.11). */
@unmanaged
export class Steps {
  /** Whether any layer learns in steps. */
  isUsed: i32;
  batchSize: i32;
  optimizer: i32;
  /** β of momentum, β₁ of adam; β of rmsprop, β₂ of adam: 16-bit fractions. */
  firstDecay: i32;
  secondDecay: i32;
  epsilon: i32;
  /** To the common fraction of β·v (or β₁·m) and the gradient, and from it to F_momentum. */
  momentumShift: i32;
  momentumGradientShift: i32;
  momentumDropBits: i32;
  /** F_secondMoment − 2·F_gradient; whether V is doubled so that its fraction bits are even; 16 + F_q − F_n. */
  squareShift: i32;
  isVarianceDoubled: i32;
  ratioShift: i32;
  /** Training samples of the batch so far; steps so far. */
  sampleCount: i64;
  stepCount: i64;
  /** adam: p₁ and p₂ (2^31 before the first step), r₁ and r₂ with 16 fraction bits. */
  firstPower: i64;
  secondPower: i64;
  firstCorrection: i64;
  secondCorrection: i64;
  /** Samples of the batch so far that are learned from (docs/spec.md §2.15). */
  learnedCount: i64;
}

/** What all layers share. Names that end in `At` are addresses. */
@unmanaged
export class Chip {
  layerCount: i32;
  classCount: i32;
  loss: i32;
  isDense: i32;
  /** Source of the hidden layers' δh; −1: they do not learn. */
  signalSource: i32;
  generatorBits: i32;
  generatorMask: u32;
  layersAt: u32;
  inputsAt: u32;
  labelsAt: u32;
  outputsAt: u32;
  /** u8 per staged sample: 1 where it trained and was not learned from; and T, 0: none is skipped (docs/spec.md §2.15). */
  verdictsAt: u32;
  skipThreshold: i32;
  /** u32 per staged sample: its place in the training set, for rule `defp`. */
  sampleIndicesAt: u32;
  /** 0: the rule keeps no delayed errors. */
  delayedErrorsAt: u32;
  stepsAt: u32;
  /** Loss `ce`: 4096 entries, i32 each; p of every class, i32 with 16 fraction bits. */
  softmaxTableAt: u32;
  probabilitiesAt: u32;
  /** Whether e of the rule is p − t and not y − t, and F_delta − F of that e (docs/spec.md §2.13). */
  takesProbabilities: i32;
  signalErrorShift: i32;
  /** i64 per class: the vector that all hidden layers share; i16 and padded to 16: any vector, for the vector path. */
  signalAt: u32;
  vectorSignalAt: u32;
  weightFormatAt: u32;
  biasFormatAt: u32;
  accumulatorFormatAt: u32;
  deltaFormatAt: u32;
  updateFormatAt: u32;
  delayedErrorFormatAt: u32;
  gradientFormatAt: u32;
  momentumFormatAt: u32;
  secondMomentFormatAt: u32;
}

/**
 * One layer: shapes, shifts, addresses of its memories and of its scratch space. A part of a layer that spans cores has
 * a block of its own (docs/spec.md §7): its columns, lanes, words and events in place of the layer's.
 */
@unmanaged
export class Layer {
  inputCount: i32;
  /** N; of a CONV layer numbered (row, column, channel), so that the channels of a position lie side by side. */
  neuronCount: i32;
  /** ρ, κ and Q of docs/spec.md §2.10, and the values that leave the layer. */
  rowCount: i32;
  columnCount: i32;
  positionCount: i32;
  outputCount: i32;
  isConvolution: i32;
  inputHeight: i32;
  inputWidth: i32;
  kernelSize: i32;
  stride: i32;
  padding: i32;
  mapWidth: i32;
  pooledHeight: i32;
  pooledWidth: i32;
  /** Two i32 for every row of an input map, and for every column: the first position that sees it, and how many do. */
  rowSpansAt: u32;
  columnSpansAt: u32;
  /** X: visits of all inputs. */
  inputVisits: i32;
  isInputSigned: i32;
  eventThreshold: i32;
  /** Bytes of a stored weight: 1 or 2 in layers that may take a vector path, else 4. */
  weightBytes: i32;
  rowPitchBytes: i32;
  weightsAt: u32;
  biasesAt: u32;
  /** Whether weights and biases change, and whether δz is made: for them or for a layer below. */
  learns: i32;
  needsDelta: i32;
  /** B of every class and neuron, i64. For LABEL_ROW it is δh = B → delta: constant, so rounded once by the driver. */
  feedbackRowsAt: u32;
  /** Per class, i64: how many of these δh did not fit. */
  deltaHOverflowAt: u32;
  /** What a vector is multiplied with for δh, a row per neuron: B, its transpose, or the next layer's weights. */
  matrixAt: u32;
  matrixPitchBytes: i32;
  matrixElementBytes: i32;
  isMatrixSigned: i32;
  matrixColumnCount: i32;
  /** F_delta − F of δh before it is rounded. */
  signalShift: i32;
  tableAt: u32;
  tableBits: i32;
  tableIndexBits: i32;
  isTableLinear: i32;
  activation: i32;
  /** Ends of h where f is `linear`; relu has none below 0. */
  lowestOutput: i32;
  highestOutput: i32;
  /** F_acc − F of the table's input, or of h where f is `linear`. */
  activationDropBits: i32;
  /** F_acc − F_bias, and F_acc − (F_w + F_x). */
  biasShift: i32;
  productShift: i32;
  /** F_h, and F_delta − F of the error. */
  outputFractionBits: i32;
  errorShift: i32;
  /** η: m, 1 where η is a power of two, and as stated where a delayed error scales it (docs/spec.md §2.9, movingRate). */
  isRateFactor: i32;
  rateMantissa: i32;
  statedMantissa: i32;
  /** F_update − F of the product m·δz. */
  rateShift: i32;
  /** F_g + F_x − F_w, and F_g − F_b; in layers that learn in steps F_u − F_w and F_u − F_b. */
  weightDropBits: i32;
  biasDropBits: i32;
  learnsInSteps: i32;
  /** Rows of gradients and states are κ and padding to 8 values apart, i32 each; row ρ holds those of the biases. */
  gradientPitchBytes: i32;
  gradientsAt: u32;
  momentaAt: u32;
  secondMomentsAt: u32;
  /** i64 each: no gradient of a weight, momentum, second moment is larger in magnitude; η of the step before. */
  gradientBoundAt: u32;
  touchedRowsAt: u32; // u8 per row: whether the batch so far has an event there; a CONV layer has some in all.
  /** i32 per row: of a quiet one 1 and its updates other than 0 (state-step.ts), else 0; scratch: four rows of i32. */
  quietRowsAt: u32;
  stepRowsAt: u32;
  /** i32 per neuron, rows of κ as gradients have: δz, for sums of gradients on vectors. */
  deltaLanesAt: u32;
  /** Fully connected: i16 for every row and sample of a group, x; and pairs of i16 per column of a row, δz (gradient-groups.ts). */
  groupValuesAt: u32;
  groupDeltasAt: u32;
  /** CONV: the list of a tile (field-tiles.ts); in steps one list per place of the kernel (pair-list.ts), at this distance. */
  pairListsAt: u32;
  pairListBytes: i32;
  /** CONV: weights as tiles want them, then i16 per axon: the values of events. */
  packedWeightsAt: u32;
  /** Whether gradients may be summed on vectors; each sample still has to prove that they fit. */
  sumsGradientsOnVectors: i32;
  /** F_gradient − (F_delta + F_x), and F_gradient − F_delta. */
  gradientShift: i32;
  biasGradientShift: i32;
  /** scale of rmsprop and adam: m and F_gradient − F of m·G; mantissa 0: 1, without a rounding. */
  scaleMantissa: i32;
  scaleShift: i32;
  laneCount: i32;
  /** Registers, u32 each, or u16 each; padded to whole groups of 8. */
  laneStatesAt: u32;
  laneStateBytes: i32;
  hasWriteGating: i32;
  wordsPerRow: i32;
  /** u32 per synapse word with write gating, else per row. */
  wearAt: u32;
  /** u32 per column: its word in the row. */
  wordOfColumnAt: u32;
  /** i32 and i64 per axon: the events of the sample in flight. */
  eventAxonsAt: u32;
  eventValuesAt: u32;
  /** Fully connected: 8 bytes per event and 8 to spare, the events as each of the vector loops wants them. CONV: `EventVisits`. */
  eventListAt: u32;
  /** i32 per axon: number of the last training sample with an event there, −1: none; and one more, that of the sample in flight (shared-events.ts); then what `BesideRows` keeps. */
  lastSamplesAt: u32;
  /** Cycles of a forward pass and of the update beside it: biases, fetch of an event, its row, a row of the update; of the largest part. */
  besideBiasCycles: i32;
  besideFetchCycles: i32;
  besideVisitCycles: i32;
  besideRowCycles: i32;
  /** A row of weights before its update, for the vector path with write gating. */
  rowCopyAt: u32;
  /** i64 per neuron: z. */
  sumsAt: u32;
  /** i32 per neuron, columns padded to 16: Σ w·x before alignment, for the vector path. */
  vectorSumsAt: u32;
  /** i64 per column: its bias → accumulator (CONV), or Σ δz over its positions (in steps). */
  columnSumsAt: u32;
  /** i32 per neuron: h. */
  outputsAt: u32;
  /** i32 per value that leaves the layer: h, after pooling where there is any, and the neuron it came from (CONV). */
  leavingAt: u32;
  winnersAt: u32;
  /** CONV: i64 per value that leaves: δh of it, before it goes to its winner. */
  leavingSignalsAt: u32;
  /** i64 per neuron: δh, then δz. */
  deltasAt: u32;
  /** CONV: i16 per neuron, columns padded to 16: δz, for the signals of the layer below on vectors. */
  vectorDeltasAt: u32;
  /** i64 per neuron: g. */
  ratesAt: u32;
  /** i16 per column and padded to 16: g or −g, for vector-rows.ts; or i32 and padded to 8: g, for wide-update.ts. */
  vectorRatesAt: u32;
  /** i32 per column of a row, padded: what its roundings add (row-draws.ts). */
  addendsAt: u32;
  /** Overflow records in the order of `tensorNames`. */
  overflowAt: u32;
  /** Activity in inference, then in training, then while measuring delayed errors. */
  activityAt: u32;
  /** i64 each: weight updates with g·x ≠ 0, and those of them that changed the weight. */
  nonZeroUpdatesAt: u32;
  changedUpdatesAt: u32;
  /** i64 each: what each path did (paths.ts). */
  pathsAt: u32;
  /** Rounding mode of the update in lanes of 8 bits (vector-rows.ts), −1: it is not for this layer. */
  vectorRounding: i32;
  /** Parts of the layer, in the order (neuron part, axon part), and axon parts among them; 1 and this block if it is whole. */
  partCount: i32;
  axonPartCount: i32;
  partsAt: u32;
  /** Whether it has the biases of its columns, and the axons and rows that it has: all of them in the layer's own block. */
  isHome: i32;
  firstAxon: i32;
  axonCount: i32;
  firstRow: i32;
  rowEnd: i32;
  /** i64 per neuron: sums of an axon part that is not home. */
  partSumsAt: u32;
  /** Of a layer whose events come from several homes or go to several axon parts: the input where each route ends, i32. */
  routeCount: i32;
  routeEndsAt: u32;
  /** i64 per route, for each kind of run: its events. */
  routeEventsAt: u32;
  /** Set by the run for the sample in flight: events of a value other than 0, their largest |x| and Σ|x| (of a part the layer's). */
  eventCount: i32;
  largestEvent: u32;
  eventMagnitudeSum: i64;
  /** Likewise: events and visits as they are counted, of a layer of several parts the most visits of any of them. */
  deliveredEvents: i64;
  deliveredVisits: i64;
  slowestVisits: i64;
  /** Likewise: visits of events of a value other than 0. */
  nonZeroVisits: i64;
  /** Likewise, in steps: the largest |δz|; and samples whose gradients are still to be added. */
  largestDelta: i64;
  groupedSamples: i32;
  /** Likewise: the largest |g|, and how many g are not 0. */
  largestRate: i64;
  nonZeroRateCount: i64;
}

/** The overflow record of one tensor of a layer. */
export function overflowOf(layer: Layer, tensor: i32): OverflowRecord {
  return changetype<OverflowRecord>(layer.overflowAt + tensor * offsetof<OverflowRecord>());
}

export function layerAt(chip: Chip, index: i32): Layer {
  return changetype<Layer>((chip.layersAt as usize) + (index as usize) * offsetof<Layer>());
}

/** One part of a layer; of a whole layer the layer itself. */
export function partAt(layer: Layer, index: i32): Layer {
  return changetype<Layer>((layer.partsAt as usize) + (index as usize) * offsetof<Layer>());
}

/** Activity of a layer in one kind of run. */
export function activityOf(layer: Layer, kind: i32): Activity {
  return changetype<Activity>(layer.activityAt + kind * offsetof<Activity>());
}

/** The training sample in flight, for overflow records; −1 during inference and while measuring. */
export class Run {
  static trainingSample: i64 = -1;
}
