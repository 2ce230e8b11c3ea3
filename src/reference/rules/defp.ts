import { type DefpVariant, keepsLoss } from '../../network/defp-variants.js';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Loss } from '../loss.js';
import { type LabelRule, needed } from './learning-rule.js';

/** How DEFP starts: as DRTP, or from a pass over the training samples that updates nothing. */
export const defpInits = ['targets', 'measure'] as const;
export type DefpInit = (typeof defpInits)[number];

/** d of a rule that cannot do without it. */
function kept(delayed: Tensor2D | null): Tensor2D {
  if (delayed === null) throw new RangeError('reference: DEFP has no delayed error to scale with');
  return delayed;
}

/**
 * Delayed error forward projection, label-selected: δh = d·(row c of B), where d is one number of the sample's last
 * visit. Source: Flügel 2021, eq. 4.3 and its published code, which masks the stored vector with the label.
 */
export const defp: LabelRule = {
  feedbackSign: -1,
  waitsFor: 'nothing',
  deltaH: (tf, { feedback, labels, delayed }) =>
    tf.mul(tf.gather(needed(feedback), labels), kept(delayed)),
};

/** Equation 4.3 read literally: δh = B·d with the whole vector d of the last visit, y* before the first. */
export const defpFullVector: LabelRule = {
  feedbackSign: -1,
  waitsFor: 'nothing',
  deltaH: (tf, { feedback, delayed }) => tf.matMul(kept(delayed), needed(feedback)),
};

/**
 * What a visit leaves behind, written to `left` (classCount), from the outputs y before the update, as in the original:
 * y* − y (with CE too, where y is not a probability), or −∂J/∂y of the loss that is not averaged (with CE
 * y* − softmax(y)), or for `lossValue` the sample's loss, summed over the classes, in every element.
 */
export function keepOfVisit(
  variant: DefpVariant,
  loss: Loss,
  y: Float32Array,
  label: number,
  left: Float32Array,
): void {
  if (variant === 'lossValue') {
    left.fill(loss.value(y, label));
    return;
  }
  if (keepsLoss(variant)) {
    loss.deltaY(y, label, left);
    left.forEach((slope, index) => {
      left[index] = -slope;
    });
    return;
  }
  y.forEach((value, index) => {
    left[index] = (index === label ? 1 : 0) - value;
  });
}
