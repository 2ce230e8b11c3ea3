import type { ChipImage, LayerImage } from '../chip/chip-image.js';

/** Largest alignment shift of the 64-bit datapath (docs/spec.md §2.4). */
const maximumShiftBits = 62;
const maximumActivationBits = 16;

interface Alignment {
  readonly what: string;
  readonly shiftBits: number;
}

/** Fraction bits of g = η·δz, and what rounding to `update` shifts by (docs/spec.md §2.6, step 4). */
function gradientAlignments(layer: LayerImage, image: ChipImage): [number, readonly Alignment[]] {
  const { delta, update } = image.numerics.formats;
  if (layer.learningRate.kind === 'shift') {
    return [delta.fractionBits + layer.learningRate.shiftBits, []];
  }
  const shiftBits = delta.fractionBits + layer.learningRate.fractionBits - update.fractionBits;
  return [update.fractionBits, [{ what: 'learning rate times δz to update', shiftBits }]];
}

function alignments(layer: LayerImage, image: ChipImage): readonly Alignment[] {
  const { weight, bias, accumulator, delta, feedback } = image.numerics.formats;
  const { inputFormat, outputFormat, activationUnit } = layer;
  const [gradientFraction, rateAlignments] = gradientAlignments(layer, image);
  const product = weight.fractionBits + inputFormat.fractionBits;
  return [
    { what: 'weight times input to accumulator', shiftBits: product - accumulator.fractionBits },
    { what: 'bias to accumulator', shiftBits: bias.fractionBits - accumulator.fractionBits },
    {
      what: 'accumulator to activation table',
      shiftBits: accumulator.fractionBits - activationUnit.inputFormat.fractionBits,
    },
    { what: 'output error to delta', shiftBits: outputFormat.fractionBits - delta.fractionBits },
    { what: 'feedback to delta', shiftBits: feedback.fractionBits - delta.fractionBits },
    ...rateAlignments,
    {
      what: 'η·δz·x to weight',
      shiftBits: gradientFraction + inputFormat.fractionBits - weight.fractionBits,
    },
    { what: 'η·δz to bias', shiftBits: gradientFraction - bias.fractionBits },
  ];
}

/** What the 64-bit datapath cannot do with this image, one sentence each (docs/spec.md §2.4). */
export function datapathProblems(image: ChipImage): readonly string[] {
  const problems: string[] = [];
  for (const layer of image.layers) {
    for (const { what, shiftBits } of alignments(layer, image)) {
      if (Math.abs(shiftBits) > maximumShiftBits) {
        problems.push(
          `layer ${layer.layer}: aligning ${what} shifts by ${shiftBits} bits, the datapath by at most ${maximumShiftBits}; bring the fraction bits of these formats closer together`,
        );
      }
    }
    const { totalBits, fractionBits } = layer.outputFormat;
    if (
      totalBits > maximumActivationBits ||
      fractionBits < 0 ||
      fractionBits > maximumActivationBits
    ) {
      problems.push(
        `layer ${layer.layer}: ${layer.isOutput ? 'output' : 'activation'} has ${totalBits} bits, ${fractionBits} of them fraction; the activation unit takes 1 to ${maximumActivationBits} bits and 0 to ${maximumActivationBits} fraction bits`,
      );
    }
    if (layer.activationUnit.function === 'tanh' && !layer.outputFormat.isSigned) {
      problems.push(
        `layer ${layer.layer}: tanh gives negative values, and its format is unsigned; use a signed one such as s8.7`,
      );
    }
  }
  return problems;
}
