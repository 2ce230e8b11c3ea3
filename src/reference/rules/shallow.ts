import type { LabelRule } from './learning-rule.js';

/** Only the output layer learns: δh = 0, the baseline of the DRTP paper. */
export const shallow: LabelRule = {
  feedbackSign: 1,
  waitsFor: 'nothing',
  deltaH: () => null,
};
