import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { RunActivity } from '../../chip/image/activity.js';
import { runLedger } from '../../chip/counts/run-ledger.js';
import { makeFastEngine } from '../../chip/engines.js';
import { resolveCacheFolder } from '../../datasets/data-folder.js';
import type { Dataset } from '../../datasets/dataset.js';
import { priceLedger } from '../../ledger/pricing.js';
import { InputEncoder } from '../../mapping/input/input-encoder.js';
import type { FeedbackPolicy } from '../../reference/reference-job.js';
import type { ReferenceSamples } from '../../reference/samples.js';
import { assembleResult } from './assemble-result.js';
import { encodedSamples } from './encoded-reference.js';
import { canonicalHash } from '../../units/canonical-hash.js';
import { reasonOf } from '../../units/input-error.js';
import { ChipTraining } from './chip-training.js';
import { rateOfEpoch } from '../file/epoch-rates.js';
import { inTime } from '../file/input-time.js';
import { HealthProbe } from '../probe/health-probe.js';
import { claimFolder } from '../output/claim-folder.js';
import { Interrupted } from './interrupted.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { alignmentSampleCount } from '../record/probe-samples.js';
import type { ReferenceOutcome } from '../reference/reference-outcome.js';
import { ruleOf } from '../file/reference-rule.js';
import { type ReferenceRequest, runReference } from '../reference/reference-run.js';
import { referenceTraining } from '../file/reference-training.js';
import { codingFault } from '../file/checks/check-schedule.js';
import { type ScheduleVariant, scheduleVariants } from '../file/schedule-variants.js';
import { scheduleFaults, unmeasuredRows } from '../record/schedule-costs.js';
import type { ResultRecord } from '../record/result-record.js';
import { referenceCheckpoint } from '../reference/reference-state.js';
import { recordSchedule } from '../probe/schedule-probe.js';
import {
  beginsWithMeasuring,
  learningRateValue,
  skipBelowOf,
  type Training,
} from '../file/training-schema.js';
import { chipCheckpoint } from './training-state.js';

/** How far the chip or the reference is. */
export interface Progress {
  readonly who: 'chip' | 'reference';
  readonly samplesDone: number;
  readonly samplesTotal: number;
  readonly samplesPerSecond: number;
}

/** Folders of a run and its callbacks; every field may be left out. */
export interface RunSettings {
  /**
   * Folder of the checkpoints and of what `keep` writes; it is made, and belongs to this run alone while that lasts. Left
   * out: a temporary folder, so that a run that is stopped begins anew.
   */
  readonly outputFolder?: string;
  /** Results and checkpoints of another experiment in the output folder may be replaced. */
  readonly overwrite?: boolean;
  /** Folder of finished references; left out: `spikeledger/reference` in the user's cache folder. */
  readonly cacheFolder?: string;
  /** Stops the run at the next checkpoint. */
  readonly signal?: AbortSignal;
  /** Called once, when the output folder is this run's and before anything is computed. */
  readonly onStart?: () => void;
  /** Called with how far the float reference and the chip are. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called with a sentence about a fault that did not stop the run. */
  readonly onWarning?: (sentence: string) => void;
  /** Writes what is kept of the result into the output folder, such as `writeResult`; the checkpoints go when that is done. */
  readonly keep?: (result: ResultRecord, outputFolder: string) => Promise<void>;
}

/** The same with what was left out. */
interface KnownSettings extends RunSettings {
  readonly outputFolder: string;
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
}

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
  };
}

/**
 * Hash of all that the reference depends on: the chip and its formats are not in it, so a sweep over them pays once. Only
 * a B that the chip's generator makes is the chip's own.
 */
function referenceKey(prepared: PreparedExperiment, inputs: ReferenceInputs): string {
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
    version: 5,
    topology,
    training,
    generatedFeedback,
    backend,
    files,
    ...encoding,
  });
}

async function trainReferenceBeside(
  prepared: PreparedExperiment,
  settings: KnownSettings,
  signal: AbortSignal,
  inputs: ReferenceInputs,
): Promise<ReferenceOutcome | null> {
  const { enabled, inputs: asked } = prepared.experiment.reference;
  if (!enabled || (inputs === 'encoded' && asked !== 'encoded')) return null;
  const begin = performance.now();
  try {
    return await runReference(referenceRequest(prepared, inputs), {
      cacheFolder: settings.cacheFolder,
      outputFolder: settings.outputFolder,
      cacheKey: referenceKey(prepared, inputs),
      signal,
      onWarning: (sentence) => settings.onWarning?.(sentence),
      onProgress: (samplesDone, samplesTotal) => {
        const samplesPerSecond = (1000 * samplesDone) / (performance.now() - begin);
        settings.onProgress?.({ who: 'reference', samplesDone, samplesTotal, samplesPerSecond });
      },
    });
  } catch (error) {
    if (!settings.signal.aborted) throw error;
    throw new Interrupted(
      'stopped while the float reference trained; the same command goes on from there: the chip where it was, the reference from its last checkpoint',
    );
  }
}

/** The reference on the data as they are, and where the experiment asks for it the one on encoded data. */
interface References {
  readonly exact: ReferenceOutcome | null;
  readonly encoded: ReferenceOutcome | null;
}

/** One after the other: each has a process of its own, and the chip another. */
async function trainReferences(
  prepared: PreparedExperiment,
  settings: KnownSettings,
  signal: AbortSignal,
): Promise<References> {
  const exact = await trainReferenceBeside(prepared, settings, signal, 'exact');
  const encoded = await trainReferenceBeside(prepared, settings, signal, 'encoded');
  return { exact, encoded };
}

/** Whether a checkpoint of another experiment, written by this version of the program, lies in a folder. */
async function holdsOtherCheckpoint(
  prepared: PreparedExperiment,
  folder: string,
): Promise<boolean> {
  const chip = await chipCheckpoint(folder, prepared.experimentHash).read();
  return chip.kind === 'other';
}

/** Removes what the finished run no longer needs; where that fails the result is in place all the same. */
async function removeCheckpoints(
  prepared: PreparedExperiment,
  { outputFolder: folder, onWarning }: KnownSettings,
): Promise<void> {
  try {
    await chipCheckpoint(folder, prepared.experimentHash).remove();
    await referenceCheckpoint(folder, referenceKey(prepared, 'exact')).remove();
  } catch (error) {
    onWarning?.(
      `a checkpoint in ${folder} could not be removed (${reasonOf(error)}); the result is whole without it`,
    );
  }
}

interface StartedChip {
  readonly encoder: InputEncoder;
  readonly training: ChipTraining;
}

async function startChip(
  prepared: PreparedExperiment,
  settings: KnownSettings,
  signal: AbortSignal,
  probe: HealthProbe | null,
): Promise<StartedChip> {
  const { experiment, data, placement, chip, inputQuantiser } = prepared;
  const { image } = placement;
  const { schedule, learningRate, epochs, seed, shuffle } = experiment.training;
  const encoder = new InputEncoder(data.train, inputQuantiser);
  const rowsOf = (activities: readonly RunActivity[]) =>
    runLedger(image, inTime(activities, prepared.inputTime));
  const training = await ChipTraining.start({
    createEngine: (rate) => makeFastEngine(prepared.imageAtRate(rate)),
    learningRateAfter: (trainErrorPercents) =>
      rateOfEpoch(learningRateValue(learningRate), schedule, trainErrorPercents),
    classCount: image.classCount,
    train: { encoder, sampleCount: data.train.sampleCount },
    test: {
      encoder: new InputEncoder(data.test, inputQuantiser),
      sampleCount: data.test.sampleCount,
    },
    epochs,
    seed,
    isShuffled: shuffle,
    isMeasuredFirst: beginsWithMeasuring(experiment.training),
    checkpoint: chipCheckpoint(settings.outputFolder, prepared.experimentHash),
    alignmentOf: probe === null ? null : (state) => probe.alignmentOf(state),
    trainingEnergy: (activities) => priceLedger(rowsOf(activities), chip).total,
    onProgress: (samplesDone, samplesTotal, samplesPerSecond) => {
      settings.onProgress?.({ who: 'chip', samplesDone, samplesTotal, samplesPerSecond });
    },
    onWarning: (sentence) => settings.onWarning?.(sentence),
    signal,
  });
  return { encoder, training };
}

/**
 * Trains and evaluates on the chip, beside the float reference in a process of its own, and prices what was counted.
 * Resumes from the checkpoints in the output folder, if they are of this experiment; they go when the result is kept.
 * @throws Interrupted after `signal`, with a checkpoint left in the output folder.
 * @throws InputError where the output folder cannot be written, is in use, or holds another experiment's result.
 */
export async function runExperiment(
  prepared: PreparedExperiment,
  settings: RunSettings = {},
): Promise<ResultRecord> {
  const outputFolder = settings.outputFolder ?? (await mkdtemp(join(tmpdir(), 'spikeledger-')));
  try {
    const release = await claimFolder({
      folder: outputFolder,
      experimentHash: prepared.experimentHash,
      overwrite: settings.overwrite ?? false,
      holdsOtherCheckpoint: () => holdsOtherCheckpoint(prepared, outputFolder),
    });
    try {
      settings.onStart?.();
      return await runInFolder(prepared, {
        ...settings,
        outputFolder,
        cacheFolder: settings.cacheFolder ?? join(resolveCacheFolder(), 'reference'),
        signal: settings.signal ?? new AbortController().signal,
      });
    } finally {
      await release();
    }
  } finally {
    if (settings.outputFolder === undefined) {
      await rm(outputFolder, { recursive: true, force: true });
    }
  }
}

/** The chip with every schedule of the update, for the memories that the network uses. */
function variantsOf({
  experiment,
  chip,
  chipFile,
  allocations,
  placement: { image },
}: PreparedExperiment): readonly ScheduleVariant[] {
  const memories = allocations.flatMap(({ parts }) => parts.flatMap((part) => part.memories));
  const faultOf = scheduleFaults(
    image,
    (other) => codingFault(experiment, other) ?? unmeasuredRows(image, other),
  );
  return scheduleVariants(chipFile, chip, memories, faultOf);
}

async function runInFolder(
  prepared: PreparedExperiment,
  settings: KnownSettings,
): Promise<ResultRecord> {
  const begin = performance.now();
  const variants = variantsOf(prepared);
  const failure = new AbortController();
  const signal = AbortSignal.any([settings.signal, failure.signal]);
  const probe = prepared.experiment.reference.enabled ? new HealthProbe(prepared) : null;
  try {
    const { encoder, training } = await startChip(prepared, settings, signal, probe);
    const [chip, reference] = await Promise.allSettled([
      training.run().catch(stopOther),
      trainReferences(prepared, settings, signal).catch(stopOther),
    ]);
    // Where the user stops both, the chip's error says where it stopped; else the first failure says why.
    if (failure.signal.aborted && !settings.signal.aborted) throw failure.signal.reason;
    if (chip.status === 'rejected') throw chip.reason;
    if (reference.status === 'rejected') throw reference.reason;
    const { engine } = chip.value;
    const result = assembleResult(prepared, {
      training: chip.value,
      reference: reference.value.exact,
      encodedReference: reference.value.encoded,
      activities: engine.activity(),
      tensorHealth: engine.tensorHealth(),
      updateHealth: engine.updateHealth(),
      deviations:
        probe === null || reference.value.exact?.divergedInEpoch !== null
          ? []
          : await probe.deviationsOf(engine.learnedState(), reference.value.exact),
      wear: engine.wear(),
      learned: engine.learnedState(),
      inputOverflowCount: encoder.overflowCount,
      schedule: await recordSchedule(prepared),
      variants,
      wallSeconds: (performance.now() - begin) / 1000,
    });
    await settings.keep?.(result, settings.outputFolder);
    await removeCheckpoints(prepared, settings);
    return result;
  } finally {
    probe?.close();
  }

  // One of the two failed: the other need not go on.
  function stopOther(error: unknown): never {
    failure.abort(error);
    throw error;
  }
}
