import { type LabelRule, needed } from './learning-rule.js';

/**
 * Direct random target projection: δh = B·y*, which is row c of B for label c, with the sign of the original code (+).
 * Source: Frenkel, Lefebvre, Bol 2021, DOI 10.3389/fnins.2021.629892.
 */
export const drtp: LabelRule = {
  feedbackSign: -1,
  waitsFor: 'nothing',
  deltaH: (tf, { feedback, labels }) => tf.gather(needed(feedback), labels),
};
