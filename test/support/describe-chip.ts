import type { ChipImage, LayerImage } from '../../src/chip/image/chip-image.js';
import { printFormat } from '../../src/numerics/format.js';

/** Shape of a layer: `FC 3→2`, or `CONV 2×5×4→3×5×4→3×2×2`; ` frozen`, ` on 4 cores`. */
export function describeLayer({
  convolution,
  inputCount,
  neuronCount,
  isTrainable,
  parts,
}: LayerImage): string {
  const shape =
    convolution === null
      ? `FC ${inputCount}→${neuronCount}`
      : `CONV ${[convolution.inputShape, convolution.mapShape, convolution.pooledShape]
          .map((maps) => maps.join('×'))
          .join('→')}`;
  return `${shape}${isTrainable ? '' : ' frozen'}${parts === null ? '' : ` on ${parts.length} cores`}`;
}

/** Rule of a chip, with the variant of DEFP. */
export function describeRule({ rule }: ChipImage): string {
  return rule.kind === 'defp' ? `defp ${rule.variant}` : rule.kind;
}

/** A chip in one line: its layers, and what it learns with. */
export function describeChip(image: ChipImage): string {
  const { numerics, optimizer, batchSize, loss, feedbackSource, isDense, generator } = image;
  const weights = `${printFormat(numerics.formats.weight)} ${numerics.rounding.weight}`;
  return [
    image.layers.map(describeLayer).join(', '),
    describeRule(image),
    `${optimizer.kind} batch ${batchSize} ${loss}`,
    `weights ${weights}`,
    `accumulators ${printFormat(numerics.formats.accumulator)}`,
    `B from ${feedbackSource}`,
    `${generator.widthBits}-bit generator${isDense ? ', dense' : ''}`,
  ].join('; ');
}

/**
 * A drawn chip for the report of a failed property: what it was drawn from, its rule, layers, formats and lanes, a line
 * for each.
 */
export function describeDrawnChip(image: ChipImage, drawnFrom: string): string {
  const { numerics, optimizer, batchSize, loss, feedbackSource, isDense, generator } = image;
  const formats = Object.entries(numerics.formats).map(
    ([tensor, format]) => `${tensor} ${printFormat(format)}`,
  );
  const { weight, bias } = numerics.rounding;
  const lanes = image.layers.map(({ organisation }) => organisation.learningLaneCount);
  return [
    `chip (${drawnFrom})`,
    `  rule    ${describeRule(image)}; ${optimizer.kind} batch ${batchSize} ${loss}; B from ${feedbackSource}`,
    `  layers  ${image.layers.map(describeLayer).join(', ')}${isDense ? '; dense' : ''}`,
    `  formats ${formats.join(' ')}; weight ${weight}, bias ${bias}`,
    `  lanes   ${lanes.join(', ')} of ${generator.widthBits} bits`,
    '',
  ].join('\n');
}
