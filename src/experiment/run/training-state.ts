import { z } from 'zod';
import type { RunActivity } from '../../chip/image/activity.js';
import type { TensorHealth, UpdateHealth } from '../../chip/engine.js';
import type { FastEngineCheckpoint } from '../../chip/fast/fast-engine.js';
import { runKinds } from '../../ledger/ledger-row.js';
import type { EnergyBand } from '../../ledger/priced-ledger.js';
import type { LayerAlignment } from '../../reference/reference-job.js';
import type { TensorDeviation } from '../replay/tensor-deviation.js';
import { CheckpointFile } from '../output/checkpoint.js';

/** One epoch on the chip. */
export interface ChipEpoch {
  readonly testErrorPercent: number;
  readonly trainErrorPercent: number;
  /** Mean J of the test samples, summed over the classes. */
  readonly testLoss: number;
  /** Of training samples with the weights after the epoch. */
  readonly trainAfter: { readonly errorPercent: number; readonly loss: number };
  /** Wall time with its evaluation, s. */
  readonly seconds: number;
  /** Training samples of it that were not learned from; absent: all were (docs/spec.md §2.15). */
  readonly skippedSampleCount?: number;
  /** Priced energy of this epoch's training. */
  readonly trainingEnergy: EnergyBand;
  /** After the epoch, one entry per hidden layer; empty where it is not measured. */
  readonly alignment: readonly LayerAlignment[];
  /** z, h and δz against float arithmetic after the epoch; empty where it is not measured. */
  readonly lockstep: readonly TensorDeviation[];
  /** Counted from the start of training to the end of the epoch, its evaluation included. */
  readonly tensorHealth: readonly TensorHealth[];
  readonly updateHealth: readonly UpdateHealth[];
}

/** Where a run stands: everything a checkpoint needs. */
export interface TrainingState {
  readonly engine: FastEngineCheckpoint;
  /** Epochs done. */
  readonly epochs: readonly ChipEpoch[];
  /** Samples done in the epoch that is not done. */
  readonly position: number;
  readonly wrongCount: number;
  readonly inputOverflowCount: number;
  readonly energySoFar: EnergyBand;
  /** Activity of the latest evaluation; null before the first. */
  readonly inference: RunActivity | null;
  /** As `ChipEpoch.lockstep`, after the first samples of the first epoch; null: not measured there, or not yet. */
  readonly earlyLockstep: readonly TensorDeviation[] | null;
  /** Of the latest evaluation, by label and class said; null before the first. */
  readonly confusion: Uint32Array | null;
  /** Of the same evaluation 1 for each test sample that is wrong, else 0. */
  readonly wrong: Uint8Array | null;
  /** Wall time of the epoch that is not done, s. */
  readonly epochSeconds: number;
  /** Finished phases of a training whose frozen layers change; absent: they do not. */
  readonly phases?: readonly RunActivity[];
}

const count = z.int().min(0);
const percent = z.number().min(0).max(100);
const integers = z.instanceof(Int32Array);

const engine = z.strictObject({
  trainedSampleCount: count,
  inferredSampleCount: count,
  measuredSampleCount: count,
  skippedSampleCount: count,
  flushCount: count,
  unflushedCount: count,
  layers: z.array(
    z.strictObject({
      weightsRaw: integers,
      biasesRaw: integers,
      laneStates: z.instanceof(Uint32Array),
      gradientsRaw: integers.nullable(),
      momentaRaw: integers.nullable(),
      secondMomentsRaw: integers.nullable(),
      wear: z.instanceof(Uint32Array),
      lastSamples: integers,
      counters: z.instanceof(Float64Array),
    }),
  ),
  steps: z.strictObject({
    sampleCount: count,
    learnedCount: count,
    stepCount: count,
    firstPowerRaw: count,
    secondPowerRaw: count,
  }),
  delayedErrors: z
    .strictObject({
      raw: integers,
      isValid: z.instanceof(Uint8Array),
      epochSumRaw: z.bigint(),
      epochSampleCount: z.bigint(),
    })
    .nullable(),
  feedback: z.strictObject({
    updates: z.strictObject({ redrawn: count, transported: count }),
    hasSamples: z.boolean(),
    layers: z.array(
      z
        .strictObject({
          storedRaw: integers,
          isOpen: z.instanceof(Uint8Array).nullable(),
          isSeen: z.instanceof(Uint8Array).nullable(),
        })
        .nullable(),
    ),
  }),
});

const energy = z.strictObject({ energyPj: z.number(), lowPj: z.number(), highPj: z.number() });

const real = z.number().nullable();

const deviation = z.strictObject({
  layer: count,
  tensor: z.string(),
  rmsErrorVsReference: real,
  relativeRmsError: real,
  signDisagreementPercent: real,
  largestReference: real,
  outsidePercent: real,
});

const epoch = z.strictObject({
  testErrorPercent: percent,
  trainErrorPercent: percent,
  testLoss: z.number(),
  trainAfter: z.strictObject({ errorPercent: percent, loss: z.number() }),
  seconds: z.number().min(0),
  skippedSampleCount: count.exactOptional(),
  trainingEnergy: energy,
  alignment: z.array(
    z.strictObject({ layer: count, degrees: z.number().nullable(), sampleCount: count }),
  ),
  lockstep: z.array(deviation),
  tensorHealth: z.array(
    z.strictObject({
      layer: count,
      tensor: z.string(),
      saturationCount: count,
      wrapCount: count,
      firstTrainingSample: count.nullable(),
    }),
  ),
  updateHealth: z.array(
    z.strictObject({ layer: count, nonZeroUpdateCount: count, deadUpdateCount: count }),
  ),
});

const part = {
  deliveredEventCount: count,
  deliveredVisitCount: count,
  nonZeroEventCount: count,
  nonZeroVisitCount: count,
  sharedEventCount: count,
  uncoveredCycleCount: count,
  writtenWordCount: count,
};

const activity = z.strictObject({
  run: z.enum(runKinds),
  isMeasuring: z.boolean().optional(),
  sampleCount: count,
  stepCount: count,
  flushCount: count,
  layers: z.array(
    z.strictObject({
      layer: count,
      ...part,
      parts: z.array(z.strictObject(part)).nullable(),
      traffic: z
        .strictObject({
          slowestEventCount: count,
          slowestVisitCount: count,
          routeEventCounts: z.array(count),
        })
        .nullable(),
    }),
  ),
});

const stateSchema = z.strictObject({
  engine,
  epochs: z.array(epoch),
  position: count,
  wrongCount: count,
  inputOverflowCount: count,
  energySoFar: energy,
  inference: activity.nullable(),
  earlyLockstep: z.array(deviation).nullable(),
  confusion: z.instanceof(Uint32Array).nullable(),
  wrong: z.instanceof(Uint8Array).nullable(),
  epochSeconds: z.number().min(0),
  phases: z.array(activity.extend({ frozenLayers: z.array(count) })).exactOptional(),
});

/** Whether a value is the state of a training on the chip, of this version of the program. */
function isTrainingState(value: unknown): value is TrainingState {
  return stateSchema.safeParse(value).success;
}

/** The checkpoint of the chip in an output folder. */
export function chipCheckpoint(
  folder: string,
  experimentHash: string,
): CheckpointFile<TrainingState> {
  return new CheckpointFile({
    folder,
    fileName: 'checkpoint.bin',
    experimentHash,
    isState: isTrainingState,
  });
}
