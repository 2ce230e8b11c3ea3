import { z } from 'zod';
import { feedbackDistributions } from '../network/feedback.js';
import { folderFormats } from '../datasets/folder-layout.js';
import { maximumAccumulatorBits, maximumTensorBits, parseFormat } from '../numerics/format.js';
import { ruleNames } from '../reference/rules/rules.js';
import { tabulatedFunctions } from '../numerics/function-table.js';
import { deterministicRoundingModes, overflowModes, roundingModes } from '../numerics/modes.js';
import { backendRequests } from '../reference/backend.js';

/* The experiment file of contracts: what a user may write, with every default and a sentence for each key. */

function formatText(maximumBits: number, what: string) {
  return z
    .string()
    .superRefine((text, context) => {
      try {
        parseFormat(text, maximumBits);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as RangeError).message });
      }
    })
    .optional()
    .describe(
      `Fixed-point format of ${what}: s8.7 is signed, 8 bits, 7 of them fraction; u8.8 unsigned.`,
    );
}

const anyRounding = z.enum(roundingModes).optional();
const plainRounding = z.enum(deterministicRoundingModes).optional();
const overflow = z.enum(overflowModes).optional();

const roundingMap = z.strictObject({
  weight: anyRounding,
  bias: anyRounding,
  input: plainRounding,
  accumulator: plainRounding,
  delta: plainRounding,
  feedback: plainRounding,
  update: plainRounding,
});

const overflowMap = z.strictObject({
  weight: overflow,
  bias: overflow,
  input: overflow,
  accumulator: overflow,
  delta: overflow,
  feedback: overflow,
  update: overflow,
});

const precision = z.strictObject({
  input: formatText(maximumTensorBits, 'the inputs'),
  weight: formatText(maximumTensorBits, 'the weights'),
  bias: formatText(maximumTensorBits, 'the biases'),
  accumulator: formatText(maximumAccumulatorBits, 'the accumulators'),
  activation: formatText(maximumTensorBits, 'h of the hidden layers'),
  output: formatText(maximumTensorBits, 'y of the output layer'),
  delta: formatText(maximumTensorBits, 'δh and δz'),
  feedback: formatText(maximumTensorBits, 'the feedback weights B'),
  update: formatText(maximumTensorBits, 'η·δz where η is not a power of two'),
  delayedError: formatText(16, 'the delayed errors of rule defp'),
  rounding: z
    .union([z.enum(roundingModes), roundingMap])
    .optional()
    .describe(
      "Rounding of the weight update, or a map by tensor; tensors not named keep the chip's.",
    ),
  overflow: z
    .union([z.enum(overflowModes), overflowMap])
    .optional()
    .describe("Overflow of every tensor, or a map by tensor; tensors not named keep the chip's."),
});

const sampleLimits = {
  trainSamples: z
    .int()
    .min(1)
    .optional()
    .describe('Use the first n training samples; all if left out.'),
  testSamples: z.int().min(1).optional().describe('Use the first n test samples; all if left out.'),
};

const dataset = z.union([
  z.strictObject({
    name: z
      .string()
      .describe('A known data set: digits (packaged), mnist, cifar-10, synth-frenkel, …'),
    ...sampleLimits,
  }),
  z.strictObject({
    path: z.string().describe('Folder with your own data, relative to this file.'),
    format: z.enum(folderFormats).describe('Layout of the files in it.'),
    classCount: z
      .int()
      .min(2)
      .max(256)
      .optional()
      .describe('Number of classes; the largest label plus 1 unless stated.'),
    ...sampleLimits,
  }),
]);

const training = z.strictObject({
  rule: z
    .enum(ruleNames)
    .describe('Learning rule of the hidden layers; the output layer has the gradient of the loss.'),
  defp: z
    .strictObject({
      variant: z
        .enum(['error', 'loss', 'aggregated', 'fullVector'])
        .default('error')
        .describe(
          'What is kept of the last visit: 1 − y of the label, the slope of the loss there, the mean error of the last epoch, or the whole error vector.',
        ),
      init: z
        .enum(['targets', 'measure'])
        .default('targets')
        .describe('First epoch like DRTP, or a measuring pass before it that updates nothing.'),
    })
    .prefault({})
    .describe('Options of rule defp.'),
  frozenLayers: z
    .array(z.int().min(1))
    .default([])
    .describe('Layers (1 is the first) that keep their initial weights.'),
  feedback: z
    .enum(feedbackDistributions)
    .default('heUniform')
    .describe('Distribution that the feedback weights B are drawn from.'),
  epochs: z.int().min(1).max(10_000).describe('Passes over the training samples.'),
  batch: z.literal(1).default(1).describe('Samples per update; this version learns online.'),
  optimizer: z.enum(['sgd']).default('sgd').describe('Plain stochastic gradient descent.'),
  learningRate: z
    .union([
      z.number().positive(),
      z
        .string()
        .regex(
          /^2\^-?\d{1,2}$/,
          'is not a learning rate; write a number above 0, or a power of two such as 2^-7',
        ),
    ])
    .describe('η: a number, or a power of two such as 2^-7, which the chip does as a shift.'),
  loss: z.enum(['bce', 'mse']).default('bce').describe('Binary cross-entropy or squared error.'),
  lossReduction: z
    .enum(['sum', 'mean'])
    .default('sum')
    .describe(
      'Output gradient as it is (sum), or divided by the number of classes (mean), in chip and reference.',
    ),
  seed: z
    .int()
    .min(0)
    .default(1)
    .describe('Seed of initial values, order of samples and lane generators.'),
  shuffle: z.boolean().default(true).describe('New order of the training samples every epoch.'),
});

/** What a user may write in an experiment file. */
export const experimentSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[\w.-]{1,100}$/,
      'is not a name; use letters, digits, dot, dash and underscore, at most 100',
    )
    .describe('Name of the experiment, used in the report.'),
  dataset: dataset.describe('What is learned.'),
  network: z
    .union([
      z.string(),
      z
        .array(
          z.strictObject({
            type: z.literal('fc').describe('Fully connected.'),
            neurons: z.int().min(1).max(65_536).describe('Neurons of the layer.'),
          }),
        )
        .min(1),
    ])
    .describe(
      'Topology string such as FC_500_FC_10, or a list of layers; the last has one neuron per class.',
    ),
  activation: z
    .strictObject({
      hidden: z.enum(tabulatedFunctions).default('tanh').describe('f of the hidden layers.'),
      output: z.enum(tabulatedFunctions).default('sigmoid').describe('f of the output layer.'),
    })
    .prefault({})
    .describe('Activation functions.'),
  training: training.describe('How it is learned.'),
  hardware: z
    .string()
    .describe('Name of a shipped chip, or the path of a chip file, relative to this file.'),
  precision: precision.prefault({}).describe("Overrides of the chip's formats."),
  events: z
    .strictObject({
      dense: z
        .boolean()
        .optional()
        .describe('Deliver values of 0 too, to see what sparsity saves.'),
      threshold: z
        .number()
        .min(0)
        .optional()
        .describe('θ: a value is an event when its magnitude exceeds θ (dimensionless).'),
    })
    .prefault({})
    .describe('When a value is an event; what is left out is as the chip has it.'),
  reference: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Train the float reference beside the chip.'),
      backend: z
        .enum(backendRequests)
        .default('auto')
        .describe(
          'Backend of TensorFlow.js; auto takes the first of these that works, and webgpu only on a real GPU.',
        ),
    })
    .prefault({})
    .describe('The float reference.'),
});

/** An experiment with every default filled in. */
export type Experiment = z.output<typeof experimentSchema>;

/** η as a number. */
export function learningRateValue(learningRate: number | string): number {
  return typeof learningRate === 'number' ? learningRate : 2 ** Number(learningRate.slice(2));
}
