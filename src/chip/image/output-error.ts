import type { FixedPointFormat } from '../../numerics/format.js';
import type { ChipImage } from './chip-image.js';

/** Fraction bits of p of loss ce (docs/spec.md §2.13), and in an exact image. */
export const probabilityFractionBits = 16;
const exactProbabilityFractionBits = 48;

/** Fraction bits of e as the output layer makes it: y − t, with loss ce p − t (docs/spec.md §2.15). `output`: the format of y. */
export function errorFractionBits({
  loss,
  isExact,
  output,
}: Pick<ChipImage, 'loss' | 'isExact'> & { readonly output: FixedPointFormat }): number {
  if (loss !== 'ce') return output.fractionBits;
  return isExact ? exactProbabilityFractionBits : probabilityFractionBits;
}
