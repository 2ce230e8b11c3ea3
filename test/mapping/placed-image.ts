import type { ChipImage } from '../../src/chip/image/chip-image.js';
import type { ChipModel } from '../../src/hardware/chip-model.js';
import type { Learning } from '../../src/mapping/learning.js';
import { allocateCores } from '../../src/mapping/placement/allocate-cores.js';
import type { GridRequest } from '../../src/mapping/placement/layer-grid.js';
import { placeNetwork } from '../../src/mapping/placement/place-network.js';
import { resolveNumerics } from '../../src/mapping/resolve-numerics.js';
import type { FeedbackDraw } from '../../src/network/feedback.js';
import { drawParameters } from '../../src/network/parameters.js';
import { factsOf } from '../../src/network/rule-facts.js';
import type { NetworkTopology } from '../../src/network/topology.js';
import type { RoundingMode } from '../../src/numerics/modes.js';

/** A network on a chip with drawn weights and B, loss bce and η = 1/16. */
export function placedImage(
  topology: NetworkTopology,
  chip: ChipModel,
  learning: Learning,
  {
    seed,
    rounding,
    requests = [],
  }: {
    readonly seed: number;
    /** Of weights; left out: the chip's. */
    readonly rounding?: RoundingMode;
    readonly requests?: readonly GridRequest[];
  },
): ChipImage {
  const numerics = resolveNumerics(chip, rounding === undefined ? {} : { rounding });
  const feedbackDraw: FeedbackDraw = {
    kind: factsOf(learning.rule.kind).feedback,
    distribution: 'heUniform',
    widthFactors: null,
  };
  const draw = { weights: 'uniform', feedback: feedbackDraw } as const;
  const { image } = placeNetwork({
    topology,
    allocations: allocateCores(topology, chip, numerics, learning, requests),
    parameters: drawParameters(topology, seed, draw),
    feedbackDraw,
    chip,
    numerics,
    learning,
    loss: 'bce',
    lossReduction: 'sum',
    learningRate: 2 ** -4,
    seed,
    isDense: false,
    eventThreshold: 0,
    isExact: false,
  });
  return image;
}
