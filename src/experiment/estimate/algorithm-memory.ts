import {
  keepsDelayedErrors,
  keepsOneError,
  keptErrorBits,
} from '../../chip/image/learning-layers.js';
import { isAveraged } from '../../network/defp-variants.js';
import { factsOf, usesLayerAbove } from '../../network/rule-facts.js';
import type { ChipNumerics, RuleSpec } from '../../chip/image/chip-image.js';
import { isCarryingGradient, isLearning, type Learning } from '../../mapping/learning.js';
import type { FixedPointFormat } from '../../numerics/format.js';
import { optimizerStateBits } from '../../mapping/optimizer-spec.js';
import {
  type NetworkLayer,
  type NetworkTopology,
  outputCount,
  spanOf,
  weightShape,
} from '../../network/topology.js';

/** Bits by what they hold. */
export interface MemoryBits {
  /** Weights and biases. */
  readonly weights: number;
  /** B of the hidden layers. */
  readonly feedback: number;
  /** h, in the chip with the partial sums and pooling's winners beside it. */
  readonly outputs: number;
  /** What entered a layer and is kept for its update. */
  readonly events: number;
  readonly delayedError: number;
  readonly gradient: number;
  readonly optimizer: number;
}

/** A winner of pooling is one of the four places of its window. */
const winnerBits = 2;

/** A layer with the facts that its place in the network decides. */
interface PlacedLayer {
  readonly described: NetworkLayer;
  readonly next: NetworkLayer | null;
  /** Equal layers that it stands for. */
  readonly repeat: number;
  readonly neuronCount: number;
  readonly parameterCount: number;
  readonly inputBits: number;
  readonly outputBits: number;
  readonly learns: boolean;
  readonly needsDelta: boolean;
}

function placeLayers(
  topology: NetworkTopology,
  { formats }: ChipNumerics,
  learning: Learning,
): readonly PlacedLayer[] {
  return topology.layers.map((described, index) => {
    const next = topology.layers[index + 1] ?? null;
    const position = { layer: index + 1, isOutput: next === null };
    const [rowCount, columnCount] = weightShape(described);
    const learns = isLearning(position, learning);
    return {
      described,
      next,
      repeat: spanOf(topology, index).repeat,
      neuronCount: described.neuronCount,
      parameterCount: (rowCount + 1) * columnCount,
      inputBits: (index === 0 ? formats.input : formats.activation).totalBits,
      outputBits: (next === null ? formats.output : formats.activation).totalBits,
      learns,
      needsDelta: learns || isCarryingGradient(position, learning),
    };
  });
}

/** One layer at work: what enters it and what it makes. Rules that update at once need no more than inference. */
function largestLayer(layers: readonly PlacedLayer[]): Pick<MemoryBits, 'outputs' | 'events'> {
  return layers
    .map(({ described, neuronCount, inputBits, outputBits }) => ({
      outputs: neuronCount * outputBits,
      events: described.inputCount * inputBits,
    }))
    .reduce((most, one) => (one.outputs + one.events > most.outputs + most.events ? one : most));
}

/** What a locked rule keeps of a sample until it has passed all layers: h for f′ and as what entered the layer above. */
function lockedValues(
  layers: readonly PlacedLayer[],
  handsErrorsBack: boolean,
): Pick<MemoryBits, 'outputs' | 'events'> {
  const outputs = layers.map(
    ({ described, repeat, neuronCount, outputBits, needsDelta }, index) => {
      const pooled = outputCount(described);
      if (needsDelta) {
        const hasWinners = described.kind === 'conv' && handsErrorsBack;
        return repeat * (neuronCount * outputBits + (hasWinners ? winnerBits * pooled : 0));
      }
      return layers[index + 1]?.learns === true ? repeat * pooled * outputBits : 0;
    },
  );
  const [first] = layers;
  const keepsInput = first?.learns === true;
  return {
    outputs: outputs.reduce((sum, bits) => sum + bits, 0),
    events: keepsInput ? first.described.inputCount * first.inputBits : 0,
  };
}

/** Values of B that a layer needs. */
function feedbackValues(
  { next, neuronCount, learns, needsDelta }: PlacedLayer,
  { rule, feedbackSource }: Learning,
  classCount: number,
): number {
  if (next === null || feedbackSource === 'generator') return 0;
  switch (factsOf(rule.kind).feedback) {
    case 'none':
      return 0;
    case 'weights': {
      const [rowCount, columnCount] = weightShape(next);
      return needsDelta ? rowCount * columnCount : 0;
    }
    case 'classes':
      return learns ? classCount * neuronCount : 0;
  }
}

/** Delayed errors that rule DEFP keeps. */
function delayedErrorBits(rule: RuleSpec, classCount: number, format: FixedPointFormat): number {
  if (!keepsDelayedErrors(rule)) return 0;
  if (isAveraged(rule.variant)) return keptErrorBits(rule, format);
  const samples = keepsOneError(rule) ? 1 : rule.sampleCount;
  return samples * (rule.variant === 'fullVector' ? classCount : 1) * format.totalBits;
}

/** Whether a layer learns after the outputs of its sample are known. */
function isLocked({ rule, skipBelow = null }: Learning): boolean {
  return skipBelow !== null || factsOf(rule.kind).waitsFor !== 'nothing';
}

/**
 * What a rule needs to keep of one sample after the other, in the chip's formats but whatever its words: whole memories
 * of words are what the chip must hold (docs/spec.md §4.5). Values in flight, sums and δ are left out.
 */
export function algorithmMemory(
  topology: NetworkTopology,
  numerics: ChipNumerics,
  learning: Learning,
): MemoryBits {
  const { formats } = numerics;
  const { rule, optimizer, batchSize } = learning;
  const layers = placeLayers(topology, numerics, learning);
  const classCount = topology.layers.at(-1)?.neuronCount ?? 0;
  const sum = (valueOf: (layer: PlacedLayer) => number): number =>
    layers.reduce((total, layer) => total + layer.repeat * valueOf(layer), 0);
  const parameters = sum(({ parameterCount }) => parameterCount);
  const biases = sum(({ described }) => weightShape(described)[1]);
  const atOnce = largestLayer(layers);
  const kept = lockedValues(layers, usesLayerAbove(rule.kind));
  const keepsMore =
    isLocked(learning) && kept.outputs + kept.events > atOnce.outputs + atOnce.events;
  const stateBits = optimizerStateBits(optimizer, numerics);
  return {
    weights: (parameters - biases) * formats.weight.totalBits + biases * formats.bias.totalBits,
    feedback:
      sum((layer) => feedbackValues(layer, learning, classCount)) * formats.feedback.totalBits,
    ...(keepsMore ? kept : atOnce),
    delayedError: delayedErrorBits(rule, classCount, formats.delayedError),
    gradient: sum(({ described, learns, parameterCount }) =>
      learns && (described.kind === 'conv' || batchSize > 1)
        ? parameterCount * formats.gradient.totalBits
        : 0,
    ),
    optimizer: sum(({ learns, parameterCount }) => (learns ? parameterCount * stateBits : 0)),
  };
}
