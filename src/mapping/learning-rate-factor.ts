import { type LearningRateFactor, mantissaBits } from '../numerics/learning-rate.js';

/**
 * η as the chip holds it (docs/spec.md §2.6, step 4): a shift where η is a power of two, else a mantissa of 16 bits,
 * rounded to nearest, relative error at most 2^−16. An η of 0, where a schedule may end, is a mantissa of 0.
 */
export function learningRateFactor(learningRate: number): LearningRateFactor {
  if (learningRate === 0) return { kind: 'factor', mantissaRaw: 0, fractionBits: mantissaBits };
  const exponent = Math.floor(Math.log2(learningRate));
  // log2 may be off by one in the last bit: look at the neighbours too.
  const power = [exponent - 1, exponent, exponent + 1].find((e) => 2 ** e === learningRate);
  if (power !== undefined) return { kind: 'shift', shiftBits: 0 - power };
  let fractionBits = mantissaBits - 1 - exponent;
  let mantissaRaw = Math.round(learningRate * 2 ** fractionBits);
  if (mantissaRaw >= 2 ** mantissaBits) {
    fractionBits -= 1;
    mantissaRaw = Math.round(learningRate * 2 ** fractionBits);
  }
  return { kind: 'factor', mantissaRaw, fractionBits };
}

/** The same factor as a mantissa of 16 bits: exact. */
export function asMantissa(factor: LearningRateFactor): LearningRateFactor {
  if (factor.kind === 'factor') return factor;
  const fractionBits = mantissaBits - 1 + factor.shiftBits;
  return { kind: 'factor', mantissaRaw: 2 ** (mantissaBits - 1), fractionBits };
}
