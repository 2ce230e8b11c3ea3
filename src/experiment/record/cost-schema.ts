import { z } from 'zod';
import { priceKinds } from '../../ledger/priced-ledger.js';

/* What a sample costs, in the result record: energies with their bands, what moves them, and the power they make. */

/** An energy, a power or a time is never negative. */
const amount = z.number().min(0);
/** A difference, which may be. */
const percent = z.number().nullable();
/** Added after the first records of version 1: null in those. */
const added = z.number().nullable().default(null);

export const cost = z.strictObject({
  energyNj: amount.describe('Σ energyPj / samples / 1000 over the priced rows of this run.'),
  energyLowNj: amount.describe(
    'The same with every price at its low end: all prices err in the same direction.',
  ),
  energyHighNj: amount.describe('The same with every price at its high end.'),
  energyIndependentLowNj: added.describe(
    'Low end if prices err independently of each other: energyNj less the root of the summed squares of what each price alone takes off at its low end. A price is one component.action: all its rows move together. Null: an older record.',
  ),
  energyIndependentHighNj: added.describe('High end, likewise.'),
  complete: z.boolean().describe('False when a row of this run has no price.'),
  latencyCycles: amount.describe(
    'Serial latency of a sample, mean over the run; the time until its last event is part of it.',
  ),
  latencyUs: amount.nullable(),
  inputCycles: added.describe(
    'From the beginning of a sample until its last event, mean (docs/spec.md §9). Null: its inputs are there at once, or an older record.',
  ),
  waitCycles: added.describe(
    'Part of latencyCycles by which the chip waits for events, mean. Null: likewise.',
  ),
});

export const overheadPercents = z
  .strictObject({
    energy: percent,
    energyLow: added.describe(
      'Smallest energy overhead when every price lies anywhere in its own band, the same price in training and inference. Null: an inference would cost nothing at the low ends, or an older record.',
    ),
    energyHigh: added.describe('Largest energy overhead, likewise.'),
    latency: percent,
    memory: percent,
    area: percent,
  })
  .describe('(training − inference) / inference.');

const percentiles = z
  .strictObject({
    samples: z.int().min(1).describe('The first ones of the set.'),
    samplesPerValue: z
      .int()
      .min(1)
      .describe('training.batch: a batch learns in one step, so its mean is one value; else 1.'),
    percentile5Nj: amount.describe('The smallest value that 5 % do not exceed.'),
    percentile50Nj: amount,
    percentile95Nj: amount,
  })
  .nullable()
  .describe('Null: no such sample, or no action has a price.');

/** Key `energySpread` of the record. */
export const energySpread = z
  .strictObject({
    inference: percentiles.describe('Test samples on the chip after its last epoch.'),
    training: percentiles.describe(
      'Training samples that a copy of the chip goes on to learn from after the last epoch, with its η. Where an update waits for the next sample (schedule fused), a value has the update of the sample before.',
    ),
  })
  .nullable()
  .default(null)
  .describe(
    'Energies of single samples, each priced from its own counts; time until the last event enters as its mean. Null: the chip was left out, or an older record.',
  );
/** Key `energySpread` of the record. */
export type EnergySpread = NonNullable<z.infer<typeof energySpread>>;

const priceSensitivity = z.strictObject({
  component: z.string(),
  action: z.string(),
  priceKind: z.enum(priceKinds),
  energyNj: amount.describe('What all rows of this price contribute to a sample.'),
  totalLowNj: amount.describe(
    'Energy of a sample with this price alone at its low end, all others as they are.',
  ),
  totalHighNj: amount.describe('The same with this price alone at its high end.'),
});

export const sensitivity = z
  .strictObject({
    inference: z.array(priceSensitivity),
    training: z.array(priceSensitivity),
  })
  .nullable()
  .default(null)
  .describe(
    'Every price of a run, the one that moves its energy most first: the bars of a tornado chart. Null: an older record.',
  );

const power = z.strictObject({
  powerUw: amount.describe('Of the priced rows.'),
  powerLowUw: amount.describe('Every price at its low end.'),
  powerHighUw: amount.describe('Every price at its high end.'),
  complete: z
    .boolean()
    .describe('False when something in it has no price: the power is then a lower bound.'),
});
const fullSpeed = power.extend({
  samplesPerSecond: amount.describe(
    'One sample after the other without a pause: 1 / mean serial latency, so at most 1 / the time until the last event.',
  ),
});

const battery = z.strictObject({
  energyJ: amount.describe('Energy of a full battery, as stated; losses are not modelled.'),
  lifeHours: amount
    .nullable()
    .describe(
      'Energy of the battery divided by the average power. Null: nothing is priced. With an incomplete power it is an upper bound.',
    ),
  lifeLowHours: amount.nullable().describe('Every price at its high end.'),
  lifeHighHours: amount.nullable().describe('Every price at its low end.'),
});

const deployment = z.strictObject({
  samplesPerSecond: amount,
  trainingFraction: amount.describe('Of the samples, those that are learned from.'),
  maximumSamplesPerSecond: amount.describe(
    'What the chip can do of this mix, one sample after the other.',
  ),
  dutyCyclePercent: amount.describe(
    'Share of the time in which a sample is worked on; above 100 the chip is too slow for the rate.',
  ),
  average: power
    .extend({
      powerIndependentLowUw: amount.describe('Prices err independently of each other.'),
      powerIndependentHighUw: amount,
    })
    .nullable()
    .describe('While working and while idle. Null: the chip is too slow for the rate.'),
  battery: battery.nullable().describe('Null: none is stated, or the chip is too slow.'),
});

export const powerSchema = z
  .strictObject({
    fullSpeed: z.strictObject({ inference: fullSpeed, training: fullSpeed }),
    idle: power
      .extend({ cores: z.int().min(0).describe('Cores in use; the others are switched off.') })
      .describe(
        'Between samples clocks are gated; the cores in use leak, and the memory that they share: price of leakage.cycle × clock × cores, and of leakage.shared × clock.',
      ),
    deployment: deployment.nullable().describe('Null: the experiment states none.'),
  })
  .nullable()
  .default(null)
  .describe('Average power. Null: an older record.');

export type CostRecord = z.infer<typeof cost>;
export type OverheadRecord = z.infer<typeof overheadPercents>;
export type SensitivityRecord = NonNullable<z.infer<typeof sensitivity>>;
export type PriceSensitivityRecord = z.infer<typeof priceSensitivity>;
export type PowerBand = z.infer<typeof power>;
export type PowerRecord = NonNullable<z.infer<typeof powerSchema>>;
