import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { referenceTraining, settingsThatDiffer } from '../file/reference-training.js';
import type { ResultRecord } from '../record/result-record.js';
import type { Measured } from './measured.js';

/** Errors after each one's own last epoch. */
export function accuracyOf({
  training,
  reference,
  encodedReference,
}: Measured): ResultRecord['accuracy'] {
  const { testErrorPercent = null, trainErrorPercent = null } = training.epochs.at(-1) ?? {};
  const chip = { testErrorPercent, trainErrorPercent };
  const float = reference?.epochs.at(-1);
  if (reference === null || float === undefined) {
    return { chip, reference: null, lossPoints: null, encoded: null };
  }
  const encoded = encodedReference?.epochs.at(-1);
  return {
    chip,
    reference: {
      backend: reference.backend,
      testErrorPercent: float.testErrorPercent,
      trainErrorPercent: float.trainErrorPercent,
    },
    lossPoints: testErrorPercent === null ? null : testErrorPercent - float.testErrorPercent,
    encoded:
      encoded === undefined
        ? null
        : {
            testErrorPercent: encoded.testErrorPercent,
            trainErrorPercent: encoded.trainErrorPercent,
            encodingPoints: encoded.testErrorPercent - float.testErrorPercent,
            formatPoints:
              testErrorPercent === null ? null : testErrorPercent - encoded.testErrorPercent,
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
