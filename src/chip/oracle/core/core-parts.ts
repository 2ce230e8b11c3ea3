import type { AccessLedger } from '../../../ledger/access-ledger.js';
import type { Place } from '../../../ledger/access-meter.js';
import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { learnsInSteps, outputCount } from '../../image/layer-geometry.js';
import { isFused, isPutOff } from '../../image/update-order.js';
import { LearningEngine } from '../learning/learning-engine.js';
import type { LearningParts, LearningPath } from '../learning/learning-path.js';
import { PutOffLearning } from '../learning/put-off-learning.js';
import type { NeuronMemorySpec } from '../memories/neuron-memory.js';
import { OnlineLearning } from '../learning/online-learning.js';
import { StepLearning } from '../learning/step-learning.js';
import type { SynapseArraySpec } from '../memories/synapse-array.js';
import type { Wiring } from './wiring.js';

/*
 * Constructor arguments of the parts of a core.
 */

export function synapseArraySpec(
  { layer, organisation }: LayerImage,
  { rowCount, columnCount }: Wiring,
): SynapseArraySpec {
  const { wordBits, weightsPerWord, hasWordWriteGating } = organisation;
  return {
    layer,
    rowCount,
    columnCount,
    wordBits: wordBits.synapses,
    weightsPerWord,
    hasWordWriteGating,
  };
}

export function neuronMemorySpec(
  layer: LayerImage,
  { columnCount, positionCount }: Wiring,
): NeuronMemorySpec {
  const { convolution, organisation } = layer;
  const { wordBits, accumulatorsPerWord, outputsPerWord, accumulate } = organisation;
  return {
    columnCount,
    positionCount,
    winnerCount: convolution === null ? 0 : outputCount(layer),
    wordBits: wordBits.neurons,
    accumulatorsPerWord,
    outputsPerWord,
    accumulate,
  };
}

/** Event by event, at once or while the next sample goes forward, or in steps (docs/spec.md §2.11, §5.1). */
export function makeLearningPath(
  image: ChipImage,
  parts: LearningParts,
  place: Place,
  ledger: AccessLedger,
): LearningPath {
  const { layer, checks, randomLanes } = parts;
  if (learnsInSteps(image, layer)) return new StepLearning(image, parts, place, ledger);
  const { inputFormat, learningRate } = layer;
  const spec = {
    layer: layer.layer,
    rounding: image.numerics.rounding,
    inputFormat,
    learningRate,
  };
  const engine = new LearningEngine(spec, { randomLanes, checks }, place, ledger);
  return isPutOff(image, layer)
    ? new PutOffLearning(parts, engine, isFused(image, layer))
    : new OnlineLearning(parts, engine);
}
