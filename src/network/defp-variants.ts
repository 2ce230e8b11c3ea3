/*
 * What rule `defp` can keep of errors, stated once (docs/spec.md §2.9): experiments, the float reference and the chip look up here.
 * What each makes of it is its own.
 */

/** Variants of rule `defp`. */
export const defpVariants = [
  'error',
  'loss',
  'lossValue',
  'aggregated',
  'fullVector',
  'lastLoss',
  'movingAverage',
  'movingRate',
] as const;
/** A variant of rule `defp`. */
export type DefpVariant = (typeof defpVariants)[number];

/** A variant that the chip has: it has no logarithm, which the value of the loss needs. */
export type ChipDefpVariant = Exclude<DefpVariant, 'lossValue'>;
/** Those of the chip, numbered as in the compiled engine. */
export const chipDefpVariants: readonly ChipDefpVariant[] = defpVariants.filter(
  (variant) => variant !== 'lossValue',
);

/** Whether the samples before this one, whichever they were, leave the delayed error behind. */
export function keepsLastErrors(variant: DefpVariant): boolean {
  return variant === 'lastLoss' || isAveraged(variant);
}

/** Whether the last errors are averaged by shifts; asked of records of older versions too. */
export function isAveraged(variant: string): boolean {
  return variant === 'movingAverage' || variant === 'movingRate';
}

/** Whether the slope of the loss is kept, not the error. */
export function keepsLoss(variant: DefpVariant): boolean {
  return variant === 'loss' || variant === 'lastLoss';
}
