import { z } from 'zod';
import { feedbackDistributions } from '../../network/feedback.js';
import { weightInitialisations } from '../../network/parameters.js';
import { dyingReluGates } from '../../reference/training/dying-relu-gate.js';
import { lossNames, lossReductions } from '../../reference/loss.js';
import { optimizerNames } from '../../reference/optimizers/optimizers.js';
import { defpVariants, isAveraged } from '../../network/defp-variants.js';
import { defpInits } from '../../reference/rules/defp.js';
import { largestAverageShift } from '../../chip/checks/settings-check.js';
import { isDelayedErrorRule, ruleNames } from '../../network/rule-facts.js';

/** n of an average of errors by shifts where an experiment states none: about 16 samples. */
export const defaultAverageShift = 4;

/* How a network is trained: keys of `training`, and those of them that the float reference may have otherwise. */

const everyEpochs = z.int().min(1).describe('Number of epochs from one time to the next.');
const patience = z
  .int()
  .min(0)
  .describe('Epochs in a row that may be no better than the best before.');
const factor = z.number().positive().describe('What η is multiplied by, dimensionless.');

const schedule = z
  .discriminatedUnion('name', [
    z.strictObject({ name: z.literal('constant') }),
    z.strictObject({ name: z.literal('step'), everyEpochs, factor }),
    z.strictObject({ name: z.literal('exponential'), factor }),
    z.strictObject({
      name: z.literal('cosine'),
      epochs: z.int().min(1).describe('Epochs from η down to the smallest.'),
      smallest: z.number().min(0).default(0).describe('η at the end of the half cosine.'),
    }),
    z.strictObject({ name: z.literal('plateau'), factor, patience }),
  ])
  .describe(
    'How η changes at the ends of epochs: constant, step and exponential by a factor, along half a cosine, or by a factor on a plateau of the training loss (on the chip, which has no loss: of the training error).',
  );

const feedbackPolicy = z
  .discriminatedUnion('name', [
    z.strictObject({ name: z.literal('fixed') }),
    z.strictObject({ name: z.literal('redrawn'), everyEpochs }),
    z.strictObject({ name: z.literal('redrawnOnPlateau'), patience }),
    z.strictObject({ name: z.literal('transported'), everyEpochs }),
  ])
  .describe(
    'What becomes of B over the epochs: fixed, drawn again, or set to the product of the weights above (weight transport); on the chip a change has a price (docs/spec.md §2.16).',
  );

const defpVariant = z
  .enum(defpVariants)
  .describe(
    'What is kept of the last visit: 1 − y of the label, the slope of the loss there, the loss itself (reference only), the mean error of the last epoch, the whole error vector, or of whatever samples were last the slope (lastLoss) or an average of 1 − y by shifts (movingAverage); movingRate scales η of every layer by that average and learns like drtp otherwise.',
  );
const defpInit = z
  .enum(defpInits)
  .describe('First epoch like DRTP, or a measuring pass before it that updates nothing.');
const averageShift = z
  .int()
  .min(0)
  .max(largestAverageShift)
  .describe(
    `n: movingAverage and movingRate average over about 2^n samples, ${defaultAverageShift} unless stated; other variants have no use for it.`,
  );
const epochs = z.int().min(1).max(10_000).describe('Passes over the training samples.');
const batch = z
  .int()
  .min(1)
  .max(1_000_000)
  .describe(
    'Samples to one update; 1 is online learning, more need a gradient memory on the chip.',
  );
const optimizer = z
  .enum(optimizerNames)
  .describe(
    'What makes updates of gradients; all but sgd need a memory of optimizer states on the chip.',
  );
const learningRate = z
  .union([
    z.number().positive(),
    z
      .string()
      .regex(
        /^2\^-?\d{1,2}$/,
        'is not a learning rate; write a number above 0, or a power of two such as 2^-7',
      ),
  ])
  .describe('η: a number, or a power of two such as 2^-7, which the chip does as a shift.');
const loss = z
  .enum(lossNames)
  .describe('Binary cross-entropy, squared error, or cross-entropy of the softmax of the outputs.');
const lossReduction = z
  .enum(lossReductions)
  .describe(
    'Output gradient as it is (sum), or divided by batch and number of classes (mean; ce: by the batch).',
  );
const dropout = z
  .number()
  .min(0)
  .lt(1)
  .describe('Probability with which an input of an FC layer is dropped; not on the chip.');
const dyingReluGate = z
  .enum(dyingReluGates)
  .describe(
    'Whether a relu unit that was silent for an epoch gets a B of 0 for the next one, or for good (docs/spec.md §2.16).',
  );

const freeze = z
  .array(
    z.strictObject({
      layers: z.array(z.int().min(1)).min(1).describe('Layers, 1 is the first.'),
      from: z.int().min(1).describe('First of the epochs.'),
      to: z.int().min(1).describe('Last of them.'),
    }),
  )
  .min(1)
  .exactOptional()
  .describe(
    'Epochs in which some layers keep their weights, beside frozenLayers (docs/spec.md §2.17); left out, none do.',
  );

const updateSkip = z
  .strictObject({
    whenErrorBelow: z
      .number()
      .gt(0)
      .lt(1)
      .describe('x: 0 < x < 1, compared with the error of each output, whose target is 0 or 1.'),
  })
  .exactOptional()
  .describe(
    'Samples whose |error| stays below x at every output are not learned from (docs/spec.md §2.15); left out, all are.',
  );

/** How the network is trained, chip and reference alike. */
export const training = z.strictObject({
  rule: z
    .enum(ruleNames)
    .describe('Learning rule of the hidden layers; the output layer has the gradient of the loss.'),
  defp: z
    .strictObject({
      variant: defpVariant.default('error'),
      init: defpInit.default('targets'),
      averageShift: averageShift.exactOptional(),
    })
    .prefault({})
    .describe('Options of rule defp.'),
  frozenLayers: z
    .array(z.int().min(1))
    .default([])
    .describe('Layers (1 is the first) that keep their initial weights.'),
  freeze,
  weights: z
    .enum(weightInitialisations)
    .default('uniform')
    .describe('Initial weights: uniform in ±1/√fan-in, or zero in FC layers.'),
  feedback: z
    .enum(feedbackDistributions)
    .default('heUniform')
    .describe('Distribution that the feedback weights B are drawn from.'),
  feedbackWidths: z
    .array(z.number())
    .nullable()
    .default(null)
    .describe('One factor on the width of B for each hidden layer; null: 1 for all.'),
  feedbackSource: z
    .enum(['memory', 'generator'])
    .default('memory')
    .describe(
      'Where the chip has B from: a memory, or a generator that makes it anew whenever it is used; the reference then has the same B.',
    ),
  feedbackPolicy: feedbackPolicy.default({ name: 'fixed' }),
  epochs,
  batch: batch.default(1),
  optimizer: optimizer.default('sgd'),
  learningRate,
  schedule: schedule.default({ name: 'constant' }),
  loss: loss.default('bce'),
  lossReduction: lossReduction.default('sum'),
  dropout: dropout.default(0),
  dyingReluGate: dyingReluGate.default('none'),
  updateSkip,
  seed: z
    .int()
    .min(0)
    .default(1)
    .describe('Seed of initial values, order of samples and lane generators.'),
  shuffle: z.boolean().default(true).describe('New order of the training samples every epoch.'),
});

/** What the float reference may have otherwise than the chip; what is left out is as in `training`. */
export const referenceOverrides = z
  .strictObject({
    defp: z
      .strictObject({
        variant: defpVariant.exactOptional(),
        init: defpInit.exactOptional(),
        averageShift: averageShift.exactOptional(),
      })
      .exactOptional()
      .describe('Options of rule defp.'),
    feedbackPolicy: feedbackPolicy.exactOptional(),
    epochs: epochs.exactOptional(),
    batch: batch.exactOptional(),
    optimizer: optimizer.exactOptional(),
    learningRate: learningRate.exactOptional(),
    schedule: schedule.exactOptional(),
    loss: loss.exactOptional(),
    lossReduction: lossReduction.exactOptional(),
    dropout: dropout.exactOptional(),
    dyingReluGate: dyingReluGate.exactOptional(),
  })
  .prefault({})
  .describe(
    'Settings of the reference that differ from those in `training`; what is left out is as there.',
  );

/** A training with every default filled in. */
export type Training = z.output<typeof training>;
export type ReferenceOverrides = z.output<typeof referenceOverrides>;

/** Options of a rule that keeps delayed errors; null: the rule has none. */
export function defpOf({ rule, defp }: Pick<Training, 'rule' | 'defp'>): Training['defp'] | null {
  return isDelayedErrorRule(rule) ? defp : null;
}

/** ` (loss)`, ` (error, init measure)`: the options of DEFP, behind its name. */
export function defpOptions({
  variant,
  init,
  averageShift = defaultAverageShift,
}: {
  readonly variant: string;
  readonly init: string;
  readonly averageShift?: number | undefined;
}): string {
  const average = isAveraged(variant) ? ` over 2^${averageShift} samples` : '';
  return ` (${variant}${average}${init === 'targets' ? '' : `, init ${init}`})`;
}

/** Whether a pass over the training samples that only measures errors comes first (docs/spec.md §2.9). */
export function beginsWithMeasuring(training: Pick<Training, 'rule' | 'defp'>): boolean {
  return defpOf(training)?.init === 'measure';
}

/** x of a training that skips samples (docs/spec.md §2.15); null: it learns from all. */
export function skipBelowOf({ updateSkip: skip }: Pick<Training, 'updateSkip'>): number | null {
  return skip?.whenErrorBelow ?? null;
}

/** η as a number. */
export function learningRateValue(learningRate: number | string): number {
  return typeof learningRate === 'number' ? learningRate : 2 ** Number(learningRate.slice(2));
}
