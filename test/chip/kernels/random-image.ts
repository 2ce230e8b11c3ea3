import fc from 'fast-check';
import {
  type ChipImage,
  type ChipNumerics,
  type LayerImage,
  type RuleSpec,
  type TensorName,
} from '../../../src/chip/chip-image.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import { type FixedPointFormat, maximumRaw, minimumRaw } from '../../../src/numerics/format.js';
import type { RoundingMode } from '../../../src/numerics/modes.js';

export interface ChipCase {
  readonly image: ChipImage;
  readonly batch: SampleBatch;
}

/** Which images a property draws: all that docs/spec.md §2.1–2.4 allows, or those whose layers take the vector path. */
export type ImageFamily = 'any' | 'vector';

type Draw = <Value>(arbitrary: fc.Arbitrary<Value>) => Value;

const maskOfWidth: Readonly<Record<number, number>> = {
  2: 0x3,
  5: 0x14,
  16: 0xd008,
  20: 0x90000,
  32: 0xa3000000,
};

function format(
  draw: Draw,
  bits: readonly [number, number],
  fraction: readonly [number, number],
  sign: boolean | null = null,
): FixedPointFormat {
  const isSigned = sign ?? draw(fc.boolean());
  // Raw values are kept as signed words of 32 bits (docs/spec.md §2.1).
  const largestBits = bits[1] === 32 && !isSigned ? 31 : bits[1];
  return {
    isSigned,
    totalBits: draw(fc.integer({ min: bits[0], max: largestBits })),
    fractionBits: draw(fc.integer({ min: fraction[0], max: fraction[1] })),
  };
}

function formatsOfAnyImage(draw: Draw): Record<TensorName, FixedPointFormat> {
  return {
    input: format(draw, [1, 31], [-4, 12]),
    weight: format(draw, [1, 32], [-6, 24]),
    bias: format(draw, [1, 32], [-6, 24]),
    accumulator: draw(
      fc.oneof(
        fc.constant(format(draw, [1, 40], [-8, 30])),
        fc.constant(format(draw, [60, 64], [20, 40])),
      ),
    ),
    activation: format(draw, [1, 16], [0, 16]),
    output: format(draw, [1, 16], [0, 16]),
    delta: format(draw, [1, 32], [-4, 20], true),
    feedback: format(draw, [1, 32], [-4, 20]),
    update: format(draw, [1, 32], [-4, 24], true),
    delayedError: format(draw, [1, 16], [-4, 16]),
    gradient: format(draw, [2, 32], [-4, 24], true),
    momentum: format(draw, [2, 32], [-4, 24], true),
    secondMoment: format(draw, [2, 31], [-4, 30], false),
  };
}

function formatsOfVectorImage(draw: Draw): Record<TensorName, FixedPointFormat> {
  // Up to 9 bits products fit 16-bit lanes, beyond them they need 32.
  const deltaBits = draw(fc.constantFrom(9, 16));
  return {
    input: format(draw, [1, 9], [6, 9], null),
    weight: format(draw, [2, 8], [3, 7], true),
    bias: format(draw, [8, 16], [4, 15], true),
    accumulator: format(draw, [16, 34], [12, 20], true),
    activation: format(draw, [6, 9], [5, 8]),
    output: format(draw, [6, 9], [5, 8]),
    delta: format(draw, [4, deltaBits], [3, deltaBits - 1], true),
    feedback: format(draw, [4, 9], [3, 8], true),
    update: format(draw, [4, deltaBits], [4, deltaBits + 3], true),
    delayedError: format(draw, [4, 16], [3, 12]),
    gradient: format(draw, [12, 32], [8, 24], true),
    momentum: format(draw, [12, 32], [8, 24], true),
    secondMoment: format(draw, [12, 31], [8, 30], false),
  };
}

function numerics(draw: Draw, family: ImageFamily): ChipNumerics {
  const formats = family === 'any' ? formatsOfAnyImage(draw) : formatsOfVectorImage(draw);
  const mode = fc.constantFrom('saturate', 'wrap');
  const overflow: ChipNumerics['overflow'] = {
    input: 'saturate',
    weight: family === 'vector' ? 'saturate' : draw(mode),
    bias: draw(mode),
    accumulator: draw(mode),
    activation: 'saturate',
    output: 'saturate',
    delta: draw(mode),
    feedback: 'saturate',
    update: draw(mode),
    delayedError: 'saturate',
    gradient: draw(mode),
    momentum: draw(mode),
    secondMoment: draw(mode),
  };
  const deterministic = fc.constantFrom('truncate', 'nearest', 'nearestEven');
  const any: fc.Arbitrary<RoundingMode> = fc.oneof(deterministic, fc.constant('stochastic'));
  return {
    formats,
    overflow,
    rounding: {
      input: 'nearest',
      weight:
        family === 'any' ? draw(any) : draw(fc.constantFrom('stochastic', 'truncate', 'nearest')),
      bias: draw(any),
      accumulator: draw(deterministic),
      activation: 'nearest',
      output: 'nearest',
      delta: draw(deterministic),
      feedback: 'nearest',
      update: draw(deterministic),
      delayedError: 'nearest',
      gradient: draw(deterministic),
      momentum: draw(deterministic),
      secondMoment: draw(deterministic),
    },
  };
}

/** Raw values of a format: mostly anywhere, often at its ends or 0. Unsigned 32-bit values are stored as their bit pattern. */
function rawValues(draw: Draw, of: FixedPointFormat, count: number): Int32Array {
  const [lowest, highest] = [Number(minimumRaw(of)), Number(maximumRaw(of))];
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: lowest, max: highest }) },
    { weight: 1, arbitrary: fc.constantFrom(lowest, highest, 0) },
  );
  return Int32Array.from(
    draw(fc.array(value, { minLength: count, maxLength: count })),
    (raw) => raw | 0,
  );
}

/** Any rule; DEFP with so few words that samples of a short batch come again. */
function rule(draw: Draw): RuleSpec {
  const kind = draw(fc.constantFrom('drtp', 'defp', 'dfa', 'sdfa', 'fa', 'bp', 'shallow'));
  if (kind !== 'defp') return { kind };
  return {
    kind,
    variant: draw(fc.constantFrom('error', 'loss', 'aggregated', 'fullVector')),
    sampleCount: draw(fc.integer({ min: 1, max: 4 })),
    wordBits: 24,
    delayedErrorsPerWord: draw(fc.integer({ min: 1, max: 3 })),
  };
}

/** What a layer's place in the network decides. */
interface LayerShape {
  readonly layer: number;
  readonly isOutput: boolean;
  readonly inputCount: number;
  readonly neuronCount: number;
  /** Elements of B; 0: the layer has none. */
  readonly feedbackCount: number;
}

/** Layers of the given numbers of neurons, the last of them the output. */
function layerShapes(
  { kind }: RuleSpec,
  inputCount: number,
  neuronCounts: readonly number[],
): readonly LayerShape[] {
  const classCount = neuronCounts.at(-1) ?? 0;
  return neuronCounts.map((neuronCount, index) => {
    const isOutput = index === neuronCounts.length - 1;
    const perNeuron = kind === 'fa' ? (neuronCounts[index + 1] ?? 0) : classCount;
    const hasFeedback = !isOutput && kind !== 'bp' && kind !== 'shallow';
    return {
      layer: index + 1,
      isOutput,
      inputCount: neuronCounts[index - 1] ?? inputCount,
      neuronCount,
      feedbackCount: hasFeedback ? perNeuron * neuronCount : 0,
    };
  });
}

function layerImage(
  draw: Draw,
  family: ImageFamily,
  base: Omit<ChipImage, 'layers'>,
  shape: LayerShape,
): LayerImage {
  const { formats } = base.numerics;
  const { inputCount, neuronCount, isOutput, layer, feedbackCount } = shape;
  const outputFormat = isOutput ? formats.output : formats.activation;
  const inputFormat = layer === 1 ? formats.input : formats.activation;
  const indexBits = draw(fc.integer({ min: 1, max: 5 }));
  const interpolation = draw(fc.constantFrom('none', 'linear'));
  const laneCount =
    family === 'any'
      ? draw(fc.integer({ min: 1, max: 20 }))
      : draw(fc.constantFrom(8, 16, 24, 48, 64, 73));
  const seeds = fc.integer({ min: 1, max: 2 ** base.generator.widthBits - 1 });
  return {
    layer,
    isOutput,
    convolution: null,
    parts: null,
    gradientScale: { kind: 'shift', shiftBits: 0 },
    inputCount,
    neuronCount,
    core: layer + 3,
    isTrainable: draw(fc.integer({ min: 0, max: 4 })) > 0,
    weightsRaw: rawValues(draw, formats.weight, inputCount * neuronCount),
    biasesRaw: rawValues(draw, formats.bias, neuronCount),
    feedbackRaw: feedbackCount === 0 ? null : rawValues(draw, formats.feedback, feedbackCount),
    inputFormat,
    outputFormat,
    eventThresholdRaw: draw(fc.constantFrom(0, 0, 1, 3)),
    activationUnit: {
      kind: 'table',
      // Loss bce needs sigmoid outputs (docs/spec.md §2.13).
      function:
        isOutput && base.loss === 'bce' ? 'sigmoid' : draw(fc.constantFrom('tanh', 'sigmoid')),
      inputFormat: format(
        draw,
        [indexBits, family === 'any' ? 32 : 14],
        [-4, family === 'any' ? 40 : 20],
        true,
      ),
      indexBits,
      interpolation,
      outputFormat,
      entriesRaw: rawValues(
        draw,
        outputFormat,
        2 ** indexBits + (interpolation === 'linear' ? 1 : 0),
      ),
    },
    learningRate: draw(
      fc.oneof(
        fc
          .integer({ min: family === 'any' ? -2 : 0, max: 14 })
          .map((shiftBits) => ({ kind: 'shift' as const, shiftBits })),
        fc
          .integer({ min: 1, max: 65535 })
          .map((mantissaRaw) => ({ kind: 'factor' as const, mantissaRaw, fractionBits: 18 })),
      ),
    ),
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
      portCount: 1,
    },
    outputHops: isOutput ? 0 : 1,
    labelHops: 1,
  };
}

/** Bounds of the first layer's shape. */
export interface ShapeBounds {
  readonly inputCount: number;
  readonly neuronCount: number;
}

const smallShape: Readonly<Record<ImageFamily, ShapeBounds>> = {
  any: { inputCount: 6, neuronCount: 6 },
  vector: { inputCount: 6, neuronCount: 70 },
};

/** An image of one to three layers of any rule, small unless stated, and a batch for it. */
export function chipCase(
  family: ImageFamily,
  largest: ShapeBounds = smallShape[family],
): fc.Arbitrary<ChipCase> {
  return fc.gen().map((generate) => {
    const draw: Draw = (arbitrary) => generate(() => arbitrary);
    const widthBits = family === 'any' ? draw(fc.constantFrom(2, 5, 16, 20, 32)) : 16;
    const classCount = draw(fc.integer({ min: 1, max: 4 }));
    const base: Omit<ChipImage, 'layers'> = {
      classCount,
      loss: draw(fc.constantFrom('bce', 'mse')),
      optimizer: { kind: 'sgd' },
      batchSize: 1,
      feedbackSource: 'memory',
      isExact: false,
      rule: rule(draw),
      numerics: numerics(draw, family),
      generator: { widthBits, polynomialMask: maskOfWidth[widthBits] ?? 0 },
      isDense: draw(fc.boolean()),
      eventBits: 20,
      labelBits: 4,
    };
    const inputCount = draw(fc.integer({ min: 1, max: largest.inputCount }));
    const neuronCount = fc.integer({ min: 1, max: largest.neuronCount });
    const hidden = draw(fc.array(neuronCount, { minLength: 0, maxLength: 2 }));
    const shapes = layerShapes(base.rule, inputCount, [...hidden, classCount]);
    const image = { ...base, layers: shapes.map((shape) => layerImage(draw, family, base, shape)) };
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
    if (base.rule.kind !== 'defp') return { image, batch };
    const sampleIndices = Uint32Array.from(ofEachSample(base.rule.sampleCount - 1));
    return { image, batch: { ...batch, sampleIndices } };
  });
}
