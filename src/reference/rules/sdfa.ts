import type { OutputRule } from './learning-rule.js';

/** Direct feedback alignment by signs: δh_i = B_i·sign(y − y*), sign 0 = 0. Source: Frenkel 2021, DOI 10.3389/fnins.2021.629892. */
export const sdfa: OutputRule = {
  feedbackSign: 1,
  waitsFor: 'outputs',
  deltaH: (tf, { feedback, error }) => tf.matMul(tf.sign(error), feedback),
};
