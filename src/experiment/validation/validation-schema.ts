import { componentActions } from '../../ledger/components.js';
import { z } from 'zod';
import { areaComponents } from '../../hardware/chip-model.js';
import { quantitySchema } from '../../units/quantity-schema.js';
import { figureSchema } from './figure.js';

/* A file of hardware-models/validation/: what of a published chip is predicted, how, and how far off it may be. */

const name = z
  .string()
  .regex(
    /^[\w.-]{1,60}$/,
    'is not a name; use letters, digits, dot, dash and underscore, at most 60',
  );
const sentence = z.string().min(10);

const countedAction = z.strictObject({
  action: z.enum(componentActions).describe('component.action, as in a ledger.'),
  bits: quantitySchema('information', 'Width of the operand.')
    .optional()
    .describe(
      'Width of the operand; left out for memories, whose word the chip has, and for cycles.',
    ),
  count: z.number().positive().describe('How often, may be a fraction.'),
});
export type CountedAction = z.output<typeof countedAction>;

const workload = z.strictObject({
  what: sentence.describe('One operation of this workload.'),
  perOperation: z.array(countedAction).describe('Actions of one operation.'),
  perCycle: z
    .array(countedAction)
    .describe('Actions of a clock cycle, whether or not there is an operation.'),
});
export type Workload = z.output<typeof workload>;

const estimate = z.strictObject({
  what: sentence.describe('Network and data.'),
  experiment: z.string().min(1).describe('Experiment file, relative to this file.'),
  result: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The result.json whose activity is taken, relative to this file; left out: the experiment states it.',
    ),
  set: z.array(z.string()).describe('Keys of the experiment in place of its own: path=value.'),
});

const coreKind = name.optional().describe('Kind of core, where the cores of the chip differ.');

const parts = z
  .array(
    z.strictObject({
      component: z.enum(areaComponents).describe('A part of a core.'),
      kind: coreKind,
      cores: z.number().positive().describe('Of how many cores it is counted, may be a fraction.'),
    }),
  )
  .min(1);
export type CountedParts = z.output<typeof parts>;

const leavesOut = z
  .array(
    z.strictObject({
      component: z.enum(areaComponents).describe('A part of a core, or of what cores share.'),
      kind: coreKind,
      cores: z
        .number()
        .refine((cores) => cores !== 0, 'is 0; leave the entry out')
        .describe(
          'Cores of the chip file that are left out; a negative number: cores that are counted in addition.',
        ),
      why: sentence.describe('Why the published figure is of another number of them.'),
    }),
  )
  .default([])
  .describe(
    "Where the parts are not those of the whole chip file: each component's difference, and why. Parts and differences together are the area that `models show` says.",
  );
/** What a sum of parts leaves out of the area of a chip file. */
export type LeavesOut = z.output<typeof leavesOut>;

const estimateFigures = [
  'inferenceEnergy',
  'inferenceLatency',
  'trainingLatency',
  'learningEnergyOverhead',
] as const;

const learns = z
  .boolean()
  .optional()
  .describe(
    'The layer learns, each sample with the events of the one before; left out: it infers.',
  );

const prediction = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('actions').describe('Counts of a workload times prices.'),
    workload: name.describe('One of the workloads above.'),
    figure: z.enum(['power', 'energyPerOperation']).describe('What is predicted.'),
    rate: quantitySchema('frequency', 'Operations a second.').optional(),
    operatingPoint: z
      .strictObject({
        voltage: quantitySchema('voltage', 'Supply.'),
        clock: quantitySchema('frequency', 'Clock.'),
      })
      .optional()
      .describe("Supply and clock in place of the chip file's."),
  }),
  z.strictObject({
    kind: z.literal('cycles').describe('Closed form of docs/spec.md §5.'),
    figure: z
      .enum(['event', 'synapticOperation', 'update'])
      .describe(
        'One event more of a layer; what of an event one neuron more takes; the update of a sample with an event of every input.',
      ),
    inputs: z.int().min(1).max(65_536).describe('Inputs of the layer.'),
    neurons: z.int().min(1).max(65_536).describe('Neurons of the layer.'),
    learns,
  }),
  z.strictObject({
    kind: z.literal('accesses').describe('Closed form of docs/spec.md §4.2.'),
    action: z
      .enum(['synapses.read', 'synapses.write', 'neurons.read', 'neurons.write'])
      .describe('What is counted.'),
    of: z
      .enum(['event', 'update'])
      .optional()
      .describe(
        'One event more of a layer, also where this is left out; the update of a sample with an event of every input.',
      ),
    inputs: z.int().min(1).max(65_536).describe('Inputs of the layer.'),
    neurons: z.int().min(1).max(65_536).describe('Neurons of the layer.'),
    learns,
  }),
  z.strictObject({
    kind: z.literal('area').describe('Sum of areas of parts.'),
    of: z
      .enum(['chip', 'part'])
      .default('chip')
      .describe('part: the published figure is of a part alone, whatever else the chip has.'),
    parts: parts.describe('What is summed.'),
    leavesOut,
  }),
  z.strictObject({
    kind: z.literal('overhead').describe('Parts for learning against the others.'),
    of: z.enum(['area', 'bits']).describe('What of them is compared.'),
    learning: parts.describe('Parts that only learning needs.'),
    inference: parts.describe('The others.'),
    leavesOut,
  }),
  z.strictObject({
    kind: z
      .literal('increase')
      .describe(
        'Power of one workload above that of another, per cent, each at a rate of its own.',
      ),
    workload: name.describe('One of the workloads above.'),
    rate: quantitySchema('frequency', 'Its operations a second.'),
    over: name.describe('The other.'),
    overRate: quantitySchema('frequency', 'Operations a second of the other.'),
  }),
  z.strictObject({
    kind: z
      .literal('estimate')
      .describe('Cost of a sample, from counts of a network (spikeledger estimate).'),
    estimate: name.describe('One of the estimates above.'),
    figure: z.enum(estimateFigures).describe('What is predicted.'),
  }),
  z.strictObject({
    kind: z.literal('result').describe('A figure of a kept run.'),
    figure: z.enum(['chipAccuracy', 'referenceAccuracy']).describe('What is predicted.'),
    result: z.string().min(1).describe('The result.json, relative to this file.'),
    command: z.string().min(10).describe('What makes it again.'),
  }),
]);
export type Prediction = z.output<typeof prediction>;

/** From the best evidence of a model's worth to none. */
export const bases = ['blind', 'calibrated', 'fitted'] as const;
export type Basis = (typeof bases)[number];

const claim = z.strictObject({
  name,
  what: sentence.describe('The figure in words.'),
  published: z
    .strictObject({
      chip: z.string().describe('Chip, as in published.json.'),
      figure: z.string().describe('Its row there.'),
      value: figureSchema('The figure with its unit.'),
      quoted: z
        .string()
        .min(1)
        .optional()
        .describe('Words of the row that say so; left out where the row has the figure as it is.'),
    })
    .describe('What is published; published.json says where, and whether it was read there.'),
  prediction: prediction.describe('How it is predicted.'),
  constants: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe('A price, an area, a part of the structure.'),
        basis: z
          .enum(bases)
          .describe(
            'blind: not from this chip; calibrated: from another figure of this chip; fitted: from this very figure.',
          ),
        from: sentence.describe('Where it comes from.'),
      }),
    )
    .min(1)
    .describe('What the prediction rests on.'),
  tolerancePercent: z
    .number()
    .min(0)
    .max(100)
    .describe('Largest error, per cent of the published figure, written before it was known.'),
  note: sentence.describe('What a reader must know beforehand.'),
  reading: sentence.optional().describe('What the error says, written after it was known.'),
});
export type Claim = z.output<typeof claim>;

/** A file of `hardware-models/validation/`. */
export const validationSchema = z.strictObject({
  chip: z.string().min(1).describe('Name of a shipped chip, or path of a chip file.'),
  workloads: z.record(name, workload).default({}).describe('Workloads by name.'),
  estimates: z.record(name, estimate).default({}).describe('Estimates by name.'),
  claims: z.array(claim).min(1).describe('What is predicted.'),
  notPredicted: z
    .array(
      z.strictObject({
        chip: z.string().describe('Chip, as in published.json.'),
        figure: z.string().describe('Its row there.'),
        why: sentence.describe('Why not.'),
      }),
    )
    .describe('Published figures that are not predicted.'),
});
export type ValidationFile = z.output<typeof validationSchema>;
