import { factsOf } from '../../network/rule-facts.js';
import { type FixedPointFormat, printFormat } from '../../numerics/format.js';
import { InputError } from '../../units/input-error.js';
import type { ChipImage, TensorName } from '../image/chip-image.js';
import { nameOfLayer } from '../image/layer-name.js';

/** Widest activation and output, and their most fraction bits, so that f′ fits. */
const maximumOutputBits = 16;
const maximumIndexBits = 16;
/** Widest delayed error (docs/spec.md §2.9). */
const maximumDelayedErrorBits = 16;
/** Widest unsigned tensor that enters, leaves or is kept by the chip: raw values travel in Int32Arrays. */
const maximumUnsignedBits = 31;

function refuse(tensor: TensorName, format: FixedPointFormat, what: string): never {
  throw new InputError(`${tensor}: format ${printFormat(format)} is not possible; ${what}`);
}

/** h and the delayed error: narrow, but in an exact image (docs/spec.md §2.4, §2.12). */
function checkOutputs({ numerics, rule, isExact }: ChipImage): void {
  for (const tensor of ['activation', 'output'] as const) {
    const format = numerics.formats[tensor];
    const { totalBits, fractionBits } = format;
    const isTooWide = totalBits > maximumOutputBits || fractionBits > maximumOutputBits;
    if (fractionBits < 0 || (isTooWide && !isExact)) {
      refuse(
        tensor,
        format,
        `allowed are at most ${maximumOutputBits} bits and 0 to ${maximumOutputBits} fraction bits`,
      );
    }
  }
  const { delayedError } = numerics.formats;
  const { keepsDelayedErrors } = factsOf(rule.kind);
  if (keepsDelayedErrors && delayedError.totalBits > maximumDelayedErrorBits && !isExact) {
    refuse('delayedError', delayedError, `allowed are at most ${maximumDelayedErrorBits} bits`);
  }
}

/** Tensors that are kept as 32-bit integers, and those whose sign is given (docs/spec.md §2.1). */
function checkSigns({ numerics, rule }: ChipImage): void {
  const { formats } = numerics;
  for (const tensor of [
    'input',
    'weight',
    'bias',
    'feedback',
    'activation',
    'output',
    'delayedError',
  ] as const) {
    const format = formats[tensor];
    if (tensor === 'delayedError' && !factsOf(rule.kind).keepsDelayedErrors) continue;
    if (!format.isSigned && format.totalBits > maximumUnsignedBits) {
      refuse(
        tensor,
        format,
        `raw values are kept as 32-bit signed integers, so an unsigned ${tensor} has at most ${maximumUnsignedBits} bits`,
      );
    }
  }
  for (const tensor of ['gradient', 'momentum'] as const) {
    if (!formats[tensor].isSigned) refuse(tensor, formats[tensor], `a ${tensor} is signed`);
  }
  const { secondMoment } = formats;
  if (secondMoment.isSigned || secondMoment.totalBits > maximumUnsignedBits) {
    const allowed = `a second moment is unsigned with at most ${maximumUnsignedBits} bits`;
    refuse('secondMoment', secondMoment, allowed);
  }
}

/** @throws InputError with the format and what is allowed (docs/spec.md §2.1, §2.4). */
export function checkFormats(image: ChipImage): void {
  checkOutputs(image);
  checkSigns(image);
  for (const layer of image.layers) {
    const { activationUnit } = layer;
    if (activationUnit.kind === 'table' && activationUnit.indexBits > maximumIndexBits) {
      throw new InputError(
        `${nameOfLayer(layer)}: the activation table has ${activationUnit.indexBits} index bits; allowed are at most ${maximumIndexBits}`,
      );
    }
  }
}
