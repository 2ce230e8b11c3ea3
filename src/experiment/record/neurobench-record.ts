import type { ChipImage } from '../../chip/image/chip-image.js';
import type { RunActivity } from '../../chip/image/activity.js';
import type { LearnedState } from '../../chip/engine.js';
import { columnCount } from '../../chip/image/layer-geometry.js';
import { totalVisits } from '../../chip/image/total-visits.js';
import type { MemoryUse } from '../../mapping/placement/memory-use.js';
import { elementAt } from '../../numerics/integer.js';
import type { NeurobenchRecord } from './neurobench-schema.js';

/** Arguments of NeuroBench's metrics. */
export interface NeurobenchRequest {
  readonly image: ChipImage;
  /** What the chip holds at the end of training. */
  readonly learned: Pick<LearnedState, 'weightsRaw' | 'biasesRaw'>;
  readonly memories: readonly MemoryUse[];
  /** The evaluation of the test samples. */
  readonly inference: RunActivity;
  readonly testErrorPercent: number | null;
}

function lengthOf(tensors: readonly Int32Array[]): number {
  return tensors.reduce((sum, { length }) => sum + length, 0);
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
}

function synapticOperations(
  { image, inference }: NeurobenchRequest,
  hasZeroWeights: boolean,
): NeurobenchRecord['synapticOperations'] {
  const layers = image.layers.map((layer, index) => {
    const { nonZeroVisitCount: visits = null } = elementAt(inference.layers, index, 'activity');
    return {
      dense: totalVisits(layer) * columnCount(layer),
      nonZero: visits === null ? null : (visits * columnCount(layer)) / inference.sampleCount,
      isBinary: layer.inputFormat.totalBits === 1,
    };
  });
  const effective = (isBinary: boolean): number | null => {
    const chosen = layers.filter((layer) => layer.isBinary === isBinary);
    const sum = sumOrNull(chosen.map(({ nonZero }) => nonZero));
    return chosen.length > 0 && hasZeroWeights ? null : sum;
  };
  return {
    effectiveMacs: effective(false),
    effectiveAcs: effective(true),
    dense: layers.reduce((sum, { dense }) => sum + dense, 0),
    nonZeroInputMacs: sumOrNull(layers.map(({ nonZero }) => nonZero)),
  };
}

/** 1 − outputs of hidden layers that became events / all of them; null without a hidden layer. */
function activationSparsity({ image, inference }: NeurobenchRequest): number | null {
  const entered = image.layers.slice(1).map(({ inputCount }, index) => ({
    events: elementAt(inference.layers, index + 1, 'activity').nonZeroEventCount,
    places: inference.sampleCount * inputCount,
  }));
  const places = entered.reduce((sum, layer) => sum + layer.places, 0);
  const events = entered.reduce((sum, layer) => sum + layer.events, 0);
  return places === 0 ? null : 1 - events / places;
}

/** NeuroBench's metrics of the trained network on the test samples. */
export function neurobenchOf(request: NeurobenchRequest): NeurobenchRecord {
  const { learned, memories, testErrorPercent } = request;
  const weightCount = lengthOf(learned.weightsRaw);
  const zeroCount = learned.weightsRaw.reduce(
    (sum, weights) => sum + weights.filter((raw) => raw === 0).length,
    0,
  );
  const modelBits = memories
    .filter(({ isTrainingOnly }) => !isTrainingOnly)
    .reduce((sum, { usedBits }) => sum + usedBits, 0);
  return {
    footprintBytes: modelBits / 8,
    parameterCount: weightCount + lengthOf(learned.biasesRaw),
    connectionSparsity: zeroCount / weightCount,
    classificationAccuracy: testErrorPercent === null ? null : 1 - testErrorPercent / 100,
    activationSparsity: activationSparsity(request),
    synapticOperations: synapticOperations(request, zeroCount > 0),
  };
}
