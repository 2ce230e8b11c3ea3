import fc from 'fast-check';
import {
  type ActivationUnitImage,
  type ChipImage,
  type LayerImage,
  type OptimizerSpec,
  type RuleSpec,
} from '../../../../src/chip/image/chip-image.js';
import type { SampleBatch } from '../../../../src/chip/engine.js';
import { columnCount, rowCount } from '../../../../src/chip/image/layer-geometry.js';
import { chipDefpVariants } from '../../../../src/network/defp-variants.js';
import { shapeCount } from '../../../../src/network/convolution.js';
import type { FixedPointFormat } from '../../../../src/numerics/format.js';
import { describeDrawnChip } from '../../../support/describe-chip.js';
import { withScaledRates } from '../random-rule.js';
import { type Draw, format, type ImageFamily, numerics, rawValues } from './random-numerics.js';
import { drawConvolutions, type LayerShape, layerShapes } from './random-shapes.js';

export type { ImageFamily } from './random-numerics.js';

/** A chip and samples that a property has drawn: a failure prints them. */
export interface ChipCase {
  readonly image: ChipImage;
  readonly batch: SampleBatch;
  readonly [fc.toStringMethod]: () => string;
}

/** `plain`: fully connected, batch 1, sgd, tables; `full`: all of docs/spec.md §2.10–2.13 as well. */
type ImageScope = 'plain' | 'full';

const maskOfWidth: Readonly<Record<number, number>> = {
  2: 0x3,
  5: 0x14,
  16: 0xd008,
  20: 0x90000,
  32: 0xa3000000,
};

/** Any rule; DEFP with so few words that samples of a short batch come again. */
function rule(draw: Draw): RuleSpec {
  const kind = draw(fc.constantFrom('drtp', 'defp', 'dfa', 'sdfa', 'fa', 'bp', 'shallow'));
  if (kind !== 'defp') return { kind };
  const variant = draw(fc.constantFrom(...chipDefpVariants));
  const isAveraged = variant === 'movingAverage' || variant === 'movingRate';
  return {
    kind,
    variant,
    ...(isAveraged ? { averageShift: draw(fc.integer({ min: 0, max: 8 })) } : {}),
    sampleCount: draw(fc.integer({ min: 1, max: 4 })),
    wordBits: 24,
    delayedErrorsPerWord: draw(fc.integer({ min: 1, max: 3 })),
  };
}

/** Decays as people use them, or any; `epsilonRaw` is small beside most roots. */
function optimizer(draw: Draw): OptimizerSpec {
  const kind = draw(fc.constantFrom('sgd', 'sgd', 'momentum', 'rmsprop', 'adam'));
  const decay = fc.oneof(
    fc.constantFrom(58_982, 64_881, 65_470),
    fc.integer({ min: 0, max: 65_535 }),
  );
  const epsilonRaw = draw(fc.integer({ min: 1, max: 1000 }));
  switch (kind) {
    case 'sgd':
      return { kind };
    case 'momentum':
      return { kind, decayRaw: draw(decay), isNesterov: draw(fc.boolean()) };
    case 'rmsprop':
      return { kind, decayRaw: draw(decay), epsilonRaw };
    case 'adam':
      return { kind, firstDecayRaw: draw(decay), secondDecayRaw: draw(decay), epsilonRaw };
  }
}

/** A table of anything, or one of the linear functions; loss `bce` needs a sigmoid at the output (docs/spec.md §2.13). */
function activationUnit(
  draw: Draw,
  family: ImageFamily,
  scope: ImageScope,
  mustBeSigmoid: boolean,
  outputFormat: FixedPointFormat,
): ActivationUnitImage {
  if (scope === 'full' && !mustBeSigmoid && draw(fc.integer({ min: 0, max: 2 })) === 0) {
    return { kind: 'linear', function: draw(fc.constantFrom('relu', 'none')) };
  }
  const indexBits = draw(fc.integer({ min: 1, max: 5 }));
  const interpolation = draw(fc.constantFrom('none', 'linear'));
  const entryCount = 2 ** indexBits + (interpolation === 'linear' ? 1 : 0);
  const isAny = family === 'any';
  return {
    kind: 'table',
    function: mustBeSigmoid ? 'sigmoid' : draw(fc.constantFrom('tanh', 'sigmoid')),
    inputFormat: format(draw, [indexBits, isAny ? 32 : 14], [-4, isAny ? 40 : 20], true),
    indexBits,
    interpolation,
    outputFormat,
    entriesRaw: rawValues(draw, outputFormat, entryCount),
  };
}

/** η or scale: a shift, or a mantissa. */
function rate(leastShift: number): fc.Arbitrary<LayerImage['learningRate']> {
  return fc.oneof(
    fc
      .integer({ min: leastShift, max: 14 })
      .map((shiftBits) => ({ kind: 'shift' as const, shiftBits })),
    fc
      .integer({ min: 1, max: 65535 })
      .map((mantissaRaw) => ({ kind: 'factor' as const, mantissaRaw, fractionBits: 18 })),
  );
}

function layerImage(
  draw: Draw,
  family: ImageFamily,
  scope: ImageScope,
  base: Omit<ChipImage, 'layers'>,
  shape: LayerShape,
): LayerImage {
  const { formats } = base.numerics;
  const { inputCount, neuronCount, isOutput, layer, feedbackCount, convolution } = shape;
  const outputFormat = isOutput ? formats.output : formats.activation;
  const inputFormat = layer === 1 ? formats.input : formats.activation;
  const isScaled = base.optimizer.kind === 'rmsprop' || base.optimizer.kind === 'adam';
  const laneCount =
    family === 'vector'
      ? draw(fc.constantFrom(8, 16, 24, 48, 64, 73))
      : draw(fc.integer({ min: 1, max: 20 }));
  const seeds = fc.integer({ min: 1, max: 2 ** base.generator.widthBits - 1 });
  return {
    layer,
    isOutput,
    convolution,
    gradientScale: isScaled
      ? draw(fc.oneof(fc.constant({ kind: 'shift' as const, shiftBits: 0 }), rate(0)))
      : { kind: 'shift', shiftBits: 0 },
    parts: null,
    inputCount,
    neuronCount,
    core: layer + 3,
    isTrainable: draw(fc.integer({ min: 0, max: 4 })) > 0,
    weightsRaw: rawValues(draw, formats.weight, rowCount(shape) * columnCount(shape)),
    biasesRaw: rawValues(draw, formats.bias, columnCount(shape)),
    feedbackRaw: feedbackCount === 0 ? null : rawValues(draw, formats.feedback, feedbackCount),
    inputFormat,
    outputFormat,
    eventThresholdRaw: draw(fc.constantFrom(0, 0, 1, 3)),
    activationUnit: activationUnit(
      draw,
      family,
      scope,
      isOutput && base.loss === 'bce',
      outputFormat,
    ),
    learningRate: draw(rate(family === 'vector' ? 0 : -2)),
    laneSeeds: Uint32Array.from(
      draw(fc.array(seeds, { minLength: laneCount, maxLength: laneCount })),
    ),
    organisation: {
      wordBits: {
        synapses: 32,
        neurons: 32,
        bias: 16,
        feedback: 32,
        eventBuffer: 20,
        gradient: 32,
        optimizerState: 64,
      },
      weightsPerWord: draw(fc.integer({ min: 1, max: 5 })),
      accumulatorsPerWord: 1,
      outputsPerWord: 2,
      biasesPerWord: 1,
      feedbacksPerWord: 4,
      gradientsPerWord: 1,
      optimizerStatesPerWord: 1,
      accumulate: 'registers',
      hasWordWriteGating: draw(fc.boolean()),
      forwardLaneCount: 4,
      learningLaneCount: laneCount,
      activationLaneCount: 1,
      pipelineDepthCycles: 2,
      eventOverheadCycles: 1,
      portCount: 1,
      updateSchedule: 'serial',
      writeBanks: 'shared',
    },
    outputHops: isOutput ? 0 : 1,
    labelHops: 1,
  };
}

/** Bounds of the first layer's shape. */
interface ShapeBounds {
  readonly inputCount: number;
  readonly neuronCount: number;
}

const smallShape: Readonly<Record<ImageFamily, ShapeBounds>> = {
  any: { inputCount: 6, neuronCount: 6 },
  vector: { inputCount: 6, neuronCount: 70 },
  wide: { inputCount: 9, neuronCount: 40 },
};

/** Smaller chips tried when a property fails; all that there are would take minutes. */
const largestShrinkCount = 60;

/** An image of one to five layers of any rule, small unless stated, and a batch for it. */
export function chipCase(
  family: ImageFamily,
  largest: ShapeBounds = smallShape[family],
  scope: ImageScope = 'plain',
): fc.Arbitrary<ChipCase> {
  const cases = fc.gen().map((generate) => {
    const draw: Draw = (arbitrary) => generate(() => arbitrary);
    const isFull = scope === 'full';
    const widthBits = family === 'vector' ? 16 : draw(fc.constantFrom(2, 5, 16, 16, 20, 32));
    const classCount = draw(fc.integer({ min: 1, max: 4 }));
    const base: Omit<ChipImage, 'layers'> = {
      classCount,
      loss: draw(isFull ? fc.constantFrom('bce', 'mse', 'ce') : fc.constantFrom('bce', 'mse')),
      optimizer: isFull ? optimizer(draw) : { kind: 'sgd' },
      batchSize: isFull ? draw(fc.integer({ min: 1, max: 4 })) : 1,
      feedbackSource: 'memory',
      isExact: false,
      rule: rule(draw),
      numerics: numerics(draw, family),
      generator: { widthBits, polynomialMask: maskOfWidth[widthBits] ?? 0 },
      isDense: draw(fc.boolean()),
      eventBits: 20,
      labelBits: 4,
    };
    const convolutions =
      isFull && draw(fc.boolean()) ? drawConvolutions(draw, family === 'any' ? 3 : 20) : [];
    const inputCount =
      convolutions[0] === undefined
        ? draw(fc.integer({ min: 1, max: largest.inputCount }))
        : shapeCount(convolutions[0].inputShape);
    const neuronCount = fc.integer({ min: 1, max: largest.neuronCount });
    const hidden = draw(fc.array(neuronCount, { minLength: 0, maxLength: 2 }));
    const shapes = layerShapes(base.rule, inputCount, convolutions, [...hidden, classCount]);
    const layers = shapes.map((shape) => layerImage(draw, family, scope, base, shape));
    const image = withScaledRates({ ...base, layers });
    const sampleCount = draw(fc.integer({ min: 1, max: 5 }));
    const ofEachSample = (largestValue: number) =>
      draw(
        fc.array(fc.integer({ min: 0, max: largestValue }), {
          minLength: sampleCount,
          maxLength: sampleCount,
        }),
      );
    const batch = {
      inputsRaw: rawValues(draw, base.numerics.formats.input, sampleCount * inputCount),
      labels: Uint8Array.from(ofEachSample(classCount - 1)),
    };
    const drawnFrom = `family ${family}, ${scope}; ${sampleCount} samples`;
    const print = { [fc.toStringMethod]: () => describeDrawnChip(image, drawnFrom) };
    if (base.rule.kind !== 'defp') return { image, batch, ...print };
    const sampleIndices = Uint32Array.from(ofEachSample(base.rule.sampleCount - 1));
    return { image, batch: { ...batch, sampleIndices }, ...print };
  });
  return fc.limitShrink(cases, largestShrinkCount);
}
