import type { OutputRule } from './learning-rule.js';

/** Direct feedback alignment: δh_i = B_i·(y − y*). Source: Nøkland 2016, arXiv 1609.01596. */
export const dfa: OutputRule = {
  feedbackSign: 1,
  waitsFor: 'outputs',
  deltaH: (tf, { feedback, error }) => tf.matMul(error, feedback),
};
