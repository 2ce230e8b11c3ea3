/*
 * The integer → float frontier, the way back of quantise.ts: what the chip holds, as real numbers that the float
 * witness can look at. Raw integers of at most 24 bits are exact; wider ones are rounded to float32.
 */
import type { ChipImage } from '../chip/image/chip-image.js';
import type { LearnedState } from '../chip/engine.js';
import type { LayerParameters } from '../network/parameters.js';
import type { FixedPointFormat } from '../numerics/format.js';
import { elementAt } from '../numerics/integer.js';

/** raw · 2^−F; the inverse of `quantiseAll`, whose Int32Array keeps the bit pattern of unsigned 32-bit formats. */
export function dequantise(
  raw: Int32Array | Float64Array,
  { isSigned, fractionBits }: FixedPointFormat,
): Float32Array {
  const step = 2 ** -fractionBits;
  const reals = new Float32Array(raw.length);
  raw.forEach((value, index) => {
    reals[index] = (isSigned ? value : value >>> 0) * step;
  });
  return reals;
}

/** Weights and biases that a chip has learned, and B as it holds or generates it, in the order of src/network. */
export function learnedParameters(
  { layers, numerics: { formats } }: ChipImage,
  state: LearnedState,
): readonly LayerParameters[] {
  return layers.map(({ feedbackRaw }, index) => ({
    weights: dequantise(elementAt(state.weightsRaw, index, 'weights'), formats.weight),
    biases: dequantise(elementAt(state.biasesRaw, index, 'biases'), formats.bias),
    feedback:
      feedbackRaw === null
        ? null
        : dequantise(state.feedbackRaw[index] ?? feedbackRaw, formats.feedback),
  }));
}
