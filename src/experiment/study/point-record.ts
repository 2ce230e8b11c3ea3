import { z } from 'zod';
import type { RunKind } from '../../ledger/ledger-row.js';
import type { ResultRecord } from '../record/result-record.js';
import { hasChip, type RunRecord } from '../record/run-record.js';

/** What every line of the store begins with. */
export const pointLine = { schema: 'spikeledger.point/1' } as const;

const amount = z.number().min(0).nullable();
const count = z.int().min(0);

/** Null in older records too. */
const added = amount.default(null);

const epochSchema = z.strictObject({
  epoch: z.int().min(1),
  chipTestErrorPercent: amount,
  chipTrainErrorPercent: amount,
  chipTrainErrorAfterPercent: added,
  chipTestLoss: added,
  referenceTestErrorPercent: amount,
  referenceTrainErrorPercent: amount,
  referenceTrainErrorAfterPercent: added,
  referenceTestLoss: added,
  trainingEnergyUj: amount,
});

const costSchema = z.strictObject({
  energyNj: z.number().min(0),
  energyLowNj: z.number().min(0),
  energyHighNj: z.number().min(0),
  isComplete: z.boolean().describe('False: some actions have no price.'),
  latencyUs: amount,
});

const nanojoules = z.number().min(0);
const percentilesSchema = z
  .strictObject({
    percentile5Nj: nanojoules,
    percentile50Nj: nanojoules,
    percentile95Nj: nanojoules,
  })
  .nullable();

/** What a study keeps of a point that was run. */
export const figuresSchema = z.strictObject({
  rule: z.string(),
  testSamples: count,
  backend: z.string().nullable().describe('Of the float reference; null: none was trained.'),
  divergedInEpoch: z.int().min(1).nullable(),
  referenceDiffers: z
    .array(z.string())
    .default([])
    .describe(
      'Training keys that the float reference has otherwise than the chip, so that lossPoints compares two trainings. Empty in older records too.',
    ),
  lossPoints: z.number().nullable(),
  epochs: z.array(epochSchema),
  inference: costSchema.nullable().describe('Null: the chip was left out.'),
  training: costSchema.nullable(),
  energySpread: z
    .strictObject({ inference: percentilesSchema, training: percentilesSchema })
    .nullable()
    .default(null)
    .describe('Energies of single samples. Null: not known, in older records too.'),
  memoryBits: count
    .nullable()
    .describe('Bits of memory that the network uses. Null: the chip was left out.'),
  areaMm2: amount,
  tensors: z
    .array(
      z.strictObject({
        layer: count,
        tensor: z.string(),
        saturatingShare: amount.describe('Null: not counted.'),
        deadUpdateFraction: amount,
        rmsErrorVsReference: amount,
      }),
    )
    .describe('Those that left their format, and what the result says of the others.'),
  warnings: z.array(z.string()),
});
/** Figures of a point. */
export type PointFigures = z.infer<typeof figuresSchema>;

/** A line of the store: `spikeledger.point/1`. */
export const pointRecordSchema = z.discriminatedUnion('status', [
  z.strictObject({
    schema: z.literal(pointLine.schema),
    hash: z.string(),
    status: z.literal('done'),
    figures: figuresSchema,
    /** What differs from run to run. */
    timing: z.strictObject({
      wallSeconds: z.number().min(0),
      samplesPerSecond: amount,
    }),
  }),
  z.strictObject({
    schema: z.literal(pointLine.schema),
    hash: z.string(),
    status: z.literal('failed'),
    reason: z.string(),
  }),
]);
/** A line of the store. */
export type PointRecord = z.infer<typeof pointRecordSchema>;
/** A line about a point that was run. */
export type DonePoint = Extract<PointRecord, { status: 'done' }>;

function costOf(cost: ResultRecord['perSample']['training']): z.infer<typeof costSchema> {
  const { energyNj, energyLowNj, energyHighNj, complete, latencyUs } = cost;
  return { energyNj, energyLowNj, energyHighNj, isComplete: complete, latencyUs };
}

function spreadOf({ energySpread }: RunRecord): PointFigures['energySpread'] {
  if (energySpread === null) return null;
  const of = (run: RunKind) => {
    const own = energySpread[run];
    if (own === null) return null;
    const { percentile5Nj, percentile50Nj, percentile95Nj } = own;
    return { percentile5Nj, percentile50Nj, percentile95Nj };
  };
  return { inference: of('inference'), training: of('training') };
}

function tensorsOf(result: RunRecord): PointFigures['tensors'] {
  return result.fixedPoint.map((entry) => {
    const { layer, tensor, saturations, values, deadUpdateFraction, rmsErrorVsReference } = entry;
    const isCounted = saturations !== null && values !== null && values > 0;
    return {
      layer,
      tensor,
      saturatingShare: isCounted ? saturations / values : null,
      deadUpdateFraction,
      rmsErrorVsReference,
    };
  });
}

/** What a study keeps of a result: everything that a table or curve of many runs can show, and no ledger. */
export function donePoint(result: RunRecord): DonePoint {
  const { accuracy } = result;
  const perSample = hasChip(result) ? result.perSample : null;
  const training = result.experiment['training'] as { readonly rule: string };
  return {
    ...pointLine,
    hash: result.experimentHash,
    status: 'done',
    figures: {
      rule: training.rule,
      testSamples: result.dataset.testSamples,
      backend: accuracy.reference?.backend ?? null,
      divergedInEpoch: accuracy.reference?.divergedInEpoch ?? null,
      referenceDiffers: [...(result.referenceTraining?.settingsDiffer ?? [])],
      lossPoints: accuracy.lossPoints,
      epochs: result.epochs.map(({ epoch, chip, reference, trainingEnergyUj }) => ({
        epoch,
        chipTestErrorPercent: chip.testErrorPercent,
        chipTrainErrorPercent: chip.trainErrorPercent,
        chipTrainErrorAfterPercent: chip.trainErrorAfterPercent,
        chipTestLoss: chip.testLoss,
        referenceTestErrorPercent: reference?.testErrorPercent ?? null,
        referenceTrainErrorPercent: reference?.trainErrorPercent ?? null,
        referenceTrainErrorAfterPercent: reference?.trainErrorAfterPercent ?? null,
        referenceTestLoss: reference?.testLoss ?? null,
        trainingEnergyUj,
      })),
      inference: perSample === null ? null : costOf(perSample.inference),
      training: perSample === null ? null : costOf(perSample.training),
      energySpread: spreadOf(result),
      memoryBits:
        perSample === null ? null : result.memory.reduce((sum, { usedBits }) => sum + usedBits, 0),
      areaMm2: result.area.totalMm2,
      tensors: tensorsOf(result),
      warnings: result.warnings,
    },
    timing: {
      wallSeconds: result.timing.wallSeconds,
      samplesPerSecond: result.timing.samplesPerSecond,
    },
  };
}
