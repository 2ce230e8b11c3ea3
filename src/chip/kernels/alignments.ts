import { tableOf } from '../activation-table.js';
import type { ChipImage, LayerImage } from '../chip-image.js';
import { signalSourceOf } from './signal-source.js';

/** Binary points of one layer's steps (docs/spec.md §2.6): shifts are gained bits, drops are lost bits. */
export interface LayerAlignments {
  /** Bias → accumulator. */
  readonly biasShift: number;
  /** w·x → accumulator. */
  readonly productShift: number;
  /** Accumulator → input of the activation table. */
  readonly tableDropBits: number;
  /** δh → delta, hidden layers: what the rule makes before its one rounding (docs/spec.md §2.9). */
  readonly signalShift: number;
  /** Error → delta, output layer; 2e of `mse` has the raw value of e with one fraction bit less. */
  readonly errorShift: number;
  /** m·δz → update; 0 where η is a power of two. */
  readonly rateShift: number;
  /** g·x → weight. */
  readonly weightDropBits: number;
  /** g → bias. */
  readonly biasDropBits: number;
}

/** Fraction bits of δh before it is rounded: those of the product a rule makes. */
function signalFractionBits({ rule, numerics }: ChipImage): number {
  const { delta, delayedError, feedback, weight } = numerics.formats;
  switch (signalSourceOf(rule)) {
    case 'labelRow':
    case 'outputSign':
    case null:
      return feedback.fractionBits;
    case 'scaledRow':
    case 'delayedVector':
      return delayedError.fractionBits + feedback.fractionBits;
    case 'outputError':
      return delta.fractionBits + feedback.fractionBits;
    case 'nextDelta':
      return delta.fractionBits + (rule.kind === 'bp' ? weight : feedback).fractionBits;
  }
}

/** Where the binary point moves in one layer, from the formats alone (docs/spec.md §2.6). */
export function layerAlignments(image: ChipImage, layer: LayerImage): LayerAlignments {
  const { formats } = image.numerics;
  const incomingBits = layer.inputFormat.fractionBits;
  const accumulatorBits = formats.accumulator.fractionBits;
  const deltaBits = formats.delta.fractionBits;
  const rate = layer.learningRate;
  const rateBits = rate.kind === 'shift' ? deltaBits + rate.shiftBits : formats.update.fractionBits;
  const errorBits = layer.outputFormat.fractionBits - (image.loss === 'mse' ? 1 : 0);
  return {
    biasShift: accumulatorBits - formats.bias.fractionBits,
    productShift: accumulatorBits - formats.weight.fractionBits - incomingBits,
    tableDropBits: accumulatorBits - tableOf(layer).inputFormat.fractionBits,
    signalShift: deltaBits - signalFractionBits(image),
    errorShift: deltaBits - errorBits,
    rateShift: rate.kind === 'shift' ? 0 : rateBits - deltaBits - rate.fractionBits,
    weightDropBits: rateBits + incomingBits - formats.weight.fractionBits,
    biasDropBits: rateBits - formats.bias.fractionBits,
  };
}
