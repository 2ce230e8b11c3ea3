import type { LearnedState } from '../../chip/engine.js';
import { printFormat } from '../../numerics/format.js';
import { idleReferenceWarning, majorityWarning } from '../record/classes-record.js';
import { skipBelowOf } from '../file/training-schema.js';
import { isChipOn } from '../file/only-side.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import type { ResultRecord } from '../record/result-record.js';
import {
  otherRuleWarning,
  zeroFeedbackWarnings,
  zeroWeightWarnings,
} from '../file/checks/rule-warnings.js';
import {
  areInputsTooSmall,
  byteWarning,
  canBeLearned,
  inputWarning,
  missingClassWarning,
  sameSamplesWarning,
  percentOf,
} from '../file/data-warnings.js';

/*
 * What would mislead a reader of the headline: said in the terminal before training where it is known then, at the top of
 * the report, and in the record.
 */

/** Share of saturated values above which a tensor no longer holds what the rule says. */
const saturatedLimit = 0.5;

/** What is known to mislead before anything is trained. */
export function warningsBefore(prepared: PreparedExperiment): readonly string[] {
  const ofData = [
    byteWarning(prepared),
    missingClassWarning(prepared),
    sameSamplesWarning(prepared),
  ];
  const ofChip = isChipOn(prepared.experiment)
    ? {
        first: [inputWarning(prepared)],
        last: [...zeroWeightWarnings(prepared), ...zeroFeedbackWarnings(prepared)],
      }
    : { first: [], last: [] };
  return [otherRuleWarning(prepared), ...ofChip.first, ...ofData, ...ofChip.last].filter(
    (warning) => warning !== null,
  );
}

type FixedPoint = ResultRecord['fixedPoint'][number];

/** Tensors that a step which is too large drives to the end of any format. */
const growsByLearning: ReadonlySet<string> = new Set(['weight', 'bias', 'update']);

/** A tensor most of whose values end at its range holds the end of the range, not what the rule says. */
function saturationWarning({ saturations, values, layer, tensor }: FixedPoint): string | null {
  if (saturations === null || values === null) return null;
  if (saturations <= saturatedLimit * values) return null;
  const share = percentOf(saturations, values);
  const remedy = growsByLearning.has(tensor)
    ? `give precision.${tensor} more range, or learn with a smaller step (training.learningRate)`
    : `give precision.${tensor} more range`;
  return tensor === 'delayedError'
    ? `the delayed error of layer ${layer} saturates in ${share} of its writes: the chip does not learn with the rule that is named, but with one whose delayed error is constant; give precision.delayedError more range.`
    : `${tensor} of layer ${layer} saturates in ${share} of its values: most are the end of their format, not what the rule says; ${remedy}.`;
}

/** Tensors most of whose values saturated; inputs have a warning of their own, before anything is trained. */
function saturationWarnings({ fixedPoint }: Pick<ResultRecord, 'fixedPoint'>): readonly string[] {
  return fixedPoint
    .filter(({ tensor }) => tensor !== 'input')
    .map(saturationWarning)
    .filter((warning) => warning !== null);
}

/** Share of updates that may leave the weights as they are, always the same ones, without a word. */
const lostLimit = 0.5;

/**
 * Layers most of whose updates are lost where no chance lets some of them through: what is lost once is lost every time, and
 * to train longer does not help.
 */
function lostUpdateWarnings(
  { placement: { image } }: PreparedExperiment,
  { fixedPoint }: Pick<ResultRecord, 'fixedPoint'>,
): readonly string[] {
  const rounding = image.numerics.rounding.weight;
  if (rounding === 'stochastic') return [];
  return fixedPoint.flatMap(({ layer, tensor, deadUpdateFraction }) =>
    tensor === 'weight' && deadUpdateFraction !== null && deadUpdateFraction > lostLimit
      ? [
          `${percentOf(deadUpdateFraction, 1)} of the updates of layer ${layer} other than 0 left its weights as they were: they are too small for ${printFormat(image.numerics.formats.weight)}, and with rounding ${rounding} they are lost every time; write precision.rounding.weight: stochastic, or give precision.weight more fraction bits.`,
        ]
      : [],
  );
}

/** Share of second moments of 0 above which rmsprop and adam no longer divide by what they are named for. */
const vanishedLimit = 0.5;

/**
 * Layers most of whose weights that learned have a second moment of 0: the squares of their gradients are lost below its
 * format, and ε alone divides their steps. Weights that never changed do not count, such as those of inputs that are always 0.
 */
function secondMomentWarnings(
  { placement: { image } }: PreparedExperiment,
  learned: LearnedState | null,
): readonly string[] {
  return image.layers.flatMap(({ layer, weightsRaw }, index) => {
    const moments = learned?.secondMomentsRaw[index] ?? null;
    const weights = learned?.weightsRaw[index];
    if (moments === null || weights === undefined) return [];
    let [changed, vanished] = [0, 0];
    for (const [place, raw] of weights.entries()) {
      if (raw === weightsRaw[place]) continue;
      changed += 1;
      if (moments[place] === 0) vanished += 1;
    }
    return vanished > vanishedLimit * changed
      ? [
          `${percentOf(vanished, changed)} of the weights of layer ${layer} that learned have a second moment of 0 in ${printFormat(image.numerics.formats.secondMoment)}: squares of their gradients are smaller than its step, and ε alone divides what they change by; give precision.secondMoment more fraction bits.`,
        ]
      : [];
  });
}

/** Says that there is nothing to compare the chip with; null where the reference ended with finite weights. */
function divergenceWarning({ reference }: ResultRecord['accuracy']): string | null {
  const epoch = reference?.divergedInEpoch ?? null;
  return epoch === null
    ? null
    : `The float reference diverged in epoch ${epoch}: its weights are no finite numbers, so there is no error of it and no points lost; give it a smaller step with reference.training.learningRate.`;
}

/** Says that all training samples were left out; null where some were learned from. */
function skippedWarning(
  { experiment }: Pick<PreparedExperiment, 'experiment'>,
  epochs: ResultRecord['epochs'],
): string | null {
  const below = skipBelowOf(experiment.training);
  const shares = epochs.flatMap(({ skippedPercent }) => skippedPercent ?? []);
  if (below === null || shares.length === 0 || shares.some((share) => share < 100)) return null;
  return `No training sample was learned from: every error stays below training.updateSkip.whenErrorBelow (${below}), so the chip ends as it began, and energy and time of training are those of comparing alone; give a smaller one.`;
}

/** Warnings of a run, those that change what its headline means first. `learned`: null where the chip was left out. */
export function warningsOf(
  prepared: PreparedExperiment,
  record: Pick<ResultRecord, 'accuracy' | 'classes' | 'epochs' | 'fixedPoint'>,
  learned: LearnedState | null,
): string[] {
  const { accuracy, classes, epochs } = record;
  const skipped = skippedWarning(prepared, epochs);
  const lost = lostUpdateWarnings(prepared, record);
  const vanished = secondMomentWarnings(prepared, learned);
  const isHidden = !canBeLearned(prepared) || areInputsTooSmall(prepared);
  const isExplained = isHidden || skipped !== null || lost.length > 0 || vanished.length > 0;
  const { testErrorPercent = null } = accuracy.reference ?? {};
  return [
    divergenceWarning(accuracy),
    skipped,
    majorityWarning(classes, isExplained),
    idleReferenceWarning(prepared.data, testErrorPercent, isHidden || skipped !== null),
    ...warningsBefore(prepared),
    ...lost,
    ...vanished,
    ...saturationWarnings(record),
  ].filter((warning) => warning !== null);
}
