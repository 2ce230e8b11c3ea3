import { factsOf } from '../../network/rule-facts.js';
import type { ChipImage, LayerImage } from '../../chip/image/chip-image.js';
import { learns } from '../../chip/image/learning-layers.js';
import type { FixedPointFormat } from '../../numerics/format.js';
import type { RoundingMode } from '../../numerics/modes.js';

/* Codes of the package; examples/rtl/learning_engine.v knows them by these numbers. */
const roundingCodes: Readonly<Record<RoundingMode, number>> = {
  truncate: 0,
  nearest: 1,
  nearestEven: 2,
  stochastic: 3,
};
const activationCodes = { none: 0, relu: 1, tanh: 2, sigmoid: 3 } as const;

/** A line of the package. */
interface Parameter {
  readonly name: string;
  readonly value: number;
  readonly comment: string;
}

function formatParameters(
  name: string,
  { totalBits, fractionBits, isSigned }: FixedPointFormat,
  comment: string,
): readonly Parameter[] {
  return [
    { name: `${name}_BITS`, value: totalBits, comment },
    { name: `${name}_FRACTION`, value: fractionBits, comment: 'fraction bits' },
    { name: `${name}_SIGNED`, value: isSigned ? 1 : 0, comment: "1: two's complement" },
  ];
}

/** Codes of ERROR_SOURCE, where δz of a layer comes from, and what they mean. */
export const errorSources = {
  none: { code: 0, meaning: 'the layer does not learn' },
  feedbackRow: { code: 1, meaning: 'dh = row of B by label' },
  difference: { code: 2, meaning: 'dz = y - t' },
  doubleDifference: { code: 3, meaning: 'dh = 2(y - t)' },
  another: { code: 4, meaning: 'another, see delta-h.hex or delta-z.hex' },
} as const;

function errorSourceOf(image: ChipImage, layer: LayerImage): keyof typeof errorSources {
  if (!learns(image, layer)) return 'none';
  if (layer.isOutput && image.loss === 'bce') return 'difference';
  if (layer.isOutput && image.loss === 'mse') return 'doubleDifference';
  const { isLabelSelected, keepsDelayedErrors } = factsOf(image.rule.kind);
  const isPlainRow = isLabelSelected && !keepsDelayedErrors;
  const isRowOfMemory = isPlainRow && image.feedbackSource === 'memory';
  return isRowOfMemory && !layer.isOutput ? 'feedbackRow' : 'another';
}

function geometry(image: ChipImage, layer: LayerImage, counts: StimulusCounts): Parameter[] {
  return [
    { name: 'LAYER', value: layer.layer, comment: '1: the first' },
    { name: 'SAMPLES', value: counts.sampleCount, comment: 'training samples of the vectors' },
    { name: 'EVENTS', value: counts.eventCount, comment: 'words of events.hex' },
    { name: 'INPUTS', value: layer.inputCount, comment: 'axons' },
    { name: 'NEURONS', value: layer.neuronCount, comment: '' },
    { name: 'CLASSES', value: image.classCount, comment: '' },
    {
      name: 'ERROR_SOURCE',
      value: errorSources[errorSourceOf(image, layer)].code,
      comment: Object.values(errorSources)
        .map(({ code, meaning }) => `${code}: ${meaning}`)
        .join('; '),
    },
    {
      name: 'ACTIVATION',
      value: activationCodes[layer.activationUnit.function],
      comment: '0: none, 1: relu, 2: tanh, 3: sigmoid',
    },
  ];
}

function arithmetic({ numerics }: ChipImage, layer: LayerImage): readonly Parameter[] {
  const { formats, rounding, overflow } = numerics;
  const rate = layer.learningRate;
  const isShift = rate.kind === 'shift';
  const modes = (['weight', 'bias', 'delta', 'update'] as const).flatMap((tensor) => [
    {
      name: `${tensor.toUpperCase()}_ROUNDING`,
      value: roundingCodes[rounding[tensor]],
      comment: '0: truncate, 1: nearest, 2: nearestEven, 3: stochastic',
    },
    {
      name: `${tensor.toUpperCase()}_WRAPS`,
      value: overflow[tensor] === 'wrap' ? 1 : 0,
      comment: '0: saturates, 1: wraps',
    },
  ]);
  return [
    ...formatParameters('WEIGHT', formats.weight, ''),
    ...formatParameters('BIAS', formats.bias, ''),
    ...formatParameters('INPUT', layer.inputFormat, 'x, the value of an event'),
    ...formatParameters('OUTPUT', layer.outputFormat, 'h of this layer'),
    ...formatParameters('DELTA', formats.delta, 'dh and dz'),
    ...formatParameters('FEEDBACK', formats.feedback, 'B'),
    ...formatParameters('UPDATE', formats.update, 'g where the rate is no shift'),
    ...modes,
    { name: 'RATE_IS_SHIFT', value: isShift ? 1 : 0, comment: '1: g = dz' },
    {
      name: 'RATE_FRACTION',
      value: isShift ? rate.shiftBits : rate.fractionBits,
      comment: 'eta = RATE_MANTISSA * 2^-RATE_FRACTION',
    },
    { name: 'RATE_MANTISSA', value: isShift ? 1 : rate.mantissaRaw, comment: '' },
  ];
}

function memories({ organisation }: LayerImage, eventValueBits: number): readonly Parameter[] {
  const { wordBits, learningLaneCount } = organisation;
  return [
    { name: 'SYNAPSE_WORD_BITS', value: wordBits.synapses, comment: '' },
    { name: 'WEIGHTS_PER_WORD', value: organisation.weightsPerWord, comment: '' },
    { name: 'BIAS_WORD_BITS', value: wordBits.bias, comment: '' },
    { name: 'BIASES_PER_WORD', value: organisation.biasesPerWord, comment: '' },
    { name: 'FEEDBACK_WORD_BITS', value: wordBits.feedback, comment: '' },
    { name: 'FEEDBACKS_PER_WORD', value: organisation.feedbacksPerWord, comment: '' },
    { name: 'NEURON_WORD_BITS', value: wordBits.neurons, comment: '' },
    { name: 'OUTPUTS_PER_WORD', value: organisation.outputsPerWord, comment: '' },
    { name: 'EVENT_WORD_BITS', value: wordBits.eventBuffer, comment: '' },
    { name: 'EVENT_VALUE_BITS', value: eventValueBits, comment: 'below the axon' },
    { name: 'LANES', value: learningLaneCount, comment: 'lane l serves neurons n = l mod LANES' },
  ];
}

/** How much stimulus the files of a layer hold. */
interface StimulusCounts {
  readonly sampleCount: number;
  readonly eventCount: number;
}

/**
 * Geometry, formats and modes of one layer as a SystemVerilog package, so that a test bench needs no arithmetic of its
 * own to find them.
 *
 * Implements: docs/spec.md §10.
 */
export function verilogPackage(
  image: ChipImage,
  layer: LayerImage,
  counts: StimulusCounts,
  eventValueBits: number,
): string {
  const { widthBits, polynomialMask } = image.generator;
  const parameters = [
    ...geometry(image, layer, counts),
    ...memories(layer, eventValueBits),
    ...arithmetic(image, layer),
    { name: 'LFSR_BITS', value: widthBits, comment: 'width of the random generators' },
  ];
  const lines = parameters.map(({ name, value, comment }) =>
    `  localparam integer ${name} = ${value};${comment === '' ? '' : ` // ${comment}`}`.trimEnd(),
  );
  const mask = `  localparam [${widthBits - 1}:0] LFSR_MASK = ${widthBits}'h${polynomialMask.toString(16)};`;
  return ['package layer_parameters;', ...lines, mask, 'endpackage', ''].join('\n');
}
