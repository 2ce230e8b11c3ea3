import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { referenceTraining, settingsThatDiffer } from '../file/reference-training.js';
import type { ResultRecord } from '../record/result-record.js';
import type { Measured } from './measured.js';

type Reference = NonNullable<Measured['reference']>;
type Errors = ResultRecord['accuracy']['chip'];

const noErrors: Errors = { testErrorPercent: null, trainErrorPercent: null };

/** Errors of a reference after its last epoch; null where it diverged: weights that are no numbers classify nothing. */
function errorsOf({ epochs, divergedInEpoch }: Reference): Errors {
  const last = divergedInEpoch === null ? epochs.at(-1) : undefined;
  if (last === undefined) return noErrors;
  return { testErrorPercent: last.testErrorPercent, trainErrorPercent: last.trainErrorPercent };
}

function pointsBetween(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left - right;
}

/** Errors after each one's own last epoch. */
export function accuracyOf({
  training,
  reference,
  encodedReference,
}: Measured): ResultRecord['accuracy'] {
  const { testErrorPercent = null, trainErrorPercent = null } = training.epochs.at(-1) ?? {};
  const chip = { testErrorPercent, trainErrorPercent };
  if (reference === null) return { chip, reference: null, lossPoints: null, encoded: null };
  const exact = errorsOf(reference);
  const encoded = encodedReference === null ? null : errorsOf(encodedReference);
  const { backend, divergedInEpoch } = reference;
  return {
    chip,
    reference: { backend, ...exact, divergedInEpoch },
    lossPoints: pointsBetween(testErrorPercent, exact.testErrorPercent),
    encoded:
      encoded === null
        ? null
        : {
            ...encoded,
            encodingPoints: pointsBetween(encoded.testErrorPercent, exact.testErrorPercent),
            formatPoints: pointsBetween(testErrorPercent, encoded.testErrorPercent),
          },
  };
}

/** Settings of the float reference and which differ from the chip's; null without a reference. */
export function referenceTrainingOf(
  { experiment }: PreparedExperiment,
  { reference }: Measured,
): ResultRecord['referenceTraining'] {
  if (reference === null) return null;
  return {
    settings: referenceTraining(experiment),
    settingsDiffer: [...settingsThatDiffer(experiment)],
  };
}
