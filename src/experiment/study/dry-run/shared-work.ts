import { canonicalHash } from '../../../units/canonical-hash.js';
import type { Experiment } from '../../file/experiment-schema.js';
import { isChipOn } from '../../file/only-side.js';
import { readExperiment } from '../../file/read-experiment.js';
import { referenceTraining } from '../../file/reference-training.js';
import { experimentsOf, overridesOf, type StudyPlan, type StudyPoint } from '../plan-study.js';

/** One run of a study, and what it has in common with others. */
export interface PlannedRun {
  readonly point: StudyPoint;
  readonly experiment: Experiment;
  /** Runs of the same float reference; null: it trains none. */
  readonly reference: string | null;
  /** Runs of a kind cost the same, an epoch each. */
  readonly kind: string;
}

/** What the float reference depends on. A B that the chip's generator makes is that chip's own, so nothing is shared. */
function referenceOf(experiment: Experiment, hash: string | null): string | null {
  const { reference, dataset, network, activation } = experiment;
  if (!reference.enabled) return null;
  const training = referenceTraining(experiment);
  const chip = training.feedbackSource === 'generator' ? hash : null;
  const { backend, inputs } = reference;
  const encoding = inputs === 'encoded' ? hash : null;
  return canonicalHash({ training, dataset, network, activation, backend, encoding, chip });
}

/** All that the time of an epoch depends on: not what the samples, weights and steps are worth. */
function kindOf(experiment: Experiment): string {
  const { training, ...others } = experiment;
  const equal = { seed: 0, learningRate: 0, epochs: 0 };
  return canonicalHash({ ...others, name: '', training: { ...training, ...equal } });
}

/** The different runs of a plan. */
export function plannedRuns(plan: StudyPlan): readonly PlannedRun[] {
  return experimentsOf(plan).map((point) => {
    const experiment = readExperiment(plan.file, overridesOf(plan, point)).value;
    const reference = referenceOf(experiment, point.hash);
    return { point, experiment, reference, kind: kindOf(experiment) };
  });
}

/** How much of a plan is shared. */
export interface SharedWork {
  /** Different float references, each trained once. */
  readonly references: number;
  /** Runs that take their reference from another run. */
  readonly withoutTraining: number;
  /** Runs whose chip trains as in another run, of which only the reference differs; it trains again. */
  readonly sameChip: number;
  readonly chips: number;
}

/** Counts what runs have in common. */
export function sharedWork(runs: readonly PlannedRun[]): SharedWork {
  const trained = runs.flatMap(({ reference }) => reference ?? []);
  const references = new Set(trained).size;
  const onChip = runs.filter(({ experiment }) => isChipOn(experiment));
  const chipSides = new Set(
    onChip.map(({ experiment }) => canonicalHash({ ...experiment, reference: null })),
  );
  return {
    references,
    withoutTraining: trained.length - references,
    sameChip: onChip.length - chipSides.size,
    chips: new Set(onChip.map(({ experiment }) => experiment.hardware)).size,
  };
}
