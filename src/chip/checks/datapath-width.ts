import { factsOf } from '../../network/rule-facts.js';
import { keepsDelayedErrors, scalesRates } from '../image/learning-layers.js';
import { keepsLoss } from '../../network/defp-variants.js';
import { elementAt } from '../../numerics/integer.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import { nameOfLayer } from '../image/layer-name.js';
import { largestVisitCount } from '../image/convolution.js';
import { checkStepWidth } from './datapath-width-steps.js';
import { checkFormats } from './format-check.js';
import { columnCount } from '../image/layer-geometry.js';
import {
  checkAlignment,
  checkSubtraction,
  type Operand,
  sumOf,
  times,
  timesUnsigned,
  valueOf,
} from './operand.js';
import { probabilityFractionBits } from '../image/output-error.js';
import { checkSettings } from './settings-check.js';

/*
 * Refuses images whose numbers do not fit the datapath (docs/spec.md §2.4), by the largest values the formats allow:
 * every product, exact sum (§2.9, §2.10) and operand brought to another fraction must fit 64 bits signed.
 */

/** y − t of the output layer, raw with the fraction bits of the output. */
function outputErrorOf({ numerics }: ChipImage): Operand {
  const output = valueOf(numerics.formats.output);
  return { ...output, lowest: output.lowest - (1n << BigInt(output.fractionBits)) };
}

/** p − t of every class (docs/spec.md §2.13). */
function probabilityError(): Operand {
  const one = 1n << BigInt(probabilityFractionBits);
  return { lowest: -one, highest: one, fractionBits: probabilityFractionBits };
}

/** The error signal of the output layer by its loss. */
function outputSignalOf(image: ChipImage): Operand {
  if (image.loss === 'ce') return probabilityError();
  const error = outputErrorOf(image);
  return { ...error, fractionBits: error.fractionBits - (image.loss === 'mse' ? 1 : 0) };
}

/** Terms of the sum that fa and bp make for a value that leaves a layer, by the layer above. */
function termCount(above: LayerImage): number {
  const { convolution } = above;
  const visitCount = convolution === null ? 1 : largestVisitCount(convolution);
  return visitCount * columnCount(above);
}

/** δh of a hidden layer as its rule makes it, exact (docs/spec.md §2.9, §2.10); null where a rule makes none. */
function hiddenSignalOf(layer: LayerImage, image: ChipImage): Operand | null {
  const { numerics, rule, classCount, layers } = image;
  const feedback = valueOf(numerics.formats.feedback);
  const delta = valueOf(numerics.formats.delta);
  const above = elementAt(layers, layer.layer, 'layers');
  switch (rule.kind) {
    case 'drtp':
      return feedback;
    case 'defp': {
      const scaled = times(valueOf(numerics.formats.delayedError), feedback);
      if (scalesRates(rule)) return feedback;
      return rule.variant === 'fullVector' ? sumOf(classCount, scaled) : scaled;
    }
    case 'dfa':
      return sumOf(classCount, times(delta, feedback));
    case 'sdfa': {
      const sign: Operand = { lowest: -1n, highest: 1n, fractionBits: 0 };
      return sumOf(classCount, times(sign, feedback));
    }
    case 'fa':
      return sumOf(termCount(above), times(delta, feedback));
    case 'bp':
      return sumOf(termCount(above), times(delta, valueOf(numerics.formats.weight)));
    case 'shallow':
      return null;
  }
}

/** What a rule makes once per sample: e of dfa, the new delayed error of defp (docs/spec.md §2.9). */
function checkOnceASample(image: ChipImage): void {
  const { rule, loss, numerics } = image;
  const { output, delta, delayedError } = numerics.formats;
  const error = outputErrorOf(image);
  const { waitsFor, feedsBackSigns } = factsOf(rule.kind);
  if (waitsFor === 'outputs' && !feedsBackSigns) {
    checkAlignment('the output error y − t', error, delta.fractionBits);
    if (loss === 'ce') {
      checkAlignment('the output error p − t', probabilityError(), delta.fractionBits);
    }
  }
  if (!keepsDelayedErrors(rule)) return;
  const where = 'the delayed error';
  if (keepsLoss(rule.variant) && loss === 'bce') {
    // 1 divided by y_c: the dividend is 1 at the sum of both fractions.
    const one: Operand = { lowest: 0n, highest: 1n, fractionBits: -output.fractionBits };
    checkAlignment(`${where} 1/y`, one, Math.max(-output.fractionBits, delayedError.fractionBits));
    return;
  }
  if (keepsLoss(rule.variant) && loss === 'ce') {
    checkAlignment(`${where} 1 − p`, probabilityError(), delayedError.fractionBits);
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
    const isDoubled = keepsLoss(rule.variant);
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
  const { formats } = image.numerics;
  const where = nameOfLayer(layer);
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
  const signal = layer.isOutput ? outputSignalOf(image) : hiddenSignalOf(layer, image);
  if (signal !== null) checkAlignment(`${where}: the error signal`, signal, delta.fractionBits);
  if (activationUnit.kind !== 'linear') {
    // |h| ≤ 1 for both functions, so f′ lies in 0..1.
    const oneRaw = 1n << BigInt(output.fractionBits);
    const deltaZ = timesUnsigned(delta, oneRaw * oneRaw, 2 * output.fractionBits);
    checkAlignment(`${where}: δh·f′`, deltaZ, delta.fractionBits);
  }
  if (isLearningInSteps(layer, image)) checkStepWidth(layer, image);
  else checkOnlineWidth(layer, image);
}

/** Of a layer taken as if it learned: in steps, or event by event (docs/spec.md §2.11). */
function isLearningInSteps({ convolution }: LayerImage, image: ChipImage): boolean {
  return convolution !== null || image.batchSize > 1 || image.optimizer.kind !== 'sgd';
}

/** η·δz and the updates of §2.6, steps 4 to 6. */
function checkOnlineWidth(layer: LayerImage, { numerics }: ChipImage): void {
  const { formats } = numerics;
  const where = nameOfLayer(layer);
  const delta = valueOf(formats.delta);
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
  const change = times(scaled, valueOf(layer.inputFormat));
  checkSubtraction(`${where}: the weight update`, valueOf(formats.weight), change);
  checkSubtraction(`${where}: the bias update`, valueOf(formats.bias), scaled);
}

/**
 * Refuses an image whose numbers do not fit the datapath (docs/spec.md §2.4), or whose settings do not fit each other.
 * In an exact image widths are not limited (§2.12).
 * @throws InputError with the place, the need and the limit
 */
export function checkDatapathWidth(image: ChipImage): void {
  checkSettings(image);
  checkFormats(image);
  if (image.isExact) return;
  checkOnceASample(image);
  for (const layer of image.layers) checkLayer(layer, image);
}
