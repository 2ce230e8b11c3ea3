import { keepsDelayedErrors, keepsOneError } from '../../chip/image/learning-layers.js';
import type { ChipImage, LayerImage, TensorName } from '../../chip/image/chip-image.js';
import type { LearnedState, NeuronSight } from '../../chip/engine.js';
import { columnCount, positionCount, rowCount } from '../../chip/image/layer-geometry.js';
import { dequantise } from '../../mapping/dequantise.js';
import { elementAt, floorDiv } from '../../numerics/integer.js';
import type { LayerSignals } from '../../reference/training/error-signals.js';
import { lockstepProducts, lockstepSampleCount } from '../record/probe-samples.js';
import { deviationOf, type TensorDeviation } from '../replay/tensor-deviation.js';

/*
 * Lock-step: chip and float arithmetic run the same training samples on the same weights, B and delayed errors, those
 * that the chip holds at that moment of its training. What they differ by is the arithmetic: formats, tables, rounding, and
 * the samples as the input format holds them.
 */

/** Products w·x of a forward pass, events of value 0 among them. */
export function productsPerSample({ layers }: ChipImage): number {
  return layers.reduce(
    (sum, layer) => sum + rowCount(layer) * columnCount(layer) * positionCount(layer),
    0,
  );
}

/** How many training samples are compared: each passes through both sides after every epoch. 0: the network is too large. */
export function lockstepSamplesOf(image: ChipImage): number {
  return Math.min(lockstepSampleCount, floorDiv(lockstepProducts, productsPerSample(image)));
}

/**
 * d of rule defp as the chip takes it for the first training samples, of these labels: (samples × 1), `fullVector` (samples ×
 * classCount). Before a first visit it is 1, with `fullVector` for the label alone (docs/spec.md §2.9).
 * Null for all other rules.
 */
export function delayedReals(
  { rule, classCount, numerics: { formats } }: ChipImage,
  { delayedErrors }: Pick<LearnedState, 'delayedErrors'>,
  labels: Uint8Array,
): Float32Array | null {
  if (!keepsDelayedErrors(rule) || delayedErrors === null) return null;
  const { raw, isValid } = delayedErrors;
  const sums = dequantise(raw, formats.delayedError);
  const step = 2 ** -formats.delayedError.fractionBits;
  const divisor = 2 ** (rule.averageShift ?? 0);
  const reals = sums.map((sum) => (divisor === 1 ? sum : Math.floor(sum / step / divisor) * step));
  const width = rule.variant === 'fullVector' ? classCount : 1;
  return Float32Array.from({ length: labels.length * width }, (_, index) => {
    const [sample, column] = [Math.floor(index / width), index % width];
    const place = keepsOneError(rule) ? 0 : sample;
    if (isValid[place] === 1) return elementAt(reals, place * width + column, 'delayed errors');
    return width === 1 || column === labels[sample] ? 1 : 0;
  });
}

/** One after the other, the values of every sample; null where some sample has none. */
function join(values: readonly (Float64Array | null)[]): Float64Array | null {
  const present = values.filter((value) => value !== null);
  if (present.length < values.length) return null;
  return Float64Array.from(present.flatMap((value) => Array.from(value)));
}

function layerDeviations(
  { numerics: { formats } }: ChipImage,
  { layer, isOutput, outputFormat }: LayerImage,
  chip: readonly NeuronSight[],
  float: LayerSignals,
): readonly TensorDeviation[] {
  const z = join(chip.map(({ sumsRaw }) => sumsRaw));
  const h = join(chip.map(({ outputsRaw }) => outputsRaw));
  const deltaZ = join(chip.map(({ deltaZRaw }) => deltaZRaw));
  const tensor = isOutput ? 'output' : 'activation';
  const compare = (
    name: TensorName,
    raw: Float64Array,
    real: Float32Array,
    format = outputFormat,
  ) => {
    return { layer, tensor: name, ...deviationOf(dequantise(raw, format), real, format) };
  };
  return [
    ...(z === null ? [] : [compare('accumulator', z, float.z, formats.accumulator)]),
    ...(h === null ? [] : [compare(tensor, h, float.h)]),
    ...(deltaZ === null || float.deltaZ === null
      ? []
      : [compare('delta', deltaZ, float.deltaZ, formats.delta)]),
  ];
}

/** z, h and δz of the chip against those of float arithmetic on the same training samples, layer by layer. */
export function lockstepDeviations(
  image: ChipImage,
  observed: readonly (readonly NeuronSight[])[],
  float: readonly LayerSignals[],
): readonly TensorDeviation[] {
  return image.layers.flatMap((layer, index) =>
    layerDeviations(
      image,
      layer,
      observed.map((layers) => elementAt(layers, index, 'observed layers')),
      elementAt(float, index, 'layers in float'),
    ),
  );
}
