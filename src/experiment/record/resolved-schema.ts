import { z } from 'zod';

const format = z.strictObject({
  tensor: z.string(),
  format: z.string().describe('s8.7 is signed, 8 bits, 7 of them fraction.'),
  rounding: z.string(),
  overflow: z.string(),
  isOverridden: z.boolean().describe('The experiment states the format; else the chip does.'),
});

/** Key `resolved` of the record. */
export const resolvedSchema = z
  .strictObject({
    rule: z.strictObject({
      name: z.string(),
      label: z.string().describe('With the options that make it another rule.'),
      variant: z.string().nullable().describe('Of defp; null: another rule.'),
      init: z.string().nullable().describe('Of defp, before the first visit; null: another rule.'),
      feedback: z
        .strictObject({
          shape: z.string().describe('One B for each layer by class, or by the layer above.'),
          distribution: z.string(),
          policy: z.string(),
          source: z.string().describe('memory, or the generator of the chip.'),
        })
        .nullable()
        .describe('Null: the rule needs no B.'),
    }),
    learningRate: z.number().describe('Of the first epoch, as a number.'),
    events: z.strictObject({
      isDense: z.boolean().describe('Values of 0 are delivered too.'),
      threshold: z.number().describe('A value is an event when its magnitude exceeds it.'),
    }),
    formats: z.array(format).describe('Of every tensor.'),
  })
  .nullable()
  .default(null)
  .describe(
    'What the experiment leaves to chip and rule, filled in; null in older records. Input range and scale are in dataset.inputs.',
  );

/** Key `resolved` of the record. */
export type ResolvedRecord = NonNullable<z.infer<typeof resolvedSchema>>;
