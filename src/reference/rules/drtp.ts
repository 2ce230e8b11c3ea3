import { type LearningRule, needed } from './learning-rule.js';

/**
 * Direct random target projection: δh = B·y*, which is row c of B for label c, with the sign of the original code (+).
 * Source: Frenkel, Lefebvre, Bol 2021, DOI 10.3389/fnins.2021.629892.
 */
export const drtp: LearningRule = {
  feedback: 'classes',
  feedbackSign: -1,
  waitsFor: 'nothing',
  deltaH: (tf, { feedback, labels }) => tf.gather(needed(feedback), labels),
};
