import { z } from 'zod';

/* Errors of chip and reference, in the result record. */

const count = z.int().min(0);
const amount = z.number().min(0);
const percent = amount.max(100).nullable();

const errorPercents = z.strictObject({
  testErrorPercent: percent.describe('Wrong test samples after the epoch, per cent.'),
  trainErrorPercent: percent.describe(
    'Wrong training samples during the epoch, each judged before its own update, per cent.',
  ),
});

const interval = z.strictObject({ low: z.number(), high: z.number() });

/** Null in older records too. */
const added = z.number().nullable().default(null);

/** What an epoch of one side came to. */
export const epochErrors = errorPercents.extend({
  testInterval: interval
    .nullable()
    .default(null)
    .describe("Wilson's 95 % interval of the test error, per cent; null in older records."),
  testLoss: added.describe(
    'Mean loss of the test samples after the epoch, summed over the classes (training.loss, whatever lossReduction); null: no finite number, or an older record.',
  ),
  trainErrorAfterPercent: added.describe(
    'Of the first judgedTrainSamples training samples, the wrong ones with the weights after the epoch, per cent; null in older records.',
  ),
  trainLossAfter: added.describe('Their mean loss, likewise.'),
});

const best = z
  .strictObject({
    epoch: z.int().min(1).describe('The first with this error.'),
    testErrorPercent: amount,
    interval: interval.describe("Wilson's 95 % interval, per cent."),
  })
  .nullable()
  .describe('Null: this side was left out, or diverged.');

/** Key `accuracy` of the record. */
export const accuracySchema = z.strictObject({
  chip: errorPercents,
  reference: errorPercents
    .extend({
      backend: z.string(),
      divergedInEpoch: z
        .int()
        .min(1)
        .nullable()
        .default(null)
        .describe('Epoch that left weights that are no finite numbers; then both errors are null.'),
    })
    .nullable(),
  lossPoints: z.number().nullable().describe('Test error of the chip minus that of the reference.'),
  intervals: z
    .strictObject({
      chip: interval.nullable().describe("Wilson's interval of the chip's test error, per cent."),
      reference: interval.nullable().describe('Of the test error of the reference, likewise.'),
      lossPoints: interval
        .extend({
          samples: z.int().describe('Test samples by which the chip errs more often.'),
          isWithin: z
            .boolean()
            .describe('0 lies inside: the test set does not tell chip and reference apart.'),
          paired: z
            .strictObject({
              leftAlone: count.describe('Test samples that the chip alone gets wrong.'),
              rightAlone: count.describe('Test samples that the reference alone gets wrong.'),
            })
            .nullable()
            .default(null)
            .describe(
              'Null: on which samples each errs is not known, as in older records; the interval takes the errors to be independent, which makes it too wide rather than too narrow.',
            ),
        })
        .nullable()
        .describe("Newcombe's interval of lossPoints, paired by sample where that is known."),
    })
    .nullable()
    .default(null)
    .describe('95 % confidence; null in older records.'),
  best: z
    .strictObject({ chip: best, reference: best })
    .nullable()
    .default(null)
    .describe(
      'Smallest test error of all epochs: chosen on the test set itself, so it flatters. Null in older records.',
    ),
  encoded: errorPercents
    .extend({
      interval: interval
        .nullable()
        .default(null)
        .describe("Wilson's 95 % interval of its test error, per cent; null in older records."),
      encodingPoints: z
        .number()
        .nullable()
        .describe('Test error of this reference minus that of the one on the data as they are.'),
      formatPoints: z
        .number()
        .nullable()
        .describe('Test error of the chip minus that of this reference.'),
    })
    .nullable()
    .default(null)
    .describe(
      "A float reference on the inputs as the chip's format holds them; null: not asked for.",
    ),
});
