import type { FixedPointFormat } from '../../../numerics/format.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { learnsInSteps } from '../../image/layer-geometry.js';
import { homesOf } from '../../image/layer-parts.js';
import type { LayerAlignments } from './alignments.js';

/** `vector` where the image allows it, or one weight after the other throughout. Both give the same bits and counts. */
export type EnginePath = 'vector' | 'general';

/** What of a layer may run on vectors; each sample still has to prove that its values fit. */
export interface VectorChoice {
  /** Bytes of a stored weight: 1 and 2 are for vectors, wherever a sample allows them. */
  readonly weightBytes: 1 | 2 | 4;
  /** Whether the weight update may run in lanes of 8 bits; in lanes of 32 it may wherever weights have 8 or 16. */
  readonly updates: boolean;
  /** Bytes of a stored lane register: vectors clock 16-bit generators in 2. */
  readonly laneStateBytes: 2 | 4;
  /** Bytes of a stored feedback weight, where whole vectors are multiplied with them. */
  readonly feedbackBytes: 1 | 4;
  /** Whether gradients may be summed on vectors, in layers that learn in steps. */
  readonly sumsGradients: boolean;
}

const vectorWeightBits = 8;
const vectorGeneratorBits = 16;
/** Columns of a vector of bytes. */
export const vectorColumns = 16;
/** Registers clocked at a time. */
export const lanesPerVector = 8;
/** Neurons whose row the counters in lanes can follow: 255 vectors of 16. */
const largestVectorRow = 4080;

/** Whether a vector of bytes holds the values. */
function isNarrow(format: FixedPointFormat): boolean {
  return format.isSigned && format.totalBits <= vectorWeightBits;
}

/** Bytes of a weight in lanes that are signed. */
function storedBytes(format: FixedPointFormat): 1 | 2 | 4 {
  if (isNarrow(format)) return 1;
  return format.totalBits + (format.isSigned ? 0 : 1) <= 2 * vectorWeightBits ? 2 : 4;
}

/** Decides, from the formats and the organisation alone, what of a layer may run on vectors. */
export function chooseVectors(
  image: ChipImage,
  layer: LayerImage,
  alignments: LayerAlignments,
  path: EnginePath,
): VectorChoice {
  const { formats, overflow, rounding } = image.numerics;
  const feedbackBytes = path === 'vector' && isNarrow(formats.feedback) ? 1 : 4;
  const sumsGradients = path === 'vector';
  const isPlain = path === 'general';
  const laneStateBytes = isPlain || image.generator.widthBits !== vectorGeneratorBits ? 4 : 2;
  const weightBytes = isPlain ? 4 : storedBytes(formats.weight);
  if (weightBytes !== 1) {
    return { weightBytes, updates: false, laneStateBytes, feedbackBytes, sumsGradients };
  }
  const laneCount = layer.organisation.learningLaneCount;
  const homes = homesOf(layer);
  const widest = Math.max(...homes.map((home) => home.columnCount));
  const hasVectorLanes =
    image.generator.widthBits === vectorGeneratorBits &&
    (laneCount % lanesPerVector === 0 || laneCount >= widest);
  const roundsOnVectors =
    rounding.weight === 'stochastic' ? hasVectorLanes : rounding.weight !== 'nearestEven';
  const updates =
    !learnsInSteps(image, layer) &&
    widest <= largestVectorRow &&
    roundsOnVectors &&
    overflow.weight === 'saturate' &&
    alignments.weightDropBits >= 1;
  return {
    weightBytes,
    updates,
    laneStateBytes,
    feedbackBytes,
    sumsGradients,
  };
}
