import { maximumRaw, minimumRaw } from '../../numerics/format.js';
import type { ChipImage, LayerImage } from '../chip-image.js';
import type { LayerAlignments } from './alignments.js';

/** `vector` where the image allows it, or one weight after the other throughout. Both give the same bits and counts. */
export type EnginePath = 'vector' | 'general';

/** What of a layer may run on vectors; each sample still has to prove that its values fit. */
export interface VectorChoice {
  /** Bytes of a stored weight: vectors hold 8-bit weights. */
  readonly weightBytes: 1 | 4;
  /** Largest Σ|x|·(largest |w|) that no accumulator can leave its format with; null: sums are not vectors. */
  readonly sumLimit: number | null;
  /** Whether the weight update may run on vectors. */
  readonly updates: boolean;
  /** Bytes of a stored lane register: vectors hold 16-bit generators. */
  readonly laneStateBytes: 2 | 4;
}

const vectorWeightBits = 8;
const vectorGeneratorBits = 16;
/** Registers clocked at a time. */
export const lanesPerVector = 8;
/** Neurons whose row the counters in lanes can follow: 255 vectors of 16. */
const largestVectorRow = 4080;
const largestVectorSum = (1n << 31n) - 1n;

/** What an accumulator has left for Σ w·x after any bias, in units of w·x (docs/spec.md §2.6 step 1). */
function sumLimit(image: ChipImage, { biasShift, productShift }: LayerAlignments): number | null {
  const { accumulator, bias } = image.numerics.formats;
  if (!accumulator.isSigned || productShift < 0) return null;
  const largestBias = maximumRaw(bias) + 1n;
  const alignedBias =
    biasShift >= 0 ? largestBias << BigInt(biasShift) : (largestBias >> BigInt(-biasShift)) + 1n;
  const left = (maximumRaw(accumulator) - alignedBias) >> BigInt(productShift);
  if (left < 0n) return null;
  return Number(left < largestVectorSum ? left : largestVectorSum);
}

/** Decides, from the formats and the organisation alone, what of a layer may run on vectors. */
export function chooseVectors(
  image: ChipImage,
  layer: LayerImage,
  alignments: LayerAlignments,
  path: EnginePath,
): VectorChoice {
  const { formats, overflow, rounding } = image.numerics;
  const isNarrow =
    formats.weight.isSigned && minimumRaw(formats.weight) >= -(1n << BigInt(vectorWeightBits - 1));
  if (path === 'general' || !isNarrow) {
    return { weightBytes: 4, sumLimit: null, updates: false, laneStateBytes: 4 };
  }
  const laneCount = layer.organisation.learningLaneCount;
  const hasVectorLanes =
    image.generator.widthBits === vectorGeneratorBits &&
    (laneCount % lanesPerVector === 0 || laneCount >= layer.neuronCount);
  const roundsOnVectors =
    rounding.weight === 'stochastic' ? hasVectorLanes : rounding.weight !== 'nearestEven';
  const updates =
    layer.neuronCount <= largestVectorRow &&
    roundsOnVectors &&
    overflow.weight === 'saturate' &&
    alignments.weightDropBits >= 1;
  return {
    weightBytes: 1,
    sumLimit: sumLimit(image, alignments),
    updates,
    laneStateBytes: updates && rounding.weight === 'stochastic' ? 2 : 4,
  };
}
