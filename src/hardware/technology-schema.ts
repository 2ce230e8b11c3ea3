import { z } from 'zod';
import { actionsByComponent, type ComponentAction } from '../ledger/ledger-row.js';
import { priceKinds } from '../ledger/priced-ledger.js';
import { quantitySchema } from '../units/quantity-schema.js';
import { modelName } from './chip-schema.js';
import { longestFormula } from './formula.js';

function isComponentAction(text: string): text is ComponentAction {
  return Object.entries(actionsByComponent).some(([component, actions]) =>
    actions.some((action) => `${component}.${action}` === text),
  );
}

/** Every component.action that a ledger can hold, in the order of the ledger. */
export const componentActions: readonly ComponentAction[] = Object.entries(actionsByComponent)
  .flatMap(([component, actions]) => actions.map((action) => `${component}.${action}`))
  .filter(isComponentAction);

const source = z
  .string()
  .min(10)
  .describe('Where the number comes from: a reference with DOI, or the reason of an assumption.');

function formula(description: string) {
  return z
    .string({
      error: ({ input }) =>
        input === undefined
          ? 'missing; a formula with units is required, such as 0.2 pJ * bits'
          : `${JSON.stringify(input)} has no unit; write a formula with units, such as 0.2 pJ * bits`,
    })
    .min(1)
    .max(longestFormula)
    .describe(description);
}

const priceSchema = z
  .strictObject({
    energy: formula(
      'Energy of one action: a formula with units, or null where it is unknown.',
    ).nullable(),
    low: formula('Low end of the band; may use the variable energy.').optional(),
    high: formula('High end of the band; may use the variable energy.').optional(),
    kind: z.enum(priceKinds).describe('How well the price is known.'),
    source,
  })
  .superRefine(({ energy, low, high, kind }, context) => {
    if ((energy === null) !== (kind === 'unknown')) {
      context.addIssue({
        code: 'custom',
        path: ['kind'],
        message: `${kind} does not fit an energy of ${energy ?? 'null'}; kind is unknown exactly where energy is null`,
      });
    }
    for (const [key, value] of Object.entries({ low, high })) {
      if ((energy === null) !== (value === undefined)) {
        context.addIssue({
          code: 'custom',
          path: [key],
          message:
            energy === null
              ? 'an unknown energy has no band; leave it out'
              : 'missing; every price states the band it is believed to lie in',
        });
      }
    }
  });
export type PriceEntry = z.output<typeof priceSchema>;

/** A file of `hardware-models/technologies/`. */
export const technologySchema = z.strictObject({
  name: modelName,
  description: z.string().min(1).describe('One or two sentences.'),
  node: quantitySchema('length', 'Technology node.'),
  voltage: z
    .strictObject({
      lowest: quantitySchema('voltage', 'Lowest supply for which the prices are meant.'),
      highest: quantitySchema('voltage', 'Highest supply for which the prices are meant.'),
    })
    .describe('Range of supplies; a chip outside it is refused.'),
  sram: z
    .strictObject({
      table: z.string().min(1).describe('CSV file beside this file.'),
      cell: z.enum(['lstp', 'lop', 'hp']).describe('Cell type of the rows used.'),
      objective: z.string().min(1).describe('Optimisation objective of the rows used.'),
      supplies: z
        .array(
          z.strictObject({
            node: quantitySchema('length', 'Node of the table.'),
            voltage: quantitySchema('voltage', 'Supply at which its rows were computed.'),
          }),
        )
        .min(1)
        .describe('Nodes of the table between which is interpolated.'),
      source,
    })
    .optional()
    .describe('Gives formulas sramReadEnergy, sramWriteEnergy and sramLeakage.'),
  logicScaling: z
    .strictObject({
      nodes: z
        .array(
          z.strictObject({
            node: quantitySchema('length', 'Node of these coefficients.'),
            b2: z.number().describe('Coefficient of V².'),
            b1: z.number().describe('Coefficient of V.'),
            b0: z.number().describe('Constant.'),
          }),
        )
        .min(2)
        .describe('Energy factor b2·V² + b1·V + b0 of each node.'),
      source,
    })
    .optional()
    .describe('Gives formulas logicScale(node, voltage).'),
  prices: z
    .partialRecord(z.enum(componentActions), priceSchema)
    .describe('Price of each component.action; what is absent is unknown.'),
});
export type TechnologyFile = z.output<typeof technologySchema>;
