import { usesLayerAbove } from '../network/rule-facts.js';
import type { ChipImage } from '../chip/image/chip-image.js';
import type { NetworkTopology } from '../network/topology.js';
import type { LearningRateFactor } from '../numerics/learning-rate.js';
import type { Learning } from './learning.js';
import { scalesRates } from '../chip/image/learning-layers.js';
import { asMantissa, learningRateFactor } from './learning-rate-factor.js';

/** Arguments of the factors of η and of the gradient. */
export interface RateRequest {
  readonly topology: NetworkTopology;
  readonly learning: Learning;
  readonly loss: ChipImage['loss'];
  readonly lossReduction: 'sum' | 'mean';
}

/**
 * Divisor of each layer's gradient. `mean` divides the output's by batch·classes, with cross-entropy over classes by
 * the batch; `bp` and `fa` carry that gradient down, so there it concerns every layer (docs/spec.md §2.11).
 */
function divisors({ topology, learning, loss, lossReduction }: RateRequest): readonly number[] {
  const carriesGradient = usesLayerAbove(learning.rule.kind);
  const classCount = topology.layers.at(-1)?.neuronCount ?? 1;
  const divisor = learning.batchSize * (loss === 'ce' ? 1 : classCount);
  return topology.layers.map((_, index) => {
    const isOutput = index === topology.layers.length - 1;
    return lossReduction === 'mean' && (isOutput || carriesGradient) ? divisor : 1;
  });
}

/** Whether the optimizer's step does not grow with the gradient; a factor of the loss then belongs before the optimizer. */
function isScaleFree({ optimizer }: Learning): boolean {
  return optimizer === 'rmsprop' || optimizer === 'adam';
}

/** η of every layer as the chip holds it, for the epochs in which the rate is `learningRate`. */
export function learningRates(
  request: RateRequest,
  learningRate: number,
): readonly LearningRateFactor[] {
  const { learning } = request;
  // What a delayed error scales is a mantissa, 1 too (docs/spec.md §2.9, movingRate).
  const factorOf = (rate: number): LearningRateFactor =>
    scalesRates(learning.rule) ? asMantissa(learningRateFactor(rate)) : learningRateFactor(rate);
  return divisors(request).map((divisor) =>
    factorOf(isScaleFree(learning) ? learningRate : learningRate / divisor),
  );
}

/** Factor on every layer's gradient: 1, but for rmsprop and adam with `lossReduction: mean` (docs/spec.md §2.11). */
export function gradientScales(request: RateRequest): readonly LearningRateFactor[] {
  return divisors(request).map((divisor) =>
    learningRateFactor(isScaleFree(request.learning) ? 1 / divisor : 1),
  );
}
