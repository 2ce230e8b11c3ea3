import { type ComponentAction } from '../ledger/components.js';
import { z } from 'zod';
import { quantitySchema } from '../units/quantity-schema.js';
import { accelergySchema } from './accelergy/accelergy-schema.js';
import { modelName } from './chip-schema.js';
import {
  areasSchema,
  memoriesSchema,
  offChipPricesSchema,
  pricesSchema,
  provenance,
  source,
  type StatedPrice,
} from './price-schema.js';

const voltageSchema = z
  .strictObject({
    lowest: quantitySchema('voltage', 'Lowest supply for which the prices are meant.'),
    highest: quantitySchema('voltage', 'Highest supply for which the prices are meant.'),
  })
  .describe('Range of supplies; a chip outside it is refused.');

const sramSchema = z
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
    provenance,
    source,
  })
  .describe('Gives formulas sramReadEnergy, sramWriteEnergy, sramLeakage and sramArea.');

const logicScalingSchema = z
  .strictObject({
    nodes: z
      .array(
        z.strictObject({
          node: quantitySchema('length', 'Node of these coefficients.'),
          b2: z.number().describe('Coefficient of V².'),
          b1: z.number().describe('Coefficient of V.'),
          b0: z.number().describe('Constant.'),
          areaFactor: z
            .number()
            .positive()
            .describe('Area of the same logic, relative to one of these nodes.'),
        }),
      )
      .min(2)
      .describe('Energy factor b2·V² + b1·V + b0 and area factor of each node.'),
    provenance,
    source,
  })
  .describe('Gives formulas logicScale(node, voltage) and logicAreaScale(node).');

/** A file of `hardware-models/technologies/`. What it does not state it takes from the file that it extends. */
export const technologyFileSchema = z.strictObject({
  name: modelName,
  description: z.string().min(1).describe('One or two sentences.'),
  extends: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A shipped technology, or a path to a .yaml file, relative to this file: gives every key that is not restated here; prices, offChipPrices and areas are merged entry by entry.',
    ),
  node: quantitySchema('length', 'Technology node.').optional(),
  voltage: voltageSchema.optional(),
  sram: sramSchema.optional(),
  logicScaling: logicScalingSchema.optional(),
  accelergy: accelergySchema.optional(),
  memories: memoriesSchema
    .optional()
    .describe(
      'Price of a read, price of a write and area of a bank of every memory, as if stated of each; prices and areas of this file go before them.',
    ),
  prices: pricesSchema
    .optional()
    .describe('Price of each component.action; what is absent is unknown.'),
  offChipPrices: offChipPricesSchema
    .optional()
    .describe('Prices of a memory whose placement is offChip; what is absent is unknown.'),
  areas: areasSchema
    .optional()
    .describe('Area of one memory bank, lane, …; what is absent is unknown.'),
});
export type TechnologyFile = z.output<typeof technologyFileSchema>;

/** A technology with everything that it takes from the files it extends. */
export interface Technology {
  readonly name: string;
  readonly description: string;
  /** nm. */
  readonly node: number;
  /** V. */
  readonly voltage: z.output<typeof voltageSchema>;
  readonly sram: z.output<typeof sramSchema> | undefined;
  readonly logicScaling: z.output<typeof logicScalingSchema> | undefined;
  /** Those of an energy-reference table among them. */
  readonly prices: Readonly<Partial<Record<ComponentAction, StatedPrice>>>;
  readonly offChipPrices: z.output<typeof offChipPricesSchema>;
  readonly areas: z.output<typeof areasSchema>;
}
