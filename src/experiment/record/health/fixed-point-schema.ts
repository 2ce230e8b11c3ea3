import { z } from 'zod';

const count = z.int().min(0);
const amount = z.number().min(0);
const percent = amount.max(100).nullable();

/** Values of the chip against those of float arithmetic. */
const comparison = {
  rmsErrorVsReference: amount
    .nullable()
    .describe(
      "Root mean square difference to float arithmetic, in real values. weight, bias: the chip's at the end of training against those the float reference ended with. accumulator, activation, output, delta: z, h and δz of the chip against float arithmetic on the chip's own weights, B and delayed errors, on the first training samples (their number is in the notes); input: those samples as the chip has them, against the data; feedback: B as the chip has it, against B as drawn. Null: not compared.",
    ),
  relativeRmsError: amount
    .nullable()
    .default(null)
    .describe(
      'rmsErrorVsReference as a share of the root mean square of the float values: 1 is an error as large as they are. Null: not compared, all of them 0, or an older record.',
    ),
  signDisagreementPercent: percent.describe(
    'Values above 0 on one side and below 0 on the other, per cent of all that are compared, as above.',
  ),
  largestReference: amount
    .nullable()
    .default(null)
    .describe(
      'Largest magnitude of the float values that are compared: what the format must reach before it rounds. Null: not compared, or an older record.',
    ),
  outsidePercent: percent
    .default(null)
    .describe(
      'Float values that are compared and lie half a step or more beyond an end of the format, per cent of all. Null: not compared, or an older record.',
    ),
};

export const fixedPoint = z.strictObject({
  layer: z.int().min(0).describe('1…k; 0 for the input encoder.'),
  tensor: z.string(),
  saturations: count
    .nullable()
    .describe('Null: not counted, because the activation unit ends there by itself.'),
  wraps: count,
  values: count
    .nullable()
    .default(null)
    .describe(
      'Denominator of saturations and wraps: all values compared with the format, initial ones and those of training and evaluation (input: those presented in training). Null: not known, or an older record.',
    ),
  firstTrainingSample: count.nullable(),
  deadUpdateFraction: amount.max(1).nullable(),
  initialZeros: count
    .nullable()
    .default(null)
    .describe(
      'weight: initial values other than 0 that the format makes 0. Null: another tensor, or an older record.',
    ),
  initialValues: count.nullable().default(null).describe('weight: all initial values.'),
  ...comparison,
});

export const epochHealth = z.strictObject({
  layer: z.int().min(1),
  tensor: z.string(),
  saturations: count.describe('In this epoch, its evaluation included.'),
  wraps: count,
  deadUpdateFraction: amount
    .max(1)
    .nullable()
    .describe('Of the updates of this epoch; weights of layers that learn only.'),
});

/** A tensor at a moment of training, against float arithmetic. */
export const lockstep = z.strictObject({
  layer: z.int().min(1),
  tensor: z.string(),
  ...comparison,
});
