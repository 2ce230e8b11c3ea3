import { z } from 'zod';
import { componentActions, componentFacts, ledgerActions } from '../ledger/components.js';
import { priceKinds } from '../ledger/priced-ledger.js';
import { printInput } from '../units/schema-problem.js';
import { areaComponents } from './chip-model.js';
import { longestFormula } from './formula/formula.js';

/** What every figure of a hardware model states beside its number. */
export const source = z
  .string()
  .min(10)
  .describe('Where the number comes from: a reference with DOI, or the reason of an assumption.');

/** How a figure was read. */
export const provenances = {
  opened: 'the source itself was opened, and the figure is in it',
  quoted: 'read in a source that quotes it',
  recalled: 'not read: its source could not be opened',
  reasoned: 'the figure of no source: an assumption, or none, with its reason',
} as const;

/** How what a file states was read; shipped files say it of every figure. */
export const provenance = z
  .enum(Object.keys(provenances) as (keyof typeof provenances)[])
  .optional()
  .describe('How the figure was read: opened, quoted, recalled or reasoned.');

/** A formula with units, as a text of a file. */
export function formula(description: string, example: string) {
  return z
    .string({
      error: ({ input }) =>
        input === undefined
          ? `missing; a formula with units is required, such as ${example}`
          : `${printInput(input)} has no unit; write a formula with units, such as ${example}`,
    })
    .min(1)
    .max(longestFormula)
    .describe(description);
}

/** The keys that energies and areas have in common. */
const bandKeys = {
  low: formula('Low end of the band; may use the value just computed.', '0.5 * energy').optional(),
  high: formula('High end of the band; may use the value just computed.', '2 * energy').optional(),
  kind: z.enum(priceKinds).describe('How well the value is known.'),
  provenance,
  source,
};

interface Banded {
  readonly low?: string | undefined;
  readonly high?: string | undefined;
  readonly kind: (typeof priceKinds)[number];
}

/** Unknown exactly where null; a band exactly where known. `name` is the key of the value. */
function checkBand(
  name: 'energy' | 'area',
  value: string | null,
  { low, high, kind }: Banded,
  context: z.RefinementCtx,
): void {
  if ((value === null) !== (kind === 'unknown')) {
    context.addIssue({
      code: 'custom',
      path: ['kind'],
      message: `${kind} does not fit an ${name} of ${value ?? 'null'}; kind is unknown exactly where ${name} is null`,
    });
  }
  for (const [key, end] of Object.entries({ low, high })) {
    if ((value === null) !== (end === undefined)) {
      context.addIssue({
        code: 'custom',
        path: [key],
        message:
          value === null
            ? `an unknown ${name} has no band; leave it out`
            : 'missing; every price states the band it is believed to lie in',
      });
    }
  }
}

const priceSchema = z
  .strictObject({
    energy: formula(
      'Energy of one action: a formula with units, or null where it is unknown.',
      '0.2 pJ * bits',
    ).nullable(),
    ...bandKeys,
  })
  .superRefine(({ energy, ...band }, context) => {
    checkBand('energy', energy, band, context);
  });
export type PriceEntry = z.output<typeof priceSchema>;

/** A price; where it was taken from an energy-reference table, with the values of that table. */
export type StatedPrice = PriceEntry & {
  readonly imported?: {
    /** Variable `tableEnergy` of the formula. */
    readonly tableEnergyPj: number;
    /** The one width that is priced; null: all. */
    readonly onlyBits: number | null;
  };
};

const areaSchema = z
  .strictObject({
    area: formula(
      'Area of one of them: a formula with units, or null where it is unknown.',
      '6 um^2 * generatorBits',
    ).nullable(),
    ...bandKeys,
  })
  .superRefine(({ area, ...band }, context) => {
    checkBand('area', area, band, context);
  });
export type AreaEntry = z.output<typeof areaSchema>;

/** Price of an access and area of a bank of every memory that has none of its own. */
export const memoriesSchema = z.strictObject({
  read: priceSchema.optional(),
  write: priceSchema.optional(),
  area: areaSchema.optional(),
});

/** The price of each component.action, as technologies and chips state them. */
export const pricesSchema = z.partialRecord(z.enum(componentActions), priceSchema);

/** Prices of memories that lie off the chip. */
export const offChipPricesSchema = z.partialRecord(
  z.enum(
    ledgerActions
      .filter(({ component }) => componentFacts[component].kind === 'sharedMemory')
      .map(({ componentAction }) => componentAction),
  ),
  priceSchema,
);

/** The area of one of each component, as technologies and chips state them. */
export const areasSchema = z.partialRecord(z.enum(areaComponents), areaSchema);
