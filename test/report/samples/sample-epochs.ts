/* Errors and dead updates of the epochs of the sample. */

/** Per cent of the test and of the training samples, by epoch. */
export const epochErrors = [
  { chip: [13.13, 24.87], reference: [11.45, 23.2] },
  { chip: [8.75, 9.6], reference: [7.41, 8.27] },
] as const;

/** Dead updates of layers 1 and 2 in each epoch, as fractions. */
export const epochDeadUpdates = [
  [0.28, 0.31],
  [0.33, 0.4],
] as const;

export function errors([testErrorPercent, trainErrorPercent]: readonly [number, number]) {
  return { testErrorPercent, trainErrorPercent };
}

/** The same of an epoch of an older record. */
export function epochOf(percents: readonly [number, number]) {
  const none = { testLoss: null, trainErrorAfterPercent: null, trainLossAfter: null };
  return { ...errors(percents), testInterval: null, ...none };
}
