import { z } from 'zod';

const count = z.int().min(0);
const percent = z.number().nullable();

/** What the chip says of the test samples, class by class. */
export const classesSchema = z.strictObject({
  balancedErrorPercent: percent.describe(
    'Mean of the errors of the classes that have test samples, each weighing the same; 100 % minus balanced accuracy.',
  ),
  constantErrorPercent: percent.describe(
    'Test error of the best constant answer, the class with the most test samples.',
  ),
  perClass: z.array(
    z.strictObject({
      class: count,
      trainSamples: count,
      testSamples: count,
      saidSamples: count.describe('Test samples, of any class, that the chip says this of.'),
      testErrorPercent: percent.describe('Wrong ones of its test samples; null: it has none.'),
      interval: z
        .strictObject({ low: z.number(), high: z.number() })
        .nullable()
        .default(null)
        .describe("Wilson's 95 % interval of this error, per cent; null in older records."),
    }),
  ),
  confusion: z
    .array(z.array(count))
    .describe('Test samples: a row for each label, a column for each class that is said.'),
});
/** Key `classes` of the record. */
export type ClassesRecord = z.infer<typeof classesSchema>;
