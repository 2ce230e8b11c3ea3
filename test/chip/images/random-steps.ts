import type {
  ActivationUnitImage,
  ChipImage,
  ConvolutionImage,
  LayerImage,
  OptimizerSpec,
} from '../../../src/chip/image/chip-image.js';
import type { FixedPointFormat } from '../../../src/numerics/format.js';
import type { LearningRateFactor } from '../../../src/numerics/learning-rate.js';
import { type MapShape, shapeCount } from '../../../src/network/convolution.js';
import type { Draws } from '../oracle/draws.js';

/*
 * What random images have beyond fully-connected layers that learn event by event (docs/spec.md §2.10–2.14).
 */

/** A layer's place in its network; `neuronCount` before pooling. */
export type LayerShape = Pick<LayerImage, 'inputCount' | 'neuronCount' | 'convolution'>;

const wordWidths = [8, 16, 24, 32, 64, 128];
/** Sizes of fully-connected layers behind a CONV layer. */
const smallSizes = [1, 2, 3, 5, 8, 9, 16, 17];
/** 0.9, 0.99 and 0.999 of docs/spec.md §2.11, and the ends. */
const usualDecays = [58982, 64881, 65470, 0, 65535];

/** A convolution that leaves at least one pooled value, on maps of the shape. */
function drawConvolution(draws: Draws, inputShape: MapShape): ConvolutionImage {
  for (;;) {
    const kernelSize = draws.integer(1, 3);
    const stride = draws.integer(1, 2);
    const padding = draws.integer(0, 2);
    const side = (length: number) => Math.floor((length + 2 * padding - kernelSize) / stride) + 1;
    const [height, width] = [side(inputShape[1]), side(inputShape[2])];
    if (height < 2 || width < 2) continue;
    const channels = draws.integer(1, 3);
    return {
      inputShape,
      kernelSize,
      stride,
      padding,
      mapShape: [channels, height, width],
      pooledShape: [channels, Math.floor(height / 2), Math.floor(width / 2)],
    };
  }
}

function shapeOf(convolution: ConvolutionImage): LayerShape {
  const inputCount = shapeCount(convolution.inputShape);
  return { inputCount, neuronCount: shapeCount(convolution.mapShape), convolution };
}

/** One or two CONV layers before up to two fully-connected ones, or in four images of ten `fullShapes`. */
export function drawShapes(
  draws: Draws,
  fullShapes: readonly LayerShape[],
  classCount: number,
): readonly LayerShape[] {
  if (draws.chance(0.4)) return fullShapes;
  const sides = [draws.integer(3, 7), draws.integer(3, 7)] as const;
  const first = drawConvolution(draws, [draws.integer(1, 3), ...sides]);
  const convolutions = draws.chance(0.4)
    ? [first, drawConvolution(draws, first.pooledShape)]
    : [first];
  const shapes = convolutions.map(shapeOf);
  let inputCount = shapeCount(convolutions.at(-1)?.pooledShape ?? [0, 0, 0]);
  const hidden = Array.from({ length: draws.integer(0, 1) }, () => draws.pick(smallSizes));
  for (const neuronCount of [...hidden, classCount]) {
    shapes.push({ inputCount, neuronCount, convolution: null });
    inputCount = neuronCount;
  }
  return shapes;
}

function drawDecay(draws: Draws): number {
  return draws.chance(0.7) ? draws.pick(usualDecays) : draws.integer(0, 65535);
}

function drawOptimizer(draws: Draws): OptimizerSpec {
  const epsilonRaw = draws.pick([1, 1, 3, 100]);
  switch (draws.pick(['sgd', 'momentum', 'rmsprop', 'adam'] as const)) {
    case 'sgd':
      return { kind: 'sgd' };
    case 'momentum':
      return { kind: 'momentum', decayRaw: drawDecay(draws), isNesterov: draws.chance(0.5) };
    case 'rmsprop':
      return { kind: 'rmsprop', decayRaw: drawDecay(draws), epsilonRaw };
    case 'adam': {
      const [firstDecayRaw, secondDecayRaw] = [drawDecay(draws), drawDecay(draws)];
      return { kind: 'adam', firstDecayRaw, secondDecayRaw, epsilonRaw };
    }
  }
}

/** 1 in most layers, and always for sgd and momentum. */
function drawScale(draws: Draws, { kind }: OptimizerSpec): LearningRateFactor {
  const isOne = kind === 'sgd' || kind === 'momentum' || draws.chance(0.6);
  if (isOne) return { kind: 'shift', shiftBits: 0 };
  if (draws.chance(0.3)) return { kind: 'shift', shiftBits: draws.integer(1, 6) };
  return { kind: 'factor', mantissaRaw: draws.integer(32768, 65535), fractionBits: 18 };
}

/** The layer's table, or in a quarter of the layers a linear unit. */
function drawUnit(draws: Draws, layer: LayerImage, { loss }: ChipImage): ActivationUnitImage {
  const isLinear = draws.chance(0.25);
  const name = draws.pick(['relu', 'none'] as const);
  // Binary cross-entropy goes with the sigmoid.
  if (!isLinear || (layer.isOutput && loss === 'bce')) return layer.activationUnit;
  return { kind: 'linear', function: name };
}

/** Bits of a weight's optimizer state. */
function stateBits({ kind }: OptimizerSpec, momentum: number, secondMoment: number): number {
  return (
    (kind === 'momentum' || kind === 'adam' ? momentum : 0) +
    (kind === 'rmsprop' || kind === 'adam' ? secondMoment : 0)
  );
}

/** The image with an optimizer, a batch size, linear units and a source of feedback drawn on top. */
export function drawSteps(draws: Draws, image: ChipImage): ChipImage {
  const optimizer = drawOptimizer(draws);
  const { gradient, momentum, secondMoment } = image.numerics.formats;
  const perWord = (wordBits: number, bits: number) =>
    Math.max(1, Math.floor(wordBits / Math.max(1, bits)));
  const bitsOf = ({ totalBits }: FixedPointFormat) => totalBits;
  const layers = image.layers.map((layer) => {
    const gradientWord = draws.pick(wordWidths);
    const stateWord = draws.pick(wordWidths);
    const { organisation } = layer;
    return {
      ...layer,
      activationUnit: drawUnit(draws, layer, image),
      gradientScale: drawScale(draws, optimizer),
      organisation: {
        ...organisation,
        wordBits: {
          ...organisation.wordBits,
          gradient: gradientWord,
          optimizerState: stateWord,
        },
        gradientsPerWord: perWord(gradientWord, bitsOf(gradient)),
        optimizerStatesPerWord: perWord(
          stateWord,
          stateBits(optimizer, bitsOf(momentum), bitsOf(secondMoment)),
        ),
      },
    };
  });
  return {
    ...image,
    optimizer,
    batchSize: draws.integer(1, 4),
    feedbackSource: draws.chance(0.3) ? 'generator' : 'memory',
    layers,
  };
}
