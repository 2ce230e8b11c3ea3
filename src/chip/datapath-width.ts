import { type FixedPointFormat, maximumRaw, minimumRaw, printFormat } from '../numerics/format.js';
import { elementAt } from '../numerics/integer.js';
import { InputError } from '../units/input-error.js';
import type { ChipImage, LayerImage } from './chip-image.js';

/*
 * Refuses images whose numbers do not fit the datapath (docs/spec.md §2.4), by the largest values the formats allow:
 * every product, exact sum (§2.9) and operand brought to another fraction must fit 64 bits signed.
 */

/** Widest operand, two's complement. */
const datapathBits = 64;
/** Farthest an operand is shifted. */
const maximumShiftBits = 62;
/** Widest activation and output, and their most fraction bits, so that f′ fits. */
const maximumOutputBits = 16;
const maximumIndexBits = 16;
/** Widest delayed error (docs/spec.md §2.9). */
const maximumDelayedErrorBits = 16;
/** Widest unsigned tensor that enters or leaves the chip: images and samples hold Int32Arrays. */
const maximumUnsignedBits = 31;

/** All values an operand can take, raw with `fractionBits` fraction bits. */
interface Operand {
  readonly lowest: bigint;
  readonly highest: bigint;
  readonly fractionBits: number;
}

function valueOf(format: FixedPointFormat): Operand {
  const { fractionBits } = format;
  return { lowest: minimumRaw(format), highest: maximumRaw(format), fractionBits };
}

/** The product with a factor in 0..`largest` raw. */
function timesUnsigned(value: Operand, largest: bigint, fractionBits: number): Operand {
  return {
    lowest: value.lowest * largest,
    highest: value.highest * largest,
    fractionBits: value.fractionBits + fractionBits,
  };
}

function times(left: Operand, right: Operand): Operand {
  const corners = [
    left.lowest * right.lowest,
    left.lowest * right.highest,
    left.highest * right.lowest,
    left.highest * right.highest,
  ];
  return {
    lowest: corners.reduce((least, corner) => (corner < least ? corner : least)),
    highest: corners.reduce((most, corner) => (corner > most ? corner : most)),
    fractionBits: left.fractionBits + right.fractionBits,
  };
}

/** An exact sum of `count` values; the partial sums of values around 0 lie inside of it. */
function sumOf(count: number, term: Operand): Operand {
  const terms = BigInt(count);
  return { ...term, lowest: terms * term.lowest, highest: terms * term.highest };
}

/** Bits of the narrowest two's complement number that holds the value. */
function signedBits(value: bigint): number {
  const magnitude = value < 0n ? -value - 1n : value;
  return magnitude === 0n ? 1 : magnitude.toString(2).length + 1;
}

/** @throws InputError when the operand cannot be brought to `fractionBits`. */
function checkAlignment(where: string, operand: Operand, fractionBits: number): void {
  const shiftBits = fractionBits - operand.fractionBits;
  if (Math.abs(shiftBits) > maximumShiftBits) {
    throw new InputError(
      `${where} would move from ${operand.fractionBits} to ${fractionBits} fraction bits, a shift by ${Math.abs(shiftBits)}; the datapath shifts by at most ${maximumShiftBits}; bring the formats' fraction bits closer together`,
    );
  }
  const widest = Math.max(signedBits(operand.lowest), signedBits(operand.highest));
  const neededBits = widest + Math.max(0, shiftBits);
  if (neededBits > datapathBits) {
    throw new InputError(
      `${where} needs ${neededBits} bits at ${Math.max(fractionBits, operand.fractionBits)} fraction bits; the datapath has ${datapathBits}; use narrower formats or bring their fraction bits closer together`,
    );
  }
}

/** `stored − change`: both at the larger fraction, the difference rounded to the fraction of `stored`. */
function checkSubtraction(where: string, stored: Operand, change: Operand): void {
  const fractionBits = Math.max(stored.fractionBits, change.fractionBits);
  checkAlignment(`${where}, the stored value`, stored, fractionBits);
  checkAlignment(`${where}, the change`, change, fractionBits);
}

/** y − t of the output layer, raw with the fraction bits of the output. */
function outputErrorOf({ numerics }: ChipImage): Operand {
  const output = valueOf(numerics.formats.output);
  return { ...output, lowest: output.lowest - (1n << BigInt(output.fractionBits)) };
}

/** δh of a hidden layer as its rule makes it, exact (docs/spec.md §2.9); null where a rule makes none. */
function hiddenSignalOf(layer: LayerImage, image: ChipImage): Operand | null {
  const { numerics, rule, classCount, layers } = image;
  const feedback = valueOf(numerics.formats.feedback);
  const delta = valueOf(numerics.formats.delta);
  const { neuronCount: neuronsAbove } = elementAt(layers, layer.layer, 'layers');
  switch (rule.kind) {
    case 'drtp':
      return feedback;
    case 'defp': {
      const scaled = times(valueOf(numerics.formats.delayedError), feedback);
      return rule.variant === 'fullVector' ? sumOf(classCount, scaled) : scaled;
    }
    case 'dfa':
      return sumOf(classCount, times(delta, feedback));
    case 'sdfa': {
      const sign: Operand = { lowest: -1n, highest: 1n, fractionBits: 0 };
      return sumOf(classCount, times(sign, feedback));
    }
    case 'fa':
      return sumOf(neuronsAbove, times(delta, feedback));
    case 'bp':
      return sumOf(neuronsAbove, times(delta, valueOf(numerics.formats.weight)));
    case 'shallow':
      return null;
  }
}

/** What a rule makes once a sample: e of dfa, the new delayed error of defp (docs/spec.md §2.9). */
function checkOnceASample(image: ChipImage): void {
  const { rule, loss, numerics } = image;
  const { output, delta, delayedError } = numerics.formats;
  const error = outputErrorOf(image);
  if (rule.kind === 'dfa') {
    checkAlignment('the output error y − t', error, delta.fractionBits);
  }
  if (rule.kind !== 'defp') return;
  const where = 'the delayed error';
  if (rule.variant === 'loss' && loss === 'bce') {
    // 1 divided by y_c: the dividend is 1 at the sum of both fractions.
    const one: Operand = { lowest: 0n, highest: 1n, fractionBits: -output.fractionBits };
    checkAlignment(`${where} 1/y`, one, Math.max(-output.fractionBits, delayedError.fractionBits));
    return;
  }
  const shrinking = { ...error, lowest: -error.highest, highest: -error.lowest };
  if (rule.variant === 'fullVector') {
    checkAlignment(`${where} t − y`, shrinking, delayedError.fractionBits);
    return;
  }
  // At the label t = 1, so that only y reaches below 1.
  const ofLabel = { ...shrinking, lowest: (1n << BigInt(output.fractionBits)) - error.highest };
  if (rule.variant === 'aggregated') {
    const sum = sumOf(rule.sampleCount, ofLabel);
    checkAlignment(`${where} Σ(1 − y)`, sum, delayedError.fractionBits);
  } else {
    const isDoubled = rule.variant === 'loss';
    const doubled = { ...ofLabel, fractionBits: ofLabel.fractionBits - (isDoubled ? 1 : 0) };
    checkAlignment(
      `${where} ${isDoubled ? '2(1 − y)' : '1 − y'}`,
      doubled,
      delayedError.fractionBits,
    );
  }
}

/** Layers that do not learn are taken as if they did: the width of the datapath follows from the formats. */
function checkLayer(layer: LayerImage, image: ChipImage): void {
  const { numerics, loss } = image;
  const { formats } = numerics;
  const where = `layer ${layer.layer}`;
  const [weight, bias] = [valueOf(formats.weight), valueOf(formats.bias)];
  const [incoming, output] = [valueOf(layer.inputFormat), valueOf(layer.outputFormat)];
  const delta = valueOf(formats.delta);
  const { fractionBits: accumulatorFractionBits } = formats.accumulator;
  checkAlignment(`${where}: the bias`, bias, accumulatorFractionBits);
  checkAlignment(`${where}: weight × input`, times(weight, incoming), accumulatorFractionBits);
  const { activationUnit } = layer;
  checkAlignment(
    `${where}: the accumulator at the activation unit`,
    valueOf(formats.accumulator),
    activationUnit.kind === 'table'
      ? activationUnit.inputFormat.fractionBits
      : layer.outputFormat.fractionBits,
  );
  const oneRaw = 1n << BigInt(output.fractionBits);
  const errorFractionBits = output.fractionBits - (loss === 'mse' ? 1 : 0);
  const signal = layer.isOutput
    ? { ...outputErrorOf(image), fractionBits: errorFractionBits }
    : hiddenSignalOf(layer, image);
  if (signal !== null) checkAlignment(`${where}: the error signal`, signal, delta.fractionBits);
  // |h| ≤ 1 for both functions, so f′ lies in 0..1.
  const deltaZ = timesUnsigned(delta, oneRaw * oneRaw, 2 * output.fractionBits);
  checkAlignment(`${where}: δh·f′`, deltaZ, delta.fractionBits);
  const { learningRate } = layer;
  let scaled: Operand;
  if (learningRate.kind === 'shift') {
    scaled = { ...delta, fractionBits: delta.fractionBits + learningRate.shiftBits };
  } else {
    const { mantissaRaw, fractionBits } = learningRate;
    scaled = valueOf(formats.update);
    const product = timesUnsigned(delta, BigInt(mantissaRaw), fractionBits);
    checkAlignment(`${where}: η·δz`, product, scaled.fractionBits);
  }
  checkSubtraction(`${where}: the weight update`, weight, times(scaled, incoming));
  checkSubtraction(`${where}: the bias update`, bias, scaled);
}

function checkFormats({ numerics, layers, rule }: ChipImage): void {
  for (const tensor of ['activation', 'output'] as const) {
    const format = numerics.formats[tensor];
    const { totalBits, fractionBits } = format;
    if (totalBits > maximumOutputBits || fractionBits < 0 || fractionBits > maximumOutputBits) {
      throw new InputError(
        `${tensor}: format ${printFormat(format)} is not possible; allowed are at most ${maximumOutputBits} bits and 0 to ${maximumOutputBits} fraction bits`,
      );
    }
  }
  const { delayedError } = numerics.formats;
  if (rule.kind === 'defp' && delayedError.totalBits > maximumDelayedErrorBits) {
    throw new InputError(
      `delayedError: format ${printFormat(delayedError)} is not possible; allowed are at most ${maximumDelayedErrorBits} bits`,
    );
  }
  for (const tensor of ['input', 'weight', 'bias', 'feedback'] as const) {
    const format = numerics.formats[tensor];
    if (!format.isSigned && format.totalBits > maximumUnsignedBits) {
      throw new InputError(
        `${tensor}: format ${printFormat(format)} is not possible; raw values are kept as 32-bit signed integers, so an unsigned ${tensor} has at most ${maximumUnsignedBits} bits`,
      );
    }
  }
  for (const { layer, activationUnit } of layers) {
    if (activationUnit.kind === 'table' && activationUnit.indexBits > maximumIndexBits) {
      throw new InputError(
        `layer ${layer}: the activation table has ${activationUnit.indexBits} index bits; allowed are at most ${maximumIndexBits}`,
      );
    }
  }
}

/** @throws InputError with the place, the need and the limit when an image does not fit (docs/spec.md §2.4). */
export function checkDatapathWidth(image: ChipImage): void {
  checkFormats(image);
  checkOnceASample(image);
  for (const layer of image.layers) checkLayer(layer, image);
}
