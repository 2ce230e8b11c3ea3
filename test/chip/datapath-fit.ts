import { tableOf } from '../../src/chip/activation-table.js';
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

/** All values of a sum of `count` terms of the span. */
function sumOf(count: number, term: Span): Span {
  const terms = BigInt(count);
  return { ...term, lowest: terms * term.lowest, highest: terms * term.highest };
}

/** y − t of every class, at the fraction of the output. */
function outputErrorOf({ numerics }: ChipImage): Span {
  const output = spanOf(numerics.formats.output);
  return { ...output, lowest: output.lowest - (1n << BigInt(output.fractionBits)) };
}

/** All values δh of a hidden layer can have before it is rounded (docs/spec.md §2.9); null: it has none. */
function hiddenSignal(layer: LayerImage, { numerics, rule, layers, classCount }: ChipImage) {
  const { formats } = numerics;
  const [feedback, delta] = [spanOf(formats.feedback), spanOf(formats.delta)];
  const nextCount = layers[layer.layer]?.neuronCount ?? 0;
  switch (rule.kind) {
    case 'drtp':
      return feedback;
    case 'defp': {
      const term = product(spanOf(formats.delayedError), feedback);
      return rule.variant === 'fullVector' ? sumOf(classCount, term) : term;
    }
    case 'dfa':
      return sumOf(classCount, product(delta, feedback));
    case 'sdfa':
      return sumOf(classCount, product({ lowest: -1n, highest: 1n, fractionBits: 0 }, feedback));
    case 'fa':
      return sumOf(nextCount, product(feedback, delta));
    case 'bp':
      return sumOf(nextCount, product(spanOf(formats.weight), delta));
    case 'shallow':
      return null;
  }
}

/** Whether what a rule does once a sample fits: e of dfa, the delayed errors of defp. */
function onceASampleFits(image: ChipImage): boolean {
  const { rule, loss, numerics } = image;
  const { output, delta, delayedError } = numerics.formats;
  const error = outputErrorOf(image);
  if (rule.kind === 'dfa') return canMove(error, delta.fractionBits);
  if (rule.kind !== 'defp') return true;
  if (rule.variant === 'loss' && loss === 'bce') {
    return output.fractionBits + delayedError.fractionBits <= 62;
  }
  // t − y; 1 − y_c lies inside of it.
  const negated: Span = { ...error, lowest: -error.highest, highest: -error.lowest };
  const delayed =
    rule.variant === 'aggregated'
      ? sumOf(rule.sampleCount, negated)
      : { ...negated, fractionBits: negated.fractionBits - (rule.variant === 'loss' ? 1 : 0) };
  return canMove(delayed, delayedError.fractionBits);
}

function layerFits(layer: LayerImage, image: ChipImage): boolean {
  const { numerics, loss } = image;
  const { formats } = numerics;
  const weight = spanOf(formats.weight);
  const incoming = spanOf(layer.inputFormat);
  const delta = spanOf(formats.delta);
  const { fractionBits: outputFraction } = layer.outputFormat;
  // |h| ≤ 1, so the derivative is at most 1 at twice the fraction.
  const derivative: Span = {
    lowest: 0n,
    highest: 1n << BigInt(2 * outputFraction),
    fractionBits: 2 * outputFraction,
  };
  const error: Span = {
    ...outputErrorOf(image),
    fractionBits: outputFraction - (loss === 'mse' ? 1 : 0),
  };
  const signal = layer.isOutput ? error : hiddenSignal(layer, image);
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
    canMove(spanOf(formats.accumulator), tableOf(layer).inputFormat.fractionBits) &&
    (signal === null || canMove(signal, delta.fractionBits)) &&
    canMove(product(delta, derivative), delta.fractionBits) &&
    canMove(scaled, update.fractionBits) &&
    canSubtract(weight, product(update, incoming)) &&
    canSubtract(spanOf(formats.bias), update)
  );
}

/**
 * Whether an image keeps to docs/spec.md §2.4 by its literal words: every product and every shifted operand fits 64
 * bits signed, no alignment moves by more than 62 bits. Sums of two such operands may need one bit more; the exact sums
 * of §2.9 fit too, frozen layers are taken as if they learned.
 */
export function fitsDatapath(image: ChipImage): boolean {
  return onceASampleFits(image) && image.layers.every((layer) => layerFits(layer, image));
}
