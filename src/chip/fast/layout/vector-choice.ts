import type { FixedPointFormat } from '../../../numerics/format.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { learnsInSteps } from '../../image/layer-geometry.js';
import { homesOf } from '../../image/layer-parts.js';
import type { LayerAlignments } from './alignments.js';

/** `vector` where the image allows it, or one weight after the other throughout. Both give the same bits and counts. */
export type EnginePath = 'vector' | 'general';

/** What of a layer may run on vectors; each sample still has to prove that its values fit. */
export interface VectorChoice {
  /** Bytes of a stored weight: vectors hold 8-bit weights, and then sums run on them wherever a sample allows. */
  readonly weightBytes: 1 | 4;
  /** Whether the weight update may run on vectors. */
  readonly updates: boolean;
  /** Bytes of a stored lane register: vectors hold 16-bit generators. */
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
  if (path === 'general' || !isNarrow(formats.weight)) {
    return { weightBytes: 4, updates: false, laneStateBytes: 4, feedbackBytes, sumsGradients };
  }
  const laneCount = layer.organisation.learningLaneCount;
  const homes = homesOf(layer);
  const widest = Math.max(...homes.map((home) => home.columnCount));
  const hasVectorLanes =
    image.generator.widthBits === vectorGeneratorBits &&
    (laneCount % lanesPerVector === 0 || laneCount >= widest);
  // A vector is of one core: all but the last neuron part have whole ones.
  const hasWholeVectors = homes.every(({ firstColumn }) => firstColumn % vectorColumns === 0);
  const roundsOnVectors =
    rounding.weight === 'stochastic' ? hasVectorLanes : rounding.weight !== 'nearestEven';
  const updates =
    !learnsInSteps(image, layer) &&
    hasWholeVectors &&
    widest <= largestVectorRow &&
    roundsOnVectors &&
    overflow.weight === 'saturate' &&
    alignments.weightDropBits >= 1;
  return {
    weightBytes: 1,
    updates,
    laneStateBytes: updates && rounding.weight === 'stochastic' ? 2 : 4,
    feedbackBytes,
    sumsGradients,
  };
}
