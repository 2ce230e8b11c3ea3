import type { ChipImage, LayerImage } from '../../src/chip/chip-image.js';
import { type FixedPointFormat, maximumRaw, minimumRaw } from '../../src/numerics/format.js';

/** Every value from `lowest` to `highest`, with `fractionBits` fraction bits. */
interface Span {
  readonly lowest: bigint;
  readonly highest: bigint;
  readonly fractionBits: number;
}

const lowestOperand = -(1n << 63n);
const highestOperand = (1n << 63n) - 1n;

function spanOf(format: FixedPointFormat): Span {
  return {
    lowest: minimumRaw(format),
    highest: maximumRaw(format),
    fractionBits: format.fractionBits,
  };
}

function product(left: Span, right: Span): Span {
  const corners = [left.lowest, left.highest].flatMap((corner) => [
    corner * right.lowest,
    corner * right.highest,
  ]);
  return {
    lowest: corners.reduce((least, corner) => (corner < least ? corner : least)),
    highest: corners.reduce((most, corner) => (corner > most ? corner : most)),
    fractionBits: left.fractionBits + right.fractionBits,
  };
}

/** Whether the span can be brought to `fractionBits`: at most 62 places, and inside 64 bits before and after. */
function canMove(span: Span, fractionBits: number): boolean {
  const gained = fractionBits - span.fractionBits;
  if (Math.abs(gained) > 62) return false;
  const shift = BigInt(Math.max(0, gained));
  return span.lowest << shift >= lowestOperand && span.highest << shift <= highestOperand;
}

/** Whether `stored − change` can be formed and rounded to the fraction of `stored` (docs/spec.md §2.6, steps 5 and 6). */
function canSubtract(stored: Span, change: Span): boolean {
  const fractionBits = Math.max(stored.fractionBits, change.fractionBits);
  return (
    canMove(stored, fractionBits) &&
    canMove(change, fractionBits) &&
    fractionBits - stored.fractionBits <= 62
  );
}

function layerFits(layer: LayerImage, { numerics, loss }: ChipImage): boolean {
  const { formats } = numerics;
  const weight = spanOf(formats.weight);
  const incoming = spanOf(layer.inputFormat);
  const delta = spanOf(formats.delta);
  const { fractionBits: outputFraction } = layer.outputFormat;
  const target = 1n << BigInt(outputFraction);
  // |h| ≤ 1, so the derivative is at most 1 at twice the fraction.
  const derivative: Span = {
    lowest: 0n,
    highest: 1n << BigInt(2 * outputFraction),
    fractionBits: 2 * outputFraction,
  };
  const output = spanOf(layer.outputFormat);
  const error: Span = {
    lowest: output.lowest - target,
    highest: output.highest,
    fractionBits: outputFraction - (loss === 'mse' ? 1 : 0),
  };
  const signal = layer.isOutput ? error : spanOf(formats.feedback);
  const rate = layer.learningRate;
  const scaled: Span =
    rate.kind === 'shift'
      ? { ...delta, fractionBits: delta.fractionBits + rate.shiftBits }
      : product(delta, {
          lowest: 0n,
          highest: BigInt(rate.mantissaRaw),
          fractionBits: rate.fractionBits,
        });
  const update = rate.kind === 'shift' ? scaled : spanOf(formats.update);
  const { fractionBits: accumulatorFraction } = formats.accumulator;
  return (
    canMove(spanOf(formats.bias), accumulatorFraction) &&
    canMove(product(weight, incoming), accumulatorFraction) &&
    canMove(spanOf(formats.accumulator), layer.activationUnit.inputFormat.fractionBits) &&
    canMove(signal, delta.fractionBits) &&
    canMove(product(delta, derivative), delta.fractionBits) &&
    canMove(scaled, update.fractionBits) &&
    canSubtract(weight, product(update, incoming)) &&
    canSubtract(spanOf(formats.bias), update)
  );
}

/**
 * Whether an image keeps to docs/spec.md §2.4 by its literal words: every product and every shifted operand fits 64
 * bits signed, no alignment moves by more than 62 bits. Sums of two such operands may need one bit more.
 */
export function fitsDatapath(image: ChipImage): boolean {
  return image.layers.every((layer) => layerFits(layer, image));
}
