import { z } from 'zod';
import { maximumAccumulatorBits, maximumTensorBits, parseFormat } from '../numerics/format.js';
import { interpolations } from '../numerics/function-table.js';
import { deterministicRoundingModes, overflowModes, roundingModes } from '../numerics/modes.js';
import { updateSchedules, writeBankings } from '../time/update-schedule.js';
import { mostCores } from '../units/limits.js';
import { quantitySchema } from '../units/quantity-schema.js';
import { macroTableSchema } from './sram/macro-schema.js';
import { areasSchema, pricesSchema } from './price-schema.js';

/** Names appear in commands and in reports. */
export const modelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*$/)
  .describe('Name: lower-case letters, digits, dots and hyphens.');

function count(description: string, least = 1) {
  return z.int().min(least).max(0x7fff_ffff).describe(description);
}

function bits(most: number, description: string) {
  return quantitySchema('information', description).pipe(z.int().min(1).max(most));
}

function format(maximumBits: number) {
  return z
    .string()
    .describe(`Fixed-point format: s8.7 is signed, 8 bits in all, 7 of them fraction.`)
    .transform((text, context) => {
      try {
        return parseFormat(text, maximumBits);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        context.addIssue(error.message);
        return z.NEVER;
      }
    });
}

function tensor<const Modes extends readonly string[]>(
  description: string,
  modes: Modes,
  maximumBits = maximumTensorBits,
) {
  return z
    .strictObject({
      format: format(maximumBits),
      rounding: z.enum(modes).describe('How bits are dropped (docs/spec.md §2.2).'),
      overflow: z.enum(overflowModes).describe('What happens outside the format (§2.3).'),
    })
    .describe(description);
}

function memoryKeys(leastBanks: number) {
  return {
    banks: count('Equal macros; an access touches one of them.', leastBanks),
    wordsPerBank: count('Words of one macro.'),
    wordBits: bits(4096, 'Bits of one access.'),
  };
}

function memory(description: string, leastBanks = 1) {
  return z
    .strictObject(memoryKeys(leastBanks))
    .transform(({ banks, ...rest }) => ({ bankCount: banks, ...rest }))
    .describe(description);
}

const axons = count('Most input rows of what a core has of a layer.');
const neurons = count('Most neurons of what a core has of a layer.');
const lanes = z.strictObject({
  forward: count('Multiply-accumulate lanes of inference.'),
  learning: count('Lanes of the learning engine; 0 on a chip that does not learn.', 0),
  activation: count('Look-ups a cycle; each lane has its own table.'),
});
const memories = z.strictObject({
  synapses: memory('Weights; a row is an axon.'),
  neurons: memory('Outputs h, and partial sums if accumulate is memory.'),
  bias: memory('Biases.'),
  feedback: memory('Fixed random feedback, a row is a class; banks: 0 if there is none.', 0),
  eventBuffer: memory(
    'Events of the sample in flight, one a word; banks: 0 on a chip that does not learn.',
    0,
  ),
  gradient: memory('Gradients of a batch, or of a CONV layer; banks: 0 if there is none.', 0),
  optimizerState: memory('Momentum or moments of the weights; banks: 0 if there is none.', 0),
});

/** Cores that are alike; what is not stated is that of `core`. */
const kindSchema = z
  .strictObject({
    name: modelName,
    count: z.int().min(1).max(mostCores).describe('Cores of this kind.'),
    axons: axons.optional(),
    neurons: neurons.optional(),
    lanes: lanes.partial().optional().describe('Lanes that differ.'),
    memories: memories.partial().optional().describe('Memories that differ.'),
  })
  .describe('Cores of one kind; what is not stated is that of core.');

const coreSchema = z.strictObject({
  axons,
  neurons,
  ports: z
    .literal([1, 2])
    .describe('Ports of synapse array and bias memory: 1 means read and write take turns.'),
  update: z
    .strictObject(
      {
        schedule: z
          .enum(updateSchedules)
          .describe(
            'When weights change (docs/spec.md §5.1). serial: before the next sample comes; beside: while it goes forward; fused: when its forward pass visits their row. From documented structure, never from an overhead.',
          ),
        writeBanks: z
          .enum(writeBankings)
          .describe(
            'interleaved: the words of a row lie in two macros by turns, so that one is read while another is written.',
          ),
      },
      {
        error: ({ input }) =>
          input === undefined
            ? 'missing; write { schedule: serial, writeBanks: shared } for a chip that stops to learn'
            : undefined,
      },
    )
    .describe('When and how a core changes its weights.'),
  writeGating: z
    .enum(['none', 'word'])
    .describe('word: a synapse word is written back only if a weight in it changed.'),
  accumulate: z.enum(['registers', 'memory']).describe('Where partial sums live.'),
  neuronsPerWord: z
    .union([z.literal('packed'), z.int().min(1).max(4096)])
    .describe(
      'packed: words of whole sums, and others of whole outputs; n: a word holds all of n neurons.',
    ),
  lanes: lanes.describe('What works in parallel.'),
  pipelineDepthCycles: count('Cycles from the first operand to the last result.', 0),
  eventOverheadCycles: count('Cycles to fetch an event, before its row is read.', 0),
  activationTable: z
    .strictObject({
      input: format(maximumTensorBits),
      indexBits: z.int().min(1).max(16).describe('2^indexBits entries.'),
      interpolation: z.enum(interpolations).describe('Between entries (docs/spec.md §2.8).'),
    })
    .describe('Look-up table of the activation function.'),
  randomGenerator: z
    .strictObject({
      width: bits(32, 'Register width.'),
      mask: z.int().min(1).max(0xffff_ffff).describe('Galois feedback mask, top bit set.'),
    })
    .describe('Galois LFSR of a learning lane (docs/spec.md §2.5).'),
  memories: memories.describe('Memories of a core.'),
});

const router = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('bus').describe('Any two cores are equally far apart.'),
    hopsBetweenCores: count('Hops of an event between two different cores.', 0),
    labelHops: count('Hops of a label from the input to a core.', 0),
  }),
  z.strictObject({
    kind: z
      .literal('mesh')
      .describe('Rows of cores, each a hop from its neighbours; X first, then Y.'),
    columns: count('Cores of a row; core 0 is in a corner, the input one hop before it.'),
  }),
]);

/** A file of `hardware-models/chips/`. Nothing physical has a default. */
export const chipSchema = z.strictObject({
  name: modelName,
  description: z.string().min(1).describe('One or two sentences.'),
  technology: z
    .string()
    .min(1)
    .describe('A shipped technology, or a path to a .yaml file, relative to this file.'),
  voltage: quantitySchema('voltage', 'Supply of logic and memories.'),
  clock: quantitySchema('frequency', 'Clock of all cores.'),
  cores: z
    .union([
      z.int().min(1).max(mostCores).describe('Cores, all alike.'),
      z
        .array(kindSchema)
        .min(1, 'the list is empty; name a kind of core, or write how many equal cores there are')
        .describe('Kinds of cores, in the order in which cores are numbered and layers try them.'),
    ])
    .describe('Cores of the chip (docs/spec.md §7).'),
  router: router.describe('What connects the cores (docs/spec.md §7).'),
  events: z
    .strictObject({
      address: bits(32, 'Address part of an event.'),
      value: bits(32, 'Value part of an event.'),
      label: bits(32, 'A class label.'),
      threshold: z.number().min(0).describe('θ: a value is an event when |value| > θ.'),
      dense: z.boolean().describe('true: values that are no events are delivered too.'),
    })
    .describe('Events and labels.'),
  core: coreSchema.describe(
    'One core; of a chip whose cores differ, what its kinds have in common.',
  ),
  delayedErrorMemory: z
    .strictObject({
      placement: z
        .enum(['onChip', 'offChip'])
        .describe('offChip: no area, and the prices of offChipPrices.'),
      ...memoryKeys(0),
    })
    .transform(({ banks, ...rest }) => ({ bankCount: banks, ...rest }))
    .describe('Delayed errors of rule DEFP, one a training sample; all cores share it.'),
  prices: pricesSchema
    .optional()
    .describe('Prices of this chip in place of those of its technology.'),
  table: macroTableSchema.optional(),
  areas: areasSchema.optional().describe('Areas of this chip in place of those of its technology.'),
  tensors: z
    .strictObject({
      input: tensor('Input values of the chip.', deterministicRoundingModes),
      weight: tensor('Weights.', roundingModes),
      bias: tensor('Biases.', roundingModes),
      accumulator: tensor('Partial sums z.', deterministicRoundingModes, maximumAccumulatorBits),
      activation: tensor('Outputs h of hidden layers.', deterministicRoundingModes),
      output: tensor('Outputs of the last layer.', deterministicRoundingModes),
      delta: tensor('δh and δz.', deterministicRoundingModes),
      feedback: tensor('Fixed random feedback B.', deterministicRoundingModes),
      update: tensor('g = η·δz where η is no power of two.', deterministicRoundingModes),
      delayedError: tensor(
        'Delayed errors of rule DEFP, at most 16 bits.',
        deterministicRoundingModes,
        16,
      ),
      gradient: tensor('Gradients summed over a batch or a map.', deterministicRoundingModes),
      momentum: tensor('Velocities, first moments.', deterministicRoundingModes),
      secondMoment: tensor('Mean squares of gradients, unsigned.', deterministicRoundingModes),
    })
    .describe('Default formats; an experiment may override them.'),
});
export type ChipFile = z.output<typeof chipSchema>;
