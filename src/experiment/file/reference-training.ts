import { canonicalHash } from '../../units/canonical-hash.js';
import type { Experiment } from './experiment-schema.js';
import { defpOf, learningRateValue, type Training } from './training-schema.js';

/** How the float reference is trained: `training`, with what `reference.training` says in its place. */
export function referenceTraining({ training, reference }: Experiment): Training {
  const { defp, ...others } = reference.training;
  return { ...training, ...others, defp: { ...training.defp, ...defp } };
}

/** Settings by key, each in one form only, so that 2^-7 and 0.0078125 are no difference, nor options of another rule. */
function comparable(training: Training): Readonly<Record<string, unknown>> {
  return {
    ...training,
    learningRate: learningRateValue(training.learningRate),
    defp: defpOf(training),
  };
}

/** Keys of `reference.training` that make the reference's training another one than the chip's, as they were written. */
export function settingsThatDiffer(experiment: Experiment): readonly string[] {
  const chip = comparable(experiment.training);
  const reference = comparable(referenceTraining(experiment));
  return Object.keys(experiment.reference.training).filter(
    (key) => canonicalHash([chip[key]]) !== canonicalHash([reference[key]]),
  );
}
