import { z } from 'zod';
import { backendNames } from '../../reference/backend/backend.js';
import type { ReferenceCheckpoint } from '../../reference/reference-job.js';
import { CheckpointFile } from '../output/checkpoint.js';

/* The form of the float reference's state in its checkpoint: a state of another form is not continued. */

const floats = z.instanceof(Float32Array);
const count = z.int().min(0);

/** One epoch of the reference, as checkpoint and cache keep it. */
export const referenceEpochSchema = z.strictObject({
  epoch: z.int().min(1),
  testErrorPercent: z.number().min(0).max(100),
  trainErrorPercent: z.number().min(0).max(100),
  skippedSampleCount: count.exactOptional(),
  testLoss: z.number().nullable(),
  trainAfter: z
    .strictObject({ errorPercent: z.number().min(0).max(100), loss: z.number().nullable() })
    .nullable(),
  alignment: z.array(
    z.strictObject({
      layer: z.int().min(1),
      degrees: z.number().min(0).max(180).nullable(),
      sampleCount: count,
    }),
  ),
});

const learned = z.strictObject({ value: floats, state: z.array(floats), stepCount: count });
const plateau = z.strictObject({ best: z.number().nullable(), badEpochs: count });

const stateSchema = z.strictObject({
  backend: z.enum(backendNames),
  epochs: z.array(referenceEpochSchema),
  memory: z.strictObject({
    layers: z.array(
      z.strictObject({ weights: learned, biases: learned, feedback: floats.nullable() }),
    ),
    learningRate: z.strictObject({
      epochsDone: count,
      reductions: count,
      plateau: plateau.nullable(),
    }),
    upkeep: z.strictObject({
      ungated: z.array(floats.nullable()),
      isOnPlateau: z.boolean(),
      plateau: plateau.nullable(),
      openUnits: z.array(z.array(z.boolean())),
    }),
    delayed: z
      .strictObject({ kept: floats, epochSum: z.number(), epochVisits: count, mean: z.number() })
      .nullable(),
  }),
});

/** Whether a value is a state of the reference, of this version of the program. */
export function isReferenceState(value: unknown): value is ReferenceCheckpoint {
  return stateSchema.safeParse(value).success;
}

/** The checkpoint of a float reference in an output folder. @param key hash of all that the reference depends on */
export function referenceCheckpoint(
  folder: string,
  key: string,
): CheckpointFile<ReferenceCheckpoint> {
  return new CheckpointFile({
    folder,
    fileName: 'reference-checkpoint.bin',
    experimentHash: key,
    isState: isReferenceState,
  });
}
