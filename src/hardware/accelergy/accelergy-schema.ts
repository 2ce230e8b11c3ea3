import { componentActions } from '../../ledger/components.js';
import { z } from 'zod';
import { priceKinds } from '../../ledger/priced-ledger.js';
import { quantitySchema } from '../../units/quantity-schema.js';
import { formula, source } from '../price-schema.js';

/** Values by which an energy-reference table tells rows of one action apart: `{ address_delta: 1, data_delta: 1 }`. */
export const argumentsSchema = z.record(
  z.string(),
  z.union([z.number().describe('A number.'), z.string().describe('A text.'), z.boolean()], {
    error: 'an argument is a number, a text, true or false',
  }),
);

const mappingSchema = z
  .strictObject({
    component: z
      .string()
      .min(1)
      .describe('Name in the table; an index range such as [0..3] may be left out.'),
    action: z.string().min(1).describe('Action of that component.'),
    arguments: argumentsSchema
      .optional()
      .describe('All arguments of the row that is meant, where the action has several rows.'),
    bits: quantitySchema('information', 'The one width that is priced.')
      .pipe(z.int().min(1))
      .optional(),
    energy: formula(
      'Energy of the action, from tableEnergy; left out: tableEnergy itself.',
      'tableEnergy * bits / 32',
    ).optional(),
  })
  .superRefine(({ arguments: stated }, context) => {
    if (stated !== undefined && Object.keys(stated).length === 0) {
      context.addIssue({
        code: 'custom',
        path: ['arguments'],
        message: 'is empty; leave it out where the action has none',
      });
    }
  });
export type AccelergyMapping = z.output<typeof mappingSchema>;

/** Prices taken from an energy-reference table that Accelergy wrote (`hardware-models/README.md`, "Accelergy"). */
export const accelergySchema = z
  .strictObject({
    table: z.string().min(1).describe('ERT file of Accelergy, beside this file.'),
    low: formula('Low end of the band of each price taken.', '0.5 * energy'),
    high: formula('High end of the band of each price taken.', '2 * energy'),
    kind: z.enum(priceKinds).exclude(['unknown']).describe('How well the energies are known.'),
    source,
    map: z
      .partialRecord(z.enum(componentActions), mappingSchema)
      .describe('Row of the table that prices each component.action.'),
  })
  .describe('Takes prices from an energy-reference table; what is not mapped it leaves alone.');
export type AccelergyImport = z.output<typeof accelergySchema>;
