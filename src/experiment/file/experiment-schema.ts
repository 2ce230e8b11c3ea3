import { z } from 'zod';
import { activationNames } from '../../network/activation-name.js';
import { folderFormats } from '../../datasets/folder-layout.js';
import { maximumAccumulatorBits, maximumTensorBits, parseFormat } from '../../numerics/format.js';
import { interpolations } from '../../numerics/function-table.js';
import { deterministicRoundingModes, overflowModes, roundingModes } from '../../numerics/modes.js';
import { backendRequests } from '../../reference/backend/backend.js';
import { deploymentSchema } from './deployment.js';
import { referenceOverrides, training } from './training-schema.js';

/* The experiment file of contracts: what a user may write, with every default and a sentence for each key. */

function anyFormat(maximumBits: number) {
  return z.string().superRefine((text, context) => {
    try {
      parseFormat(text, maximumBits);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as RangeError).message });
    }
  });
}

function formatText(maximumBits: number, what: string) {
  return anyFormat(maximumBits)
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
  gradient: plainRounding,
  momentum: plainRounding,
  secondMoment: plainRounding,
});

const overflowMap = z.strictObject({
  weight: overflow,
  bias: overflow,
  input: overflow,
  accumulator: overflow,
  delta: overflow,
  feedback: overflow,
  update: overflow,
  gradient: overflow,
  momentum: overflow,
  secondMoment: overflow,
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
  gradient: formatText(maximumTensorBits, 'the gradients of layers that learn in steps'),
  momentum: formatText(maximumTensorBits, 'velocities, and the first moments of adam'),
  secondMoment: formatText(maximumTensorBits, 'the second moments of rmsprop and adam'),
  initialWeights: anyFormat(maximumTensorBits)
    .exactOptional()
    .describe(
      'Format to which the initial weights are rounded before that of the weights holds them; left out, that one alone rounds them.',
    ),
  activationTable: z
    .strictObject({
      input: anyFormat(maximumTensorBits).describe('Signed format of z as the table sees it.'),
      indexBits: z.int().min(1).max(16).describe('2^indexBits entries.'),
      interpolation: z.enum(interpolations).describe('Between entries (docs/spec.md §2.8).'),
    })
    .exactOptional()
    .describe("Look-up table of the activation function, in place of the chip's."),
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
  validationSamples: z
    .int()
    .min(1)
    .exactOptional()
    .describe(
      'The last n of the training samples in use are not trained on and take the place of the test samples, so that what is chosen by their error leaves the test set unseen. Left out, the test samples are those of the set.',
    ),
};

/** A number above 0 as it is, as a fraction of two, or as a power of two. */
const scale = z
  .union([
    z.number().min(1e-12).max(1e12),
    z
      .string()
      .regex(
        /^(?:[1-9]\d{0,8}\/[1-9]\d{0,8}|2\^-?[1-3]?\d)$/,
        'is not a scale; write a number above 0, a fraction such as 1/16, or a power of two such as 2^-4',
      ),
  ])
  .exactOptional()
  .describe(
    'Real value of a stored 1: a number, a fraction such as 1/16, or a power of two. Left out, it is 1/255 for unsigned bytes, 1 for all other types, and that of the set for a known one. Not for event streams, whose values are counts.',
  );

const normalise = z
  .enum(['range', 'channel', 'none'])
  .exactOptional()
  .describe(
    'In place of scale, by the training samples in use, for both parts. range: every input to 0…1, by the smallest and the largest value that it has; values outside that range, in the test samples, leave 0…1. channel: every channel to mean 0 and deviation 1, over its samples, rows and columns; a plain vector is one channel; half of the values are negative, so precision.input needs a sign. none, as when left out: the values as they are.',
  );

const dataset = z.union([
  z.strictObject({
    name: z
      .string()
      .describe('A known data set: digits (packaged), mnist, cifar-10, synth-frenkel, …'),
    ...sampleLimits,
    scale,
    normalise,
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
    scale,
    normalise,
  }),
  z.strictObject({
    inputShape: z
      .tuple([z.int().min(1).max(65_536), z.int().min(1).max(65_536), z.int().min(1).max(65_536)])
      .describe(
        'Channels, height and width of a sample; a plain vector of n values is [1, 1, n]. Only `estimate` does without samples.',
      ),
    classCount: z.int().min(2).max(256).describe('Number of classes.'),
    trainSamples: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .describe('Number of training samples of an epoch, each with a delayed error in rule defp.'),
  }),
]);

/** A layer that occurs several times in a row is written once. */
const repeat = z
  .int()
  .min(1)
  .max(100_000)
  .optional()
  .describe('How many layers like this follow each other; 1 unless stated.');

const layer = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('fc').describe('Fully connected.'),
    neurons: z.int().min(1).max(65_536).describe('Neurons of the layer.'),
    repeat,
  }),
  z.strictObject({
    type: z.literal('conv').describe('Convolution, then f, then 2×2 max pooling.'),
    channels: z.int().min(1).max(65_536).describe('Maps that leave the layer.'),
    kernel: z.int().min(1).max(1024).describe('Width and height of a kernel.'),
    stride: z.int().min(1).max(1024).default(1).describe('Stride of the kernel.'),
    padding: z.int().min(0).max(1024).default(0).describe('Zeros around the input, each side.'),
    repeat,
  }),
]);

const fraction = z.number().min(0).max(1);

const activity = z.strictObject({
  input: fraction
    .optional()
    .describe(
      'Fraction of the inputs of a sample that are events, 0 to 1; left out, it is measured on the first training samples.',
    ),
  layers: z
    .union([fraction, z.array(fraction)])
    .optional()
    .describe(
      'Fraction of the values leaving a hidden layer that are events, 0 to 1: one number for all hidden layers, or a list with one for each.',
    ),
  changedWords: fraction
    .optional()
    .describe(
      'Fraction of the synapse words an update meets that it changes, 0 to 1: those that a chip with write gating writes.',
    ),
  skippedSamples: fraction
    .exactOptional()
    .describe(
      'With training.updateSkip: fraction of the training samples that are skipped, 0 to 1.',
    ),
});

const input = z.discriminatedUnion('coding', [
  z.strictObject({
    coding: z.literal('graded').describe('Values as events in address order, all at once.'),
  }),
  z.strictObject({
    coding: z
      .literal('ttfs')
      .describe('Time to first spike: the larger a value, the earlier its event.'),
    cyclesPerStep: z.int().min(1).max(1_048_576).describe('Clock cycles of a time step.'),
  }),
  z.strictObject({
    coding: z.literal('recorded').describe('Events at the times of their recording.'),
    cyclesPerUs: z.number().gt(0).max(1_048_576).describe('Clock cycles of a microsecond.'),
  }),
]);

const mapping = z.strictObject({
  layers: z
    .array(
      z.strictObject({
        layer: z.int().min(1).describe('Number of the layer, 1 the first.'),
        neuronParts: z
          .int()
          .min(1)
          .default(1)
          .describe('Least number of groups its neurons (CONV: channels out) are divided into.'),
        axonParts: z
          .int()
          .min(1)
          .default(1)
          .describe(
            'Least number of groups its inputs (CONV: whole channels in) are divided into.',
          ),
      }),
    )
    .describe('Layers on more cores than they need: neuronParts × axonParts, one part per core.'),
});

/** Names that Windows keeps for devices, whatever extension they have. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A name that is a folder of its own on every system: neither `..` nor a hidden file. */
const experimentName = z
  .string()
  .regex(
    /^\w(?:[\w.-]{0,98}[\w-])?$/,
    'is not a name; use letters, digits, dot, dash and underscore, at most 100, a letter, digit or underscore first and no dot at the end',
  )
  .refine(
    (name) => !deviceName.test(name),
    'is the name of a device on some systems; use another one',
  );

const chipOff = z.strictObject({
  enabled: z
    .literal(false, { error: 'takes false alone; leave chip out of the file to run it' })
    .describe('false: the float reference is trained alone, and no figure of the chip is made.'),
});

const experimentKeys = z.strictObject({
  name: experimentName.describe('Name of the experiment, used in the report.'),
  dataset: dataset.describe('What is learned.'),
  network: z
    .union([z.string(), z.array(layer).min(1)])
    .describe(
      'Topology string such as FC_500_FC_10 or CONV_32_5_1_2_FC_10 (channels, kernel, stride, padding), or a list of layers; the last has one neuron per class.',
    ),
  activation: z
    .strictObject({
      hidden: z.enum(activationNames).default('tanh').describe('f of the hidden layers.'),
      output: z.enum(activationNames).default('sigmoid').describe('f of the output layer.'),
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
  mapping: mapping
    .optional()
    .describe(
      'How layers lie on cores (docs/spec.md §7); left out, each takes the smallest grid of cores that holds it.',
    ),
  input: input
    .prefault({ coding: 'graded' })
    .describe('When events reach the chip (docs/spec.md §9); no result but time depends on it.'),
  activity: activity
    .optional()
    .describe(
      'How many events there are, for `estimate`, which trains nothing (docs/spec.md §4.2); `run` measures them.',
    ),
  chip: chipOff
    .optional()
    .describe('Left out, `run` and `sweep` train on the chip; `--only reference` writes this key.'),
  reference: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Train the float reference beside the chip.'),
      backend: z
        .enum(backendRequests)
        .default('auto')
        .describe(
          'Backend of TensorFlow.js; auto takes the first of these that works, and webgpu only on a real GPU.',
        ),
      inputs: z
        .literal('encoded')
        .exactOptional()
        .describe(
          "Left out, the reference sees the data as they are. encoded: a second reference learns from them as the chip's input format holds them, and the points lost are split into those of the encoding and those of all other formats.",
        ),
      training: referenceOverrides,
    })
    .prefault({})
    .describe('The float reference.'),
  deployment: deploymentSchema
    .optional()
    .describe(
      'How the trained chip is used: its average power follows; without it, no more than that at full speed.',
    ),
});

/** What a user may write in an experiment file. */
export const experimentSchema = experimentKeys.refine(
  ({ chip, reference }) => chip === undefined || reference.enabled,
  {
    path: ['chip', 'enabled'],
    error: 'chip and reference are both left out, so nothing is left to run; leave out one of them',
  },
);

/** The scale of the values as a number; null: not stated. */
export function statedScale({ dataset }: Experiment): number | null {
  if (!('scale' in dataset)) return null;
  const { scale: stated } = dataset;
  if (typeof stated === 'number') return stated;
  const [, power] = /^2\^(.*)$/.exec(stated) ?? [];
  if (power !== undefined) return 2 ** Number(power);
  const [numerator, denominator] = stated.split('/').map(Number);
  return (numerator ?? NaN) / (denominator ?? NaN);
}

/** An experiment with every default filled in. */
export type Experiment = z.output<typeof experimentSchema>;
