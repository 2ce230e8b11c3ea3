import type { ChipImage, LayerImage } from '../../../src/chip/image/chip-image.js';
import { stepsFit } from './datapath-fit-steps.js';
import { canMove, canSubtract, product, type Span, spanOf, sumOf } from '../oracle/span.js';

/** y − t of every class, at the fraction of the output. */
function outputErrorOf({ numerics }: ChipImage): Span {
  const output = spanOf(numerics.formats.output);
  return { ...output, lowest: output.lowest - (1n << BigInt(output.fractionBits)) };
}

/** p − t of every class: at most 1 either way, 16 fraction bits. */
const probabilityError: Span = { lowest: -65536n, highest: 65536n, fractionBits: 16 };

/** The most map places along one side that an input place of that side is in the field of. */
function mostPlaces(inputSide: number, mapSide: number, layer: LayerImage): number {
  const { kernelSize = 1, stride = 1, padding = 0 } = layer.convolution ?? {};
  let most = 0;
  for (let place = 0; place < inputSide; place += 1) {
    let count = 0;
    for (let map = 0; map < mapSide; map += 1) {
      const distance = place + padding - map * stride;
      if (distance >= 0 && distance < kernelSize) count += 1;
    }
    most = Math.max(most, count);
  }
  return most;
}

/** Terms of the sum that comes down from a layer to one of its inputs. */
function termsBelow(layer: LayerImage): number {
  const { convolution } = layer;
  if (convolution === null) return layer.neuronCount;
  const [, inputHeight, inputWidth] = convolution.inputShape;
  const [channels, height, width] = convolution.mapShape;
  const down = mostPlaces(inputHeight, height, layer);
  return down * mostPlaces(inputWidth, width, layer) * channels;
}

/** All values δh of a hidden layer can have before it is rounded (docs/spec.md §2.9); null: it has none. */
function hiddenSignal(layer: LayerImage, { numerics, rule, layers, classCount }: ChipImage) {
  const { formats } = numerics;
  const [feedback, delta] = [spanOf(formats.feedback), spanOf(formats.delta)];
  const next = layers[layer.layer];
  const nextCount = next === undefined ? 0 : termsBelow(next);
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
  if (rule.kind === 'dfa') {
    const fromSoftmax = loss !== 'ce' || canMove(probabilityError, delta.fractionBits);
    return canMove(error, delta.fractionBits) && fromSoftmax;
  }
  if (rule.kind !== 'defp') return true;
  if (rule.variant === 'loss' && loss === 'ce') {
    return canMove(probabilityError, delayedError.fractionBits);
  }
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

/** η·δz and the updates of §2.6 steps 4 to 6. */
function onlineFits(layer: LayerImage, { numerics }: ChipImage): boolean {
  const { formats } = numerics;
  const delta = spanOf(formats.delta);
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
  return (
    canMove(scaled, update.fractionBits) &&
    canSubtract(spanOf(formats.weight), product(update, spanOf(layer.inputFormat))) &&
    canSubtract(spanOf(formats.bias), update)
  );
}

/** What a layer does before it learns. */
function signalsFit(layer: LayerImage, image: ChipImage): boolean {
  const { numerics, loss } = image;
  const { formats } = numerics;
  const delta = spanOf(formats.delta);
  const { fractionBits: outputFraction } = layer.outputFormat;
  // |h| ≤ 1, so the derivative is at most 1 at twice the fraction; linear units have 0 and 1.
  const derivative: Span =
    layer.activationUnit.kind === 'linear'
      ? { lowest: 0n, highest: 1n, fractionBits: 0 }
      : { lowest: 0n, highest: 1n << BigInt(2 * outputFraction), fractionBits: 2 * outputFraction };
  const error: Span = {
    ...outputErrorOf(image),
    fractionBits: outputFraction - (loss === 'mse' ? 1 : 0),
  };
  const outputSignal = loss === 'ce' ? probabilityError : error;
  const signal = layer.isOutput ? outputSignal : hiddenSignal(layer, image);
  const { fractionBits: accumulatorFraction } = formats.accumulator;
  const { activationUnit } = layer;
  const unitFraction =
    activationUnit.kind === 'table' ? activationUnit.inputFormat.fractionBits : outputFraction;
  return (
    canMove(spanOf(formats.bias), accumulatorFraction) &&
    canMove(product(spanOf(formats.weight), spanOf(layer.inputFormat)), accumulatorFraction) &&
    canMove(spanOf(formats.accumulator), unitFraction) &&
    (signal === null || canMove(signal, delta.fractionBits)) &&
    canMove(product(delta, derivative), delta.fractionBits)
  );
}

function layerFits(layer: LayerImage, image: ChipImage): boolean {
  const isPlain = image.batchSize === 1 && image.optimizer.kind === 'sgd';
  const canLearn =
    isPlain && layer.convolution === null ? onlineFits(layer, image) : stepsFit(layer, image);
  return signalsFit(layer, image) && canLearn;
}

/**
 * Whether an image keeps to docs/spec.md §2.4 by its literal words: every product and every shifted operand fits 64
 * bits signed, no alignment moves by more than 62 bits. Sums of two such operands may need one bit more; the exact sums
 * of §2.9 to §2.11 fit too, frozen layers are taken as if they learned.
 */
export function fitsDatapath(image: ChipImage): boolean {
  return onceASampleFits(image) && image.layers.every((layer) => layerFits(layer, image));
}
