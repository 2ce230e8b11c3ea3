import type { FeedbackUpdateCounts } from '../../chip/image/activity.js';
import { factsOf } from '../../network/rule-facts.js';
import { PlateauDetector } from '../../reference/training/plateau.js';
import type { Training } from './training-schema.js';

/*
 * When B changes on the chip, from epoch to epoch. The chip computes no loss, so a plateau is looked for in the training error,
 * as for η (docs/spec.md §2.16).
 */

type Policy = Training['feedbackPolicy'];

/** How often B has been changed by the time of the epoch that follows epochs with these training errors, per cent. */
export function updatesDue(policy: Policy, trainErrorPercents: readonly number[]): number {
  switch (policy.name) {
    case 'fixed':
      return 0;
    case 'redrawn':
    case 'transported':
      return Math.floor(trainErrorPercents.length / policy.everyEpochs);
    case 'redrawnOnPlateau': {
      const plateau = new PlateauDetector(policy.patience);
      return trainErrorPercents.filter((percent) => plateau.isPlateau(percent)).length;
    }
  }
}

/** Updates of a whole training; of a plateau none, for when it comes is not known before. */
export function expectedUpdates({
  rule,
  feedbackPolicy: policy,
  epochs,
}: Pick<Training, 'rule' | 'feedbackPolicy' | 'epochs'>): FeedbackUpdateCounts {
  const isUsed = factsOf(rule).feedback !== 'none';
  const count =
    isUsed && 'everyEpochs' in policy ? Math.floor((epochs - 1) / policy.everyEpochs) : 0;
  const isTransported = policy.name === 'transported';
  return { redrawn: isTransported ? 0 : count, transported: isTransported ? count : 0 };
}
