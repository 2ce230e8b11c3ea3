import { z } from 'zod';
import { updateSchedules, writeBankings } from '../../time/update-schedule.js';
import { cost, overheadPercents } from './cost-schema.js';

/** How the cores of a chip change weights, in the result and the estimate record. */
export const updateSchema = z.strictObject({
  schedule: z.enum(updateSchedules).describe('When weights change (docs/spec.md §5.1).'),
  writeBanks: z
    .enum(writeBankings)
    .describe('Whether a synapse word is read while another is written.'),
});

/** How the cores of a chip change weights. */
export type UpdateRecord = z.infer<typeof updateSchema>;

const { energy, energyLow, energyHigh, latency, area } = overheadPercents.shape;

const scheduleCost = updateSchema.extend({
  isOwn: z.boolean().describe('This is how the chip does it.'),
  problem: z
    .string()
    .nullable()
    .describe('Why the chip cannot do it so, or why its cost is not known; null: neither.'),
  costs: z
    .strictObject({
      training: cost.describe('Of a training sample, from the counts of this very run.'),
      learningOverheadPercent: z
        .strictObject({ energy, energyLow, energyHigh, latency, area })
        .describe('(training − inference) / inference.'),
      areaMm2: z.number().min(0).nullable().describe('Of the whole chip; null: a part is unknown.'),
      eventBufferWords: z
        .int()
        .min(0)
        .describe(
          'Of each core, the largest where cores differ: twice those of the chip where they must hold two samples and do not.',
        ),
    })
    .nullable()
    .describe('Null: see problem.'),
});

/** What a training sample costs by each schedule. */
export const scheduleCosts = z
  .array(scheduleCost)
  .default([])
  .describe(
    'The same chip with every schedule of the update and way to write, on the activity of this run; empty: it learns nothing, or an older record.',
  );

/** What a training sample costs by one schedule. */
export type ScheduleCost = z.infer<typeof scheduleCost>;

/** Latency of a batch of a locked rule (docs/spec.md §8), in a record or an estimate. */
export const batchLatencySchema = z
  .strictObject({
    samples: z.int().min(2).describe('Samples of the batch.'),
    serialCycles: z.number().describe('One sample after the other, then the step.'),
    pipelinedCycles: z
      .number()
      .describe(
        'Samples that follow each other through the layers: a closed form, no engine runs it.',
      ),
    serialUs: z.number(),
    pipelinedUs: z.number(),
  })
  .exactOptional()
  .describe(
    'Of a locked rule with batches of more than one sample, from the first event to the last weight written (docs/spec.md §8); absent: no such rule.',
  );

/** Latency of a batch, as records hold it. */
export type BatchLatencyRecord = NonNullable<z.infer<typeof batchLatencySchema>>;
