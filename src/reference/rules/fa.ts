import { type NextLayerRule, needed } from './learning-rule.js';

/** Feedback alignment: δh_i = B_i·δz_{i+1}, B_i fixed and shaped as W_{i+1}. Source: Lillicrap 2016, DOI 10.1038/ncomms13276. */
export const fa: NextLayerRule = {
  feedbackSign: 1,
  waitsFor: 'nextLayer',
  carrier: (_, feedback) => needed(feedback),
};
