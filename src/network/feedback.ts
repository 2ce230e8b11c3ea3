import { drawNormal, drawUniform } from './random-numbers.js';
import { type NetworkLayer, type NetworkTopology, weightShape } from './topology.js';

/** Distributions of B, with PyTorch's names in the originals' code: normal, xavier_*, kaiming_*. */
export const feedbackDistributions = [
  'heUniform',
  'heNormal',
  'xavierUniform',
  'xavierNormal',
  'normal',
] as const;
export type FeedbackDistribution = (typeof feedbackDistributions)[number];

/** Shape of B_i: (classes × neurons of layer i), or that of W_{i+1}, as feedback alignment needs it, or none at all. */
export const feedbackKinds = ['classes', 'weights', 'none'] as const;
export type FeedbackKind = (typeof feedbackKinds)[number];

/** How the feedback weights are drawn. */
export interface FeedbackDraw {
  readonly kind: FeedbackKind;
  readonly distribution: FeedbackDistribution;
  /** B_i is multiplied by element i − 1, so that its width varies with depth; null leaves all as they are drawn. */
  readonly widthFactors: readonly number[] | null;
}

/** What both original codes do: Kaiming-uniform ±√(6/N_i). */
export const originalFeedback: FeedbackDraw = {
  kind: 'classes',
  distribution: 'heUniform',
  widthFactors: null,
};

/** Rows and columns of B of layer `index`; null in the output layer and where the rule has no B. */
export function feedbackShape(
  topology: NetworkTopology,
  index: number,
  kind: FeedbackKind,
): readonly [rowCount: number, columnCount: number] | null {
  const layer = topology.layers[index];
  const next = topology.layers[index + 1];
  if (kind === 'none' || layer === undefined || next === undefined) return null;
  if (kind === 'weights') return weightShape(next);
  return [topology.layers.at(-1)?.neuronCount ?? 0, layer.neuronCount];
}

/** Fans of B: of this layer's neurons and of what the error comes from. A kernel's fan counts its k·k positions. */
function fans(
  layer: NetworkLayer,
  next: NetworkLayer,
  kind: FeedbackKind,
  classCount: number,
): { readonly fanIn: number; readonly fanOut: number } {
  if (kind === 'classes') return { fanIn: layer.neuronCount, fanOut: classCount };
  const [fanIn, columnCount] = weightShape(next);
  return { fanIn, fanOut: next.kind === 'conv' ? columnCount * next.kernelSize ** 2 : columnCount };
}

/**
 * B of the layer `index` from `seed` (a text that names layer and draw); null where there is none.
 * He: gain √2, fan-in = N_i, so ±√(6/N_i) or deviation √(2/N_i). Xavier: √6 or √2 over √(fan-in + fan-out). Normal: 1.
 */
export function drawFeedback(
  topology: NetworkTopology,
  index: number,
  draw: FeedbackDraw,
  seed: string,
): Float32Array | null {
  const shape = feedbackShape(topology, index, draw.kind);
  const layer = topology.layers[index];
  const next = topology.layers[index + 1];
  if (shape === null || layer === undefined || next === undefined) return null;
  const classCount = topology.layers.at(-1)?.neuronCount ?? 0;
  const { fanIn, fanOut } = fans(layer, next, draw.kind, classCount);
  const count = shape[0] * shape[1];
  const factor = draw.widthFactors === null ? 1 : (draw.widthFactors[index] ?? NaN);
  switch (draw.distribution) {
    case 'heUniform':
      return drawUniform(seed, count, Math.sqrt(6 / fanIn) * factor);
    case 'heNormal':
      return drawNormal(seed, count, Math.sqrt(2 / fanIn) * factor);
    case 'xavierUniform':
      return drawUniform(seed, count, Math.sqrt(6 / (fanIn + fanOut)) * factor);
    case 'xavierNormal':
      return drawNormal(seed, count, Math.sqrt(2 / (fanIn + fanOut)) * factor);
    case 'normal':
      return drawNormal(seed, count, factor);
  }
}

/**
 * Square of the bound of the uniform distribution that has the deviation asked for: 6 over the fans, 3 for `normal`
 * (deviation = bound/√3), times the square of the width factor. Null where the layer has no B.
 */
export function feedbackBoundSquared(
  topology: NetworkTopology,
  index: number,
  draw: FeedbackDraw,
): number | null {
  const layer = topology.layers[index];
  const next = topology.layers[index + 1];
  if (draw.kind === 'none' || layer === undefined || next === undefined) return null;
  const classCount = topology.layers.at(-1)?.neuronCount ?? 0;
  const { fanIn, fanOut } = fans(layer, next, draw.kind, classCount);
  const factor = draw.widthFactors === null ? 1 : (draw.widthFactors[index] ?? NaN);
  switch (draw.distribution) {
    case 'heUniform':
    case 'heNormal':
      return (6 / fanIn) * factor ** 2;
    case 'xavierUniform':
    case 'xavierNormal':
      return (6 / (fanIn + fanOut)) * factor ** 2;
    case 'normal':
      return 3 * factor ** 2;
  }
}

/** @throws RangeError when there is not one finite width factor for each hidden layer. */
export function checkFeedbackDraw(topology: NetworkTopology, draw: FeedbackDraw): void {
  const hiddenCount = topology.layers.length - 1;
  const { widthFactors } = draw;
  if (widthFactors === null) return;
  if (widthFactors.length !== hiddenCount || !widthFactors.every(Number.isFinite)) {
    throw new RangeError(
      `feedback: widthFactors are ${widthFactors.join(', ')}; give one number for each of the ${hiddenCount} hidden layers`,
    );
  }
}
