import type {
  ActivationUnitImage,
  ChipImage,
  ChipNumerics,
  ConvolutionImage,
  CoreOrganisation,
  DefpSpec,
  LayerImage,
} from '../../../src/chip/image/chip-image.js';
import type { ActivationName } from '../../../src/network/activation-name.js';
import { type MapShape, shapeCount } from '../../../src/network/convolution.js';
import type { SampleBatch } from '../../../src/chip/engine.js';
import type { LedgerRow } from '../../../src/ledger/ledger-row.js';
import { type FixedPointFormat, parseFormat } from '../../../src/numerics/format.js';
import { buildActivationTable, type Interpolation } from '../../../src/numerics/function-table.js';
import { type NumericsOptions, smallNumerics } from './small-numerics.js';

/** Kernels of side K on maps of a shape; the maps it makes follow. */
interface SmallConvolution {
  readonly inputShape: MapShape;
  readonly kernelSize: number;
  readonly stride?: number;
  readonly padding?: number;
}

/** Arrays and function of a layer, in short. */
interface ShortForms {
  readonly weights?: readonly number[] | undefined;
  readonly biases?: readonly number[] | undefined;
  readonly feedback?: readonly number[] | undefined;
  /** tanh and sigmoid by a table, in an exact image exact; the others linear. */
  readonly function?: ActivationName | undefined;
  readonly interpolation?: Interpolation | undefined;
  readonly convolution?: SmallConvolution | ConvolutionImage | null | undefined;
}

/** What a test says of a layer: its arrays in short, any field of `LayerImage`; the rest has defaults. */
export interface SmallLayer
  extends ShortForms, Partial<Omit<LayerImage, 'convolution' | 'organisation'>> {
  readonly organisation?: Partial<CoreOrganisation>;
}

/** What a test says of the chip: its numbers, any field of `ChipImage`, what all cores have in common. */
export interface ImageOptions extends Partial<Omit<ChipImage, 'layers'>>, NumericsOptions {
  readonly organisation?: Partial<CoreOrganisation>;
}

function convolutionOf(
  convolution: SmallConvolution | ConvolutionImage,
  mapCount: number,
): ConvolutionImage {
  if ('mapShape' in convolution) return convolution;
  const { inputShape, kernelSize, stride = 1, padding = 0 } = convolution;
  const side = (length: number) => Math.floor((length + 2 * padding - kernelSize) / stride) + 1;
  const [height, width] = [side(inputShape[1]), side(inputShape[2])];
  const mapShape: MapShape = [mapCount, height, width];
  const pooledShape: MapShape = [mapCount, Math.floor(height / 2), Math.floor(width / 2)];
  return { inputShape, kernelSize, stride, padding, mapShape, pooledShape };
}

/** The parameters of a layer and the shape that follows from them, unless it is stated. */
function arraysOf({ weights = [], biases = [], feedback, convolution }: ShortForms) {
  const arrays = {
    weightsRaw: Int32Array.from(weights),
    biasesRaw: Int32Array.from(biases),
    feedbackRaw: feedback === undefined ? null : Int32Array.from(feedback),
  };
  if (convolution === undefined || convolution === null) {
    const inputCount = weights.length / biases.length;
    return { ...arrays, convolution: null, inputCount, neuronCount: biases.length };
  }
  const whole = convolutionOf(convolution, biases.length);
  const [inputCount, neuronCount] = [shapeCount(whole.inputShape), shapeCount(whole.mapShape)];
  return { ...arrays, convolution: whole, inputCount, neuronCount };
}

function unitOf(
  { function: name = 'none', interpolation = 'none' }: ShortForms,
  outputFormat: FixedPointFormat,
  { isExact = false }: ImageOptions,
): ActivationUnitImage {
  if (name === 'relu' || name === 'none') return { kind: 'linear', function: name };
  if (isExact) return { kind: 'exact', function: name };
  const inputFormat = parseFormat('s4.2');
  return buildActivationTable({
    function: name,
    inputFormat,
    indexBits: 2,
    interpolation,
    outputFormat,
  });
}

/** Words of 16 bits with as many values as fit, one lane of each kind, one port. */
function organisationOf(
  { weight, accumulator, bias, feedback, gradient }: ChipNumerics['formats'],
  output: FixedPointFormat,
): CoreOrganisation {
  const perWord = ({ totalBits }: FixedPointFormat) => Math.max(1, Math.floor(16 / totalBits));
  return {
    wordBits: {
      synapses: 16,
      neurons: 16,
      bias: 16,
      feedback: 16,
      eventBuffer: 20,
      gradient: 16,
      optimizerState: 24,
    },
    weightsPerWord: perWord(weight),
    accumulatorsPerWord: perWord(accumulator),
    outputsPerWord: perWord(output),
    biasesPerWord: perWord(bias),
    feedbacksPerWord: perWord(feedback),
    gradientsPerWord: perWord(gradient),
    optimizerStatesPerWord: 1,
    accumulate: 'registers',
    hasWordWriteGating: false,
    forwardLaneCount: 1,
    learningLaneCount: 1,
    activationLaneCount: 1,
    pipelineDepthCycles: 0,
    eventOverheadCycles: 0,
    portCount: 1,
    updateSchedule: 'serial',
    writeBanks: 'shared',
  };
}

function layerOf(
  small: SmallLayer,
  { layer, isOutput }: { readonly layer: number; readonly isOutput: boolean },
  { formats }: ChipNumerics,
  options: ImageOptions,
): LayerImage {
  const outputFormat = isOutput ? formats.output : formats.activation;
  const laneSeeds = small.laneSeeds ?? Uint32Array.of(1);
  const {
    weights,
    biases,
    feedback,
    function: name,
    interpolation,
    convolution,
    ...stated
  } = small;
  return {
    layer,
    core: 9 + layer,
    isOutput,
    parts: null,
    inputFormat: layer === 1 ? formats.input : formats.activation,
    outputFormat,
    eventThresholdRaw: 0,
    activationUnit: unitOf({ function: name, interpolation }, outputFormat, options),
    learningRate: { kind: 'shift', shiftBits: 1 },
    gradientScale: { kind: 'shift', shiftBits: 0 },
    outputHops: isOutput ? 0 : layer,
    labelHops: layer + 4,
    isTrainable: true,
    ...arraysOf({ weights, biases, feedback, convolution }),
    ...stated,
    laneSeeds,
    organisation: {
      ...organisationOf(formats, outputFormat),
      learningLaneCount: laneSeeds.length,
      ...small.organisation,
    },
  };
}

/**
 * A chip image for pencil and paper: what the layers and the options do not say is a core with 16-bit words, one lane of
 * each kind, tables of four entries over s4.2, η = 2^−1, θ = 0, a 4-bit generator, rule drtp with sgd, and hops i for
 * events and i + 4 for the label in layer i.
 */
export function chipImage(layers: readonly SmallLayer[], options: ImageOptions = {}): ChipImage {
  const { formats, overflow, rounding, organisation, ...stated } = options;
  const numerics = options.numerics ?? smallNumerics({ formats, overflow, rounding });
  const images = layers.map((small, index) => {
    const place = { layer: index + 1, isOutput: index === layers.length - 1 };
    return layerOf(
      { ...small, organisation: { ...organisation, ...small.organisation } },
      place,
      numerics,
      stated,
    );
  });
  return {
    classCount: images.at(-1)?.neuronCount ?? 0,
    loss: 'bce',
    rule: { kind: 'drtp' },
    optimizer: { kind: 'sgd' },
    batchSize: 1,
    feedbackSource: 'memory',
    isExact: false,
    numerics,
    generator: { widthBits: 4, polynomialMask: 0xc },
    isDense: false,
    eventBits: 11,
    labelBits: 3,
    ...stated,
    layers: images,
  };
}

/** `places`: of the samples in the training set, for rule defp. */
export function samples(
  inputs: readonly number[],
  labels: readonly number[],
  places?: readonly number[],
): SampleBatch {
  const batch = { inputsRaw: Int32Array.from(inputs), labels: Uint8Array.from(labels) };
  return places === undefined ? batch : { ...batch, sampleIndices: Uint32Array.from(places) };
}

/** A DEFP rule that keeps `sampleCount` samples in words of 8 bits with `perWord` delayed errors each. */
export function smallDefp(
  variant: DefpSpec['variant'],
  sampleCount: number,
  perWord = 2,
): DefpSpec {
  return { kind: 'defp', variant, sampleCount, wordBits: 8, delayedErrorsPerWord: perWord };
}

/** Ledger rows as `training update 1 synapses.read/16` → count (run, phase, layer, action, bits). */
export function countsOf(rows: readonly LedgerRow[]): Record<string, number> {
  return Object.fromEntries(
    rows.map(({ run, phase, layer, componentAction, bits, count }) => [
      `${run} ${phase} ${layer ?? '-'} ${componentAction}/${bits ?? '-'}`,
      count,
    ]),
  );
}
