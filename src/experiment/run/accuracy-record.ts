import { errorDifference, errorInterval, pairedDifference } from '../record/error-interval.js';
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

/** A test error and the test samples it is made of, 1 where one is wrong; null: not known. */
interface Tested {
  readonly percent: number | null;
  readonly wrong: Uint8Array | null;
}

/** Difference of two test errors, paired by sample where it is known on which samples each errs. */
function differenceOf(chip: Tested, reference: Tested, sampleCount: number) {
  if (chip.percent === null || reference.percent === null) return null;
  return chip.wrong === null || reference.wrong === null
    ? errorDifference(chip.percent, reference.percent, sampleCount)
    : pairedDifference(chip.wrong, reference.wrong);
}

/** Intervals of the test errors; null where there is no test sample. */
function intervalsOf(
  chip: Tested,
  reference: Tested,
  sampleCount: number,
): ResultRecord['accuracy']['intervals'] {
  if (sampleCount === 0) return null;
  const ofError = ({ percent }: Tested) =>
    percent === null ? null : errorInterval(percent, sampleCount);
  return {
    chip: ofError(chip),
    reference: ofError(reference),
    lossPoints: differenceOf(chip, reference, sampleCount),
  };
}

function pointsBetween(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left - right;
}

/** Smallest of the test errors after the epochs, with its interval; null where there is none. */
function bestOf(
  errors: readonly number[],
  sampleCount: number,
): NonNullable<ResultRecord['accuracy']['best']>['chip'] {
  if (errors.length === 0) return null;
  const testErrorPercent = Math.min(...errors);
  return {
    epoch: errors.indexOf(testErrorPercent) + 1,
    testErrorPercent,
    interval: errorInterval(testErrorPercent, sampleCount),
  };
}

/** What errors follow from; a chip that was left out has no epochs. */
export type Judged = Pick<Measured, 'reference' | 'encodedReference'> & {
  readonly training: Pick<Measured['training'], 'epochs' | 'wrong'>;
};

/** Errors after each one's own last epoch. */
export function accuracyOf(
  { training, reference, encodedReference }: Judged,
  testSampleCount: number,
): ResultRecord['accuracy'] {
  const { testErrorPercent = null, trainErrorPercent = null } = training.epochs.at(-1) ?? {};
  const chip = { testErrorPercent, trainErrorPercent };
  const exact = reference === null ? noErrors : errorsOf(reference);
  const intervals = intervalsOf(
    { percent: testErrorPercent, wrong: training.wrong },
    { percent: exact.testErrorPercent, wrong: reference?.testWrong ?? null },
    testSampleCount,
  );
  const errors = ({ epochs }: { readonly epochs: readonly { testErrorPercent: number }[] }) =>
    epochs.map((epoch) => epoch.testErrorPercent);
  const best = {
    chip: bestOf(errors(training), testSampleCount),
    reference:
      reference?.divergedInEpoch === null ? bestOf(errors(reference), testSampleCount) : null,
  };
  if (reference === null) {
    return { chip, reference: null, lossPoints: null, intervals, best, encoded: null };
  }
  const encoded = encodedReference === null ? null : errorsOf(encodedReference);
  const { backend, divergedInEpoch } = reference;
  return {
    chip,
    reference: { backend, ...exact, divergedInEpoch },
    lossPoints: pointsBetween(testErrorPercent, exact.testErrorPercent),
    intervals,
    best,
    encoded:
      encoded === null
        ? null
        : {
            ...encoded,
            interval:
              encoded.testErrorPercent === null
                ? null
                : errorInterval(encoded.testErrorPercent, testSampleCount),
            encodingPoints: pointsBetween(encoded.testErrorPercent, exact.testErrorPercent),
            formatPoints: pointsBetween(testErrorPercent, encoded.testErrorPercent),
          },
  };
}

/** Settings of the float reference and which differ from the chip's; null without a reference. */
export function referenceTrainingOf(
  { experiment }: PreparedExperiment,
  { reference }: Pick<Measured, 'reference'>,
): ResultRecord['referenceTraining'] {
  if (reference === null) return null;
  return {
    settings: referenceTraining(experiment),
    settingsDiffer: [...settingsThatDiffer(experiment)],
  };
}
