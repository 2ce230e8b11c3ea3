import { componentNames } from '../../ledger/components.js';
import { z } from 'zod';
import { phases, runKinds } from '../../ledger/ledger-row.js';
import { ruleNames } from '../../network/rule-facts.js';
import { resultSchema } from '../record/result-record.js';
import { batchLatencySchema, scheduleCosts } from '../record/update-schema.js';
import { areaSchema } from './area-record.js';

/* The estimate record: costs by rule, without training. Units are in the keys, unknown is null. */

const count = z.int().min(0);
const bits = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const percent = z.number().nullable();
const { inference: cost } = resultSchema.shape.perSample.shape;

const repeat = z
  .int()
  .min(2)
  .optional()
  .describe(
    'How many equal layers follow each other from this one on, each with these figures; absent: it alone.',
  );

/** Kinds of contents in the order in which they are shown. */
export const memoryKinds = [
  'weights',
  'feedback',
  'outputs',
  'events',
  'delayedError',
  'gradient',
  'optimizer',
] as const;
export type MemoryKind = (typeof memoryKinds)[number];

const memoryBits = z.strictObject({
  weightsBits: bits.describe('Weights and biases.'),
  feedbackBits: bits.describe('B of the hidden layers; 0 where a generator makes it.'),
  outputsBits: bits.describe(
    'h of the layers; on the chip with the partial sums and the winners of pooling beside it.',
  ),
  eventsBits: bits.describe('What entered a layer, kept for its update.'),
  delayedErrorBits: bits.describe('One or more values a training sample, rule defp.'),
  gradientBits: bits.describe('Sums of gradients: CONV layers, or several samples to a step.'),
  optimizerBits: bits.describe('States of the optimizer.'),
  totalBits: bits,
});

const energyPart = z.strictObject({
  run: z.enum(runKinds),
  phase: z.enum(phases),
  component: z.enum(componentNames),
  energyNj: z.number().nullable().describe('Per sample, all layers; null: unpriced.'),
  energyLowNj: z.number().nullable(),
  energyHighNj: z.number().nullable(),
});

const interval = z.strictObject({
  cycles: z.number(),
  us: z.number(),
  isPipelined: z
    .boolean()
    .describe('False: the rule is locked, and a sample begins when the one before has learned.'),
  busiestCore: z
    .int()
    .min(0)
    .nullable()
    .describe('The core whose work on a sample is the interval; null: all cores in turn are.'),
  energyNj: z
    .number()
    .describe(
      'Energy of a sample at this pace: cores leak for the interval, not for the whole serial latency.',
    ),
  energyLowNj: z.number(),
  energyHighNj: z.number(),
});

const inferenceCost = z.strictObject({
  inference: cost,
  inferenceInterval: interval.describe(
    'From one inference sample to the next, where every core takes the next one as soon as it can (docs/spec.md §8).',
  ),
  energyParts: z
    .array(energyPart)
    .describe('The energy of a sample by phase and component; Σ is that of the run.'),
  unpriced: z.array(z.string()).describe('"component.action" of rows without a price.'),
});

const ruleCost = inferenceCost.extend({
  training: cost,
  learningOverheadPercent: z
    .strictObject({ energy: percent, latency: percent, memory: percent })
    .describe('(training − inference) / inference.'),
  trainingInterval: interval.describe(
    'The same for training samples: pipelined where the rule allows it, else serial latency.',
  ),
});

const ruleEstimate = z.strictObject({
  rule: z.enum(ruleNames),
  variant: z.string().nullable().describe('Which error rule defp keeps; null: another rule.'),
  problem: z
    .string()
    .nullable()
    .describe('Why this chip cannot learn so, one sentence a line; null: it can.'),
  perSample: ruleCost.nullable().describe('Null: this chip cannot learn so.'),
  updateSchedules: scheduleCosts,
  batchLatency: batchLatencySchema,
  memory: z.strictObject({
    algorithm: memoryBits
      .nullable()
      .describe(
        "What the rule needs to keep of one sample after the other, in the chip's formats. Null: rule and network cannot be together.",
      ),
    chip: memoryBits
      .nullable()
      .describe(
        'Words that the memories of the cores must hold for it, in bits, whether the chip has them or not. Null: no number of words would do.',
      ),
  }),
});

/** `spikeledger.estimate/1`. */
export const estimateSchema = z.strictObject({
  schema: z.literal('spikeledger.estimate/1'),
  tool: z.strictObject({ version: z.string(), commit: z.string().nullable() }),
  experiment: z
    .record(z.string(), z.unknown())
    .describe('The experiment with every default filled in.'),
  estimateHash: sha256.describe(
    'Of experiment, chip, cores and activity: the same hash, the same figures.',
  ),
  hardware: resultSchema.shape.hardware.extend({
    cores: count.describe('Cores that the chip has.'),
    coresAssumed: count.describe(
      'Cores of the estimate: those it has, unless others were asked for.',
    ),
    kindsAssumed: z
      .record(z.string(), count)
      .optional()
      .describe('Cores of each kind of the chip, where others than its own were asked for.'),
  }),
  network: z.strictObject({
    inputs: count,
    classes: count,
    layers: z.array(
      z.strictObject({
        layer: z.int().min(1),
        repeat,
        description: z.string().describe('As in a topology string: FC_500, CONV_32_5_1_2.'),
        inputs: count,
        neurons: count,
        parameters: count,
      }),
    ),
  }),
  activity: z.strictObject({
    source: z
      .enum(['result', 'stated'])
      .describe('Measured by a run, or stated in the experiment (its input may be measured).'),
    resultHash: sha256.nullable().describe('experimentHash of the run; null: stated.'),
    epochs: count,
    trainSamplesPerEpoch: count,
    skippedPercent: z
      .number()
      .min(0)
      .max(100)
      .exactOptional()
      .describe('With training.updateSkip: training samples that are not learned from, per cent.'),
    layers: z.array(
      z.strictObject({
        layer: z.int().min(1),
        repeat,
        eventsPerTrainingSample: z.number(),
        eventsPerInferenceSample: z.number(),
        activeInputsPercent: z
          .number()
          .describe('Events of a training sample by the inputs of the layer.'),
      }),
    ),
  }),
  area: areaSchema.describe('Of the chip with the cores of the estimate.'),
  rules: z.array(ruleEstimate),
  inferenceOnly: z
    .strictObject({
      perSample: inferenceCost,
      memory: memoryBits.describe('Words that the memories of the cores hold for it, in bits.'),
    })
    .nullable()
    .describe('Of a chip without a learning engine, which learns by no rule; null: it has one.'),
  notes: z.array(z.string()).describe('What a reader must know to read the figures.'),
});

/** Record of an estimate, as `estimate.json` holds it. */
export type EstimateRecord = z.infer<typeof estimateSchema>;
export type RuleEstimate = EstimateRecord['rules'][number];
export type MemoryBitsRecord = z.infer<typeof memoryBits>;
