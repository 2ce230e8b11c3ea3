import type { LearningRule } from './learning-rule.js';

/** Only the output layer learns: δh = 0, the baseline of the DRTP paper. */
export const shallow: LearningRule = {
  feedback: 'none',
  feedbackSign: 1,
  waitsFor: 'nothing',
  deltaH: () => null,
};
