import { printFormat } from '../../numerics/format.js';
import { idleReferenceWarning, majorityWarning } from '../record/classes-record.js';
import { skipBelowOf } from '../file/training-schema.js';
import { isChipOn } from '../file/only-side.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import type { ResultRecord } from '../record/result-record.js';
import {
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
    ? { first: [inputWarning(prepared)], last: zeroWarnings(prepared) }
    : { first: [], last: [] };
  return [...ofChip.first, ...ofData, ...ofChip.last].filter((warning) => warning !== null);
}

type FixedPoint = ResultRecord['fixedPoint'][number];

/** A tensor most of whose values end at its range holds the end of the range, not what the rule says. */
function saturationWarning({ saturations, values, layer, tensor }: FixedPoint): string | null {
  if (saturations === null || values === null) return null;
  if (saturations <= saturatedLimit * values) return null;
  const share = percentOf(saturations, values);
  return tensor === 'delayedError'
    ? `the delayed error of layer ${layer} saturates in ${share} of its writes: the chip does not learn with the rule that is named, but with one whose delayed error is constant; give precision.delayedError more range.`
    : `${tensor} of layer ${layer} saturates in ${share} of its values: most are the end of their format, not what the rule says; give precision.${tensor} more range.`;
}

/** Tensors most of whose values saturated; inputs have a warning of their own, before anything is trained. */
function saturationWarnings({ fixedPoint }: Pick<ResultRecord, 'fixedPoint'>): readonly string[] {
  return fixedPoint
    .filter(({ tensor }) => tensor !== 'input')
    .map(saturationWarning)
    .filter((warning) => warning !== null);
}

/** Share of the initial weights of a layer that its format may make 0 without a word. */
const zeroLimit = 0.1;

/** Layers that begin without many of the weights that the reference begins with. */
function zeroWarnings({
  placement: { initialZeros, image },
  experiment,
}: PreparedExperiment): readonly string[] {
  const other = experiment.reference.enabled ? ', and not in the float reference' : '';
  const format = printFormat(image.numerics.formats.weight);
  return initialZeros
    .filter(({ zeroCount, valueCount }) => zeroCount > zeroLimit * valueCount)
    .map(
      ({ layer, zeroCount, valueCount }) =>
        `${percentOf(zeroCount, valueCount)} of the initial weights of layer ${layer} are 0 in ${format}${other}: its step is too coarse for them; give precision.weight more fraction bits.`,
    );
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

/** Warnings of a run, those that change what its headline means first. */
export function warningsOf(
  prepared: PreparedExperiment,
  record: Pick<ResultRecord, 'accuracy' | 'classes' | 'epochs' | 'fixedPoint'>,
): string[] {
  const { accuracy, classes, epochs } = record;
  const skipped = skippedWarning(prepared, epochs);
  const isExplained = skipped !== null || !canBeLearned(prepared);
  const { testErrorPercent = null } = accuracy.reference ?? {};
  return [
    divergenceWarning(accuracy),
    skipped,
    majorityWarning(classes, isExplained),
    idleReferenceWarning(prepared.data, testErrorPercent, isExplained),
    ...warningsBefore(prepared),
    ...saturationWarnings(record),
  ].filter((warning) => warning !== null);
}
