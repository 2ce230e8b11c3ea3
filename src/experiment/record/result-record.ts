import { componentNames } from '../../ledger/components.js';
import { z } from 'zod';
import { areaComponents } from '../../hardware/chip-model.js';
import { phases, runKinds } from '../../ledger/ledger-row.js';
import { priceKinds } from '../../ledger/priced-ledger.js';
import { accuracySchema, epochErrors } from './accuracy-schema.js';
import { classesSchema } from './classes-schema.js';
import { epochHealth, fixedPoint, lockstep } from './health/fixed-point-schema.js';
import { cost, energySpread, overheadPercents, powerSchema, sensitivity } from './cost-schema.js';
import { enginePathsSchema, measuredRunSchema } from './measured-run-schema.js';
import { neurobench } from './neurobench-schema.js';
import { resolvedSchema } from './resolved-schema.js';
import { batchLatencySchema, scheduleCosts, updateSchema } from './update-schema.js';
import { alignmentSampleCount, earlySampleCount } from './probe-samples.js';

/* The result record of contracts: stable from version 1 on. Units are in the keys, counts are integers, unknown is null. */

const count = z.int().min(0);
/** Nothing that is counted, measured or priced is negative. */
const amount = z.number().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const ledgerRow = z.strictObject({
  run: z.enum(runKinds),
  phase: z.enum(phases),
  layer: z.int().min(1).nullable(),
  core: z.int().min(0).nullable(),
  component: z.enum(componentNames),
  action: z.string(),
  bits: z.int().min(1).nullable().describe('Width of the word or operand; null where it has none.'),
  count: count.describe('Total over `samples`.'),
  samples: count,
  energyPj: amount.nullable().describe('count × price; null: unpriced.'),
  energyLowPj: amount.nullable(),
  energyHighPj: amount.nullable(),
  priceKind: z.enum(priceKinds),
});

const memory = z.strictObject({
  core: z.int().min(0).nullable().describe('Null: all cores share it.'),
  component: z.string(),
  capacityBits: count,
  usedBits: count,
  wordBits: count,
  trainingOnly: z.boolean().describe('The memory exists only because the chip learns.'),
});

const areaBand = {
  totalMm2: amount.nullable().describe('Σ areaMm2; null: a part is unknown.'),
  lowMm2: amount.nullable().default(null).describe('Null in older records too.'),
  highMm2: amount.nullable().default(null),
};

const areaPart = z.strictObject({
  core: z.int().min(0).nullable().describe('Null: all cores share it.'),
  cores: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Idle cores from this one on that have it, bits and areas being those of each; absent: this one alone, or all that share it.',
    ),
  component: z.enum(areaComponents),
  bits: count.nullable().describe('Bits that it stores; null: logic.'),
  areaMm2: amount.nullable(),
  lowMm2: amount.nullable(),
  highMm2: amount.nullable(),
  kind: z.enum(priceKinds),
  trainingOnly: z.boolean().describe('It exists only because the chip learns.'),
});

const inputRange = z
  .strictObject({
    format: z.string().describe('Format of the inputs on the chip.'),
    scale: z
      .number()
      .describe(
        'Real value of a stored value of 1: dataset.scale, else 1/255 for unsigned bytes, 1 for other types, and that of a known set; 1 for normalised values.',
      ),
    lowest: z.number().describe('Smallest real value of the training data.'),
    highest: z.number().describe('Largest real value of the training data.'),
    values: count.describe('Values of the training data.'),
    outside: count.describe('Values more than one step outside the format.'),
    lostSigns: count.describe('Negative values that an unsigned format makes 0.'),
    vanished: count
      .nullable()
      .default(null)
      .describe('Values other than 0 that become 0, below half a step; null in older records.'),
    normalise: z
      .enum(['range', 'channel'])
      .nullable()
      .default(null)
      .describe(
        'range: each input was brought to 0…1 by its training range before anything else; channel: each channel to mean 0 and deviation 1; null: the values are those of the files, times scale.',
      ),
    channels: z
      .array(
        z.strictObject({
          mean: z.number().describe('Mean of its real values before, over the training samples.'),
          deviation: amount.describe('Their deviation, √(Σ(x − mean)²/n); 0: all became 0.'),
        }),
      )
      .nullable()
      .default(null)
      .describe('With channel: what each channel had, both parts alike; null: else.'),
    fittingFormat: z
      .string()
      .nullable()
      .describe(
        'Where values are lost: the finest format of as many bits that holds all but 1 % of them; null: there is none, or nothing is lost.',
      ),
  })
  .describe('How the training data lie in the input format; null in older records.');

const alignment = z.strictObject({
  layer: z.int().min(1).describe('A hidden layer.'),
  chipDegrees: amount
    .nullable()
    .describe(
      `Angle between the rule's δh and back-propagation's in float arithmetic on the chip's own weights, biases and B, in degrees: mean over the first ${alignmentSampleCount} test samples of the angle of each, δh before pooling, with the delayed error of these very weights for rule defp. Null: the layer does not learn, or there is no reference.`,
    ),
  chipSamples: count.describe('Samples in this mean; those where either δh is 0 are left out.'),
  referenceDegrees: amount
    .nullable()
    .describe("The same on the float reference's weights, biases and B after its own epoch."),
  referenceSamples: count,
});

const schedule = z.strictObject({
  coding: z
    .enum(['graded', 'ttfs', 'recorded'])
    .describe('How inputs become events in time (docs/spec.md §9).'),
  samples: count.describe(
    'The first training samples of epoch 1, on a chip that has learned nothing.',
  ),
  serialCycles: count.describe(
    'From the first sample in to the last weight written, one sample after the other.',
  ),
  serialLatencyCycles: amount.describe(
    'Of one sample, mean; the time until its last event is part of it.',
  ),
  pipelinedCycles: count.nullable().describe('Of all these samples; null: the rule is locked.'),
  pipelinedLatencyCycles: amount
    .nullable()
    .describe('Of one sample, mean, its waits for busy cores included; null: the rule is locked.'),
  reason: z.string().nullable().describe('Why there is no pipelined schedule; null: there is one.'),
  intervals: z.array(
    z.strictObject({
      schedule: z.enum(['serial', 'pipelined']),
      core: count,
      layer: z.int().min(1),
      sample: count.describe('0 for the first.'),
      kind: z.enum(['forward', 'feedback', 'update']),
      fromCycle: count,
      toCycle: count.describe('The cycle after the last.'),
      isBeside: z
        .literal(true)
        .optional()
        .describe(
          'Rows that change beside a forward pass of the same core, whose bar has these cycles too; absent: no other bar has.',
        ),
    }),
  ),
});
export type ScheduleRecord = z.infer<typeof schedule>;

/** `spikeledger.result/1`. */
export const resultSchema = z.strictObject({
  schema: z.literal('spikeledger.result/1'),
  tool: z.strictObject({ version: z.string(), commit: z.string().nullable() }),
  experiment: z
    .record(z.string(), z.unknown())
    .describe('The experiment with every default filled in.'),
  experimentHash: sha256,
  hardware: z.strictObject({
    name: z.string(),
    hash: sha256,
    nodeNm: z.number().positive(),
    voltageV: z.number().positive(),
    clockMhz: z.number().positive(),
    update: updateSchema
      .nullable()
      .default(null)
      .describe('How the cores change weights; null in older records.'),
  }),
  dataset: z.strictObject({
    name: z.string(),
    trainSamples: count.describe('In use.'),
    testSamples: count.describe('In use.'),
    trainSamplesInSet: count
      .nullable()
      .default(null)
      .describe(
        'Training samples of the whole set, whether in use or not, and of CIFAR-10 whether in the folder or not; of your own those of the files. Null: an older record.',
      ),
    testSamplesInSet: count.nullable().default(null).describe('The same of the test samples.'),
    inputCount: count,
    classCount: count,
    inputs: inputRange.nullable().default(null),
    files: z.array(z.strictObject({ name: z.string(), sha256 })),
  }),
  seed: z.int(),
  accuracy: accuracySchema,
  classes: classesSchema
    .nullable()
    .default(null)
    .describe('What the chip says of each class after its last epoch; null in older records.'),
  epochs: z.array(
    z.strictObject({
      epoch: z.int().min(1),
      chip: epochErrors,
      skippedPercent: amount
        .max(100)
        .exactOptional()
        .describe(
          'With training.updateSkip: training samples of the epoch that the chip did not learn from, per cent.',
        ),
      referenceSkippedPercent: amount
        .max(100)
        .exactOptional()
        .describe('The same of the reference, by its own errors; absent in older records.'),
      reference: epochErrors.nullable(),
      trainingEnergyUj: amount
        .nullable()
        .describe('Priced energy of training in this epoch; null after the last one of the chip.'),
      trainingEnergyLowUj: amount
        .nullable()
        .default(null)
        .describe('Every price at its low end; null also in older records.'),
      trainingEnergyHighUj: amount.nullable().default(null),
      alignment: z
        .array(alignment)
        .default([])
        .describe('How well the errors of each hidden layer point after the epoch.'),
      health: z
        .array(epochHealth)
        .default([])
        .describe(
          'Tensors of the chip that left their format in the epoch, and the weights of every layer that learns.',
        ),
      lockstep: z
        .array(lockstep)
        .default([])
        .describe(
          "accumulator, activation, output and delta as in fixedPoint, with the chip's weights, B and delayed errors after the epoch. Empty without a reference, where the network is too large, or in older records.",
        ),
    }),
  ),
  earlyLockstep: z
    .array(lockstep)
    .nullable()
    .default(null)
    .describe(
      `As the lockstep of an epoch, after the first ${earlySampleCount} training samples of epoch 1; null: it has no more of them, nothing is compared, or an older record.`,
    ),
  judgedTrainSamples: count
    .nullable()
    .default(null)
    .describe(
      'Training samples, the first ones, that are judged again after each epoch: as many as there are test samples. Null in older records.',
    ),
  resolved: resolvedSchema,
  referenceTraining: z
    .strictObject({
      settings: z
        .record(z.string(), z.unknown())
        .describe('Training of the float reference with every default filled in.'),
      settingsDiffer: z
        .array(z.string())
        .describe(
          'Keys that the chip has otherwise: where there are any, lossPoints compares two trainings, not two number formats.',
        ),
    })
    .nullable()
    .default(null)
    .describe('How the float reference was trained; null without one.'),
  perSample: z.strictObject({
    inference: cost,
    training: cost,
    learningOverheadPercent: overheadPercents,
  }),
  energySpread,
  sensitivity,
  updateSchedules: scheduleCosts,
  batchLatency: batchLatencySchema,
  power: powerSchema,
  neurobench,
  schedule: schedule
    .nullable()
    .default(null)
    .describe('When each core works; null: the network is too large, or an older record.'),
  activity: z.array(
    z.strictObject({
      layer: z.int().min(1),
      inputCount: count,
      neuronCount: count,
      core: z.int().min(0).describe('The first of its cores; the others have the next numbers.'),
      neuronParts: z.int().min(1).default(1).describe('Groups of neurons (docs/spec.md §7).'),
      axonParts: z.int().min(1).default(1).describe('Groups of inputs; one core for each pair.'),
      eventsInPerTrainingSample: amount,
      eventsInPerInferenceSample: amount.nullable(),
    }),
  ),
  measuredRuns: z
    .array(measuredRunSchema)
    .default([])
    .describe('What the counts of the ledger follow from; empty in older records.'),
  ledger: z.array(ledgerRow),
  memory: z.array(memory),
  wear: z.array(
    z.strictObject({
      layer: z.int().min(1),
      largestWritesPerWord: count,
      meanWritesPerWord: amount,
    }),
  ),
  enginePaths: enginePathsSchema,
  area: z
    .strictObject({ ...areaBand, parts: z.array(areaPart) })
    .describe('Of the whole chip, whether the network uses it or not.'),
  fixedPoint: z.array(fixedPoint),
  unpriced: z.array(z.string()).describe('"component.action" of rows without a price.'),
  warnings: z
    .array(z.string())
    .default([])
    .describe('What would mislead a reader of the headline; printed above it.'),
  notes: z.array(z.string()).describe('What a reader must know to read the figures.'),
  timing: z.strictObject({
    wallSeconds: amount,
    samplesPerSecond: amount.nullable(),
    epochs: z
      .array(
        z.strictObject({
          epoch: z.int().min(1),
          chipSeconds: amount
            .nullable()
            .describe('Wall time with evaluation and checkpoint; null: no such epoch.'),
          referenceSeconds: amount
            .nullable()
            .describe(
              'Likewise, when it was trained, the first with the start of its process; null: no such epoch, or an earlier session trained it.',
            ),
        }),
      )
      .default([])
      .describe('Empty in older records.'),
  }),
});

/** Record of a run, as `result.json` holds it. */
export type ResultRecord = z.infer<typeof resultSchema>;
export type ResultLedgerRow = ResultRecord['ledger'][number];
