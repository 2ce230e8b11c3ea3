import type { NextLayerRule } from './learning-rule.js';

/** Back-propagation: δh_i = W_{i+1}ᵀ·δz_{i+1}. Source: thesis ch. 2; Rumelhart 1986. */
export const bp: NextLayerRule = {
  feedbackSign: 1,
  waitsFor: 'nextLayer',
  carrier: (nextWeights) => nextWeights,
};
