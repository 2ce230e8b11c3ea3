import { performance } from 'node:perf_hooks';
import type { Dataset } from '../../../datasets/dataset.js';
import type { FeedbackPolicy } from '../../../reference/reference-job.js';
import type { ReferenceSamples } from '../../../reference/samples.js';
import { canonicalHash } from '../../../units/canonical-hash.js';
import { isChipOn } from '../../file/only-side.js';
import type { PreparedExperiment } from '../../file/prepare-experiment.js';
import { hashedForm } from '../../file/later-keys.js';
import { ruleOf } from '../../file/reference-rule.js';
import { referenceTraining } from '../../file/reference-training.js';
import { learningRateValue, skipBelowOf, type Training } from '../../file/training-schema.js';
import { alignmentSampleCount, judgedSamplesOf } from '../../record/probe-samples.js';
import { isInTraining } from '../../reference/one-training.js';
import type { ReferenceOutcome } from '../../reference/reference-outcome.js';
import { type ReferenceRequest, runReference } from '../../reference/reference-run.js';
import { encodedSamples } from './encoded-reference.js';
import { Interrupted } from '../interrupted.js';
import type { KnownSettings } from './run-settings.js';

/** B over the epochs, as the reference knows it: drawn again like the first one. */
function feedbackPolicy({ feedbackPolicy: policy, ...training }: Training): FeedbackPolicy {
  const { feedback: distribution, feedbackWidths: widthFactors, seed } = training;
  const draw = { distribution, widthFactors };
  switch (policy.name) {
    case 'fixed':
      return { kind: policy.name };
    case 'redrawn':
      return { kind: policy.name, everyEpochs: policy.everyEpochs, draw, seed };
    case 'redrawnOnPlateau':
      return { kind: policy.name, patience: policy.patience, draw, seed };
    case 'transported':
      return { kind: policy.name, everyEpochs: policy.everyEpochs };
  }
}

/** What the reference sees of a data set: counts, so the times of event streams need not be sent to its process. */
function samplesOf({ sampleCount, features, featureScale, labels }: Dataset): ReferenceSamples {
  return { sampleCount, features, featureScale, labels };
}

/** What a reference learns from: the data as they are, or as the chip's encoder hands them on. */
type ReferenceInputs = 'exact' | 'encoded';

function referenceRequest(prepared: PreparedExperiment, inputs: ReferenceInputs): ReferenceRequest {
  const { experiment, topology, placement, data, inputQuantiser } = prepared;
  const seen = (part: Dataset) =>
    inputs === 'exact' ? samplesOf(part) : encodedSamples(part, inputQuantiser);
  const training = referenceTraining(experiment);
  const { frozenLayers, loss, lossReduction, schedule, epochs, batch, seed } = training;
  return {
    topology,
    initial: placement.parameters,
    rule: ruleOf(training),
    frozenLayers,
    ...(training.freeze === undefined ? {} : { freeze: training.freeze }),
    loss,
    lossReduction,
    optimizer: training.optimizer,
    learningRate: learningRateValue(training.learningRate),
    schedule,
    feedback: feedbackPolicy(training),
    dyingReluGate: training.dyingReluGate,
    skipBelow: skipBelowOf(training),
    dropout: { rate: training.dropout, seed },
    epochs,
    batch,
    seed,
    isShuffled: training.shuffle,
    train: seen(data.train),
    test: seen(data.test),
    backend: experiment.reference.backend,
    probeSampleCount: alignmentSampleCount,
    judgedSampleCount: judgedSamplesOf(data),
  };
}

/**
 * Hash of all that the reference depends on: the chip and its formats are not in it, so a sweep over them pays once. Only
 * a B that the chip's generator makes is the chip's own.
 */
export function referenceKey(prepared: PreparedExperiment, inputs: ReferenceInputs): string {
  const { experiment, topology, data, placement } = prepared;
  const files = [data.train, data.test].map((part) => ({
    sampleCount: part.sampleCount,
    featureScale: part.featureScale,
    ...(part.normalise === null ? {} : { normalise: part.normalise }),
    sha256: part.sourceFiles.map(({ sha256 }) => sha256),
  }));
  const training = referenceTraining(experiment);
  const generatedFeedback =
    training.feedbackSource === 'generator'
      ? placement.parameters.map(({ feedback }) => Array.from(feedback ?? []))
      : null;
  const { backend } = experiment.reference;
  const encoding = inputs === 'exact' ? {} : { encoding: prepared.inputQuantiser };
  return canonicalHash({
    version: 6,
    topology,
    ...hashedForm({ training }),
    generatedFeedback,
    backend,
    files,
    ...encoding,
  });
}

/** Whether a run needs this reference. */
function needs({ experiment }: PreparedExperiment, inputs: ReferenceInputs): boolean {
  const { enabled, inputs: asked } = experiment.reference;
  return enabled && (inputs === 'exact' || asked === 'encoded');
}

async function trainReferenceBeside(
  prepared: PreparedExperiment,
  settings: KnownSettings,
  signal: AbortSignal,
  inputs: ReferenceInputs,
): Promise<ReferenceOutcome | null> {
  if (!needs(prepared, inputs)) return null;
  const begin = performance.now();
  try {
    return await runReference(referenceRequest(prepared, inputs), {
      cacheFolder: settings.cacheFolder,
      outputFolder: settings.outputFolder,
      cacheKey: referenceKey(prepared, inputs),
      signal,
      processes: settings.processes,
      onWarning: (sentence) => settings.onWarning?.(sentence),
      onProgress: (samplesDone, samplesTotal) => {
        const samplesPerSecond = (1000 * samplesDone) / (performance.now() - begin);
        settings.onProgress?.({ who: 'reference', samplesDone, samplesTotal, samplesPerSecond });
      },
    });
  } catch (error) {
    if (!settings.signal.aborted) throw error;
    const chip = isChipOn(prepared.experiment) ? 'the chip where it was, ' : '';
    throw new Interrupted(
      `stopped while the float reference trained; the same command goes on from there: ${chip}the reference from its last checkpoint`,
    );
  }
}

/** The reference on the data as they are, and where the experiment asks for it the one on encoded data. */
export interface References {
  readonly exact: ReferenceOutcome | null;
  readonly encoded: ReferenceOutcome | null;
}

/** One after the other: each has a process of its own, and the chip another. */
export async function trainReferences(
  prepared: PreparedExperiment,
  settings: KnownSettings,
  signal: AbortSignal,
): Promise<References> {
  const exact = await trainReferenceBeside(prepared, settings, signal, 'exact');
  const encoded = await trainReferenceBeside(prepared, settings, signal, 'encoded');
  return { exact, encoded };
}

/** Whether another process trains one of the references that a run needs. */
export function trainsElsewhere(
  prepared: PreparedExperiment,
  { cacheFolder: folder }: KnownSettings,
): boolean {
  return (['exact', 'encoded'] as const)
    .filter((inputs) => needs(prepared, inputs))
    .some((inputs) => isInTraining({ folder, key: referenceKey(prepared, inputs) }));
}
