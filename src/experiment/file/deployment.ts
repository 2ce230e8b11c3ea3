import { z } from 'zod';
import type { RunKind } from '../../ledger/ledger-row.js';
import { parseQuantity } from '../../units/quantity.js';
import { quantityText } from '../../units/quantity-schema.js';

/* How a chip is used once it is deployed: key `deployment` of an experiment. It changes no result but `power`. */

const battery = z
  .strictObject({
    energy: quantityText(
      'energy',
      'Energy of a full battery, in place of the two others.',
    ).optional(),
    capacity: quantityText('charge', 'Charge of a full battery.').optional(),
    voltage: quantityText('voltage', 'Mean voltage while it empties.').optional(),
  })
  .superRefine(({ energy, capacity, voltage }, context) => {
    const hasBoth = capacity !== undefined && voltage !== undefined;
    const hasOne = capacity !== undefined || voltage !== undefined;
    if (energy === undefined ? hasBoth : !hasOne) return;
    context.addIssue(
      'states no energy, or states it twice; write { energy: 2.4 kJ } or { capacity: 230 mAh, voltage: 3 V }',
    );
  });

export const deploymentSchema = z.strictObject({
  samplesPerSecond: z
    .number()
    .gt(0)
    .max(1e12)
    .describe('Samples that arrive in a second, mean; between them the chip is idle.'),
  trainingFraction: z
    .number()
    .min(0)
    .max(1)
    .describe('Of these samples, those that are learned from; the others are classified.'),
  battery: battery.optional().describe('What feeds the chip and nothing else.'),
});
export type Deployment = z.output<typeof deploymentSchema>;

/** Energy of a full battery: 1 mAh at 1 V is 3.6 J. */
export function batteryEnergyJ({
  energy,
  capacity = '0 mAh',
  voltage = '0 V',
}: NonNullable<Deployment['battery']>): number {
  if (energy !== undefined) return parseQuantity(energy, 'energy') / 1e12;
  return 3.6 * parseQuantity(capacity, 'charge') * parseQuantity(voltage, 'voltage');
}

/** Samples per second, one after the other, when they take these times; `trainingFraction` of them are learned from. */
export function maximumRate(
  latencyUs: Readonly<Record<RunKind, number>>,
  trainingFraction: number,
): number {
  const { inference, training } = latencyUs;
  return 1e6 / ((1 - trainingFraction) * inference + trainingFraction * training);
}
